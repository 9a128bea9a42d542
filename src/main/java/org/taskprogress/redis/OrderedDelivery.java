package org.taskprogress.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.RecordedEvent;

/**
 * Turns live messages, of which any may be missing, late or doubled, into every event once and in order: each message names the
 * event before it, so a gap shows at once and is filled from the log before anything newer goes on. Used by one thread.
 */
final class OrderedDelivery {

    private static final System.Logger LOG = System.getLogger(OrderedDelivery.class.getName());
    private static final int PAGE = 500;

    /** Longer than it takes all publishers to find a new master. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ProgressLog log;
    private final ProgressListener listener;
    private final LongAdder gapsHealed = new LongAdder();

    /** The newest event delivered; empty before the first connection. */
    private Optional<Cursor> last = Optional.empty();

    /** By {@link System#nanoTime}. */
    private Optional<Long> behindSince = Optional.empty();

    OrderedDelivery(ProgressLog log, ProgressListener listener) {
        this.log = log;
        this.listener = listener;
    }

    /**
     * To be called once messages come in, at first and after each reconnection.
     *
     * @throws ProgressLog.LogUnavailableException if the log can't be read: nothing may be delivered then
     */
    void begin() {
        if (last.isEmpty()) {
            beginAtHead();
        } else {
            catchUp();
        }
    }

    /** A live message. Throws as {@link #begin} does. */
    void live(LogEntry message) {
        Cursor reached = last.orElseThrow();
        if (!message.id().isAfter(reached)) {
            return;
        }
        if (message.previous().equals(reached)) {
            last = Optional.of(message.id());
            message.event().ifPresent(this::deliver);
        } else {
            catchUp();
        }
    }

    /** Delivers what the log holds beyond the last event. Throws as {@link #begin} does. */
    void catchUp() {
        Cursor from = last.orElseThrow();
        boolean more = true;
        while (more) {
            var page = log.after(last.orElseThrow(), PAGE);
            if (!page.gapless()) {
                if (!isLogBehind()) {
                    beginAtHead();
                }
                return;
            }
            behindSince = Optional.empty();
            page.events().forEach(this::deliver);
            more = page.more();
            last = Optional.of(page.last());
        }
        if (last.orElseThrow().isAfter(from)) {
            gapsHealed.increment();
        }
    }

    /**
     * Whether the log ends before what was delivered already, as that of a promoted replica does, and may still be given what it lacks
     * by those who published it. What is newer must follow that, so nobody else's events wait for it.
     */
    private boolean isLogBehind() {
        Cursor head = log.head();
        if (head.equals(Cursor.START) || !last.orElseThrow().isAfter(head)) {
            return false;
        }
        long now = System.nanoTime();
        if (behindSince.isEmpty()) {
            behindSince = Optional.of(now);
        }
        return now - behindSince.get() < PATIENCE.toNanos();
    }

    long gapsHealed() {
        return gapsHealed.sum();
    }

    /**
     * Watchers are told after the head was read: their fresh snapshots then hold at least all that is passed over here. At the first
     * start too, since somebody may have begun to watch before we were connected.
     */
    private void beginAtHead() {
        behindSince = Optional.empty();
        last = Optional.of(log.head());
        try {
            listener.continuityLost();
        } catch (RuntimeException e) { // see deliver
            LOG.log(System.Logger.Level.ERROR, "a listener failed", e);
        }
    }

    private void deliver(RecordedEvent event) {
        try {
            listener.recorded(event);
        } catch (RuntimeException e) { // whatever one event does to a listener, the others' events must come through
            LOG.log(System.Logger.Level.ERROR, "a listener failed id=" + event.id(), e);
        }
    }
}
