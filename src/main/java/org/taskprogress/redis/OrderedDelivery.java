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

    /**
     * The newest event delivered or passed over; {@link Cursor#START} while there is none. That is no place in a log: one empty log is
     * like another, and what was recorded and lost since shows nowhere. So whoever is there tells that continuity is lost.
     */
    private Cursor last = Cursor.START;

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
        if (last.equals(Cursor.START)) {
            beginAtHead();
        } else {
            catchUp();
        }
    }

    /** A live message. Throws as {@link #begin} does. */
    void live(LogEntry message) {
        if (!message.id().isAfter(last)) {
            return;
        }
        if (message.previous().equals(last)) {
            leaveStart();
            last = message.id();
            message.event().ifPresent(this::deliver);
        } else {
            catchUp();
        }
    }

    /** Delivers what the log holds beyond the last event. Throws as {@link #begin} does. */
    void catchUp() {
        Cursor from = last;
        boolean more = true;
        while (more) {
            var page = log.after(last, PAGE);
            if (!page.gapless()) {
                if (!isLogBehind()) {
                    beginAtHead();
                }
                return;
            }
            behindSince = Optional.empty();
            if (page.last().isAfter(last)) {
                leaveStart();
            }
            page.events().forEach(this::deliver);
            more = page.more();
            last = page.last();
        }
        if (last.isAfter(from)) {
            gapsHealed.increment();
        }
    }

    /**
     * Whether the log ends before what was delivered already, as that of a promoted replica does, and may still be given what it lacks
     * by those who published it. What is newer must follow that, so nobody else's events wait for it.
     */
    private boolean isLogBehind() {
        Cursor head = log.head();
        if (head.equals(Cursor.START) || !last.isAfter(head)) {
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
        last = log.head();
        tellContinuityLost();
    }

    private void leaveStart() {
        if (last.equals(Cursor.START)) {
            tellContinuityLost();
        }
    }

    private void tellContinuityLost() {
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
