package org.taskprogress.stream;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;

/**
 * One client's stream from its opening to its end. It joins its channels, then is <em>joining</em>: live events wait while a
 * {@link HandOver} brings the client up to the seam. At the seam it drops what waits from before it and is <em>live</em>. While the log
 * is away it is <em>waiting</em>: the client has the database's state, or its old one, and is handed over anew when the log is back.
 * Thread-safe; reads of the log happen on the readers' pool, writes on the writers'.
 */
final class Subscription {

    private static final Logger LOG = System.getLogger(Subscription.class.getName());

    private enum State {
        JOINING,
        LIVE,
        WAITING
    }

    private final PayloadFormat format;
    private final Watch watch;
    private final Function<Resume, HandOver> handOvers;
    private final Executor readers;
    private final ClientSink sink;
    private final Lifetime lifetime;

    private State state = State.JOINING;
    private boolean opened;
    private Resume resume;
    private @Nullable HandOver current;
    /**
     * Everything up to it was put down for the client and can't be taken back, and nothing after it; none as long as {@link #resume} says
     * where it is. So a hand-over that begins here brings the rest, once.
     */
    private @Nullable Cursor reached;
    /** The newest live event that waits for the end of the hand-over, and is taken back if another one begins. */
    private @Nullable Cursor waiting;
    /** Every event up to it was put down for the client, or comes by the hand-over; none until the hand-over has fixed its seam. */
    private @Nullable Cursor watermark;
    /** As far as the live events tell; all of it once live. */
    private Ends ends;

    private Instant nextHeartbeat;

    /**
     * When a stream ends by itself, and how it shows that it lives.
     *
     * @param expiresAt the end of the token
     * @param rotatesAt the longest time of one connection
     * @param awaitsUntil for so long it waits for tasks that have not begun
     */
    record Lifetime(
            Instant expiresAt,
            Instant rotatesAt,
            Instant awaitsUntil,
            Duration commentAfter,
            Duration heartbeatEvery,
            Duration writeDeadline) {}

    Subscription(
            Watch watch,
            PayloadFormat format,
            Function<Resume, HandOver> handOvers,
            Executor readers,
            Function<Consumer<CloseReason>, ClientSink> sinks,
            BiConsumer<Subscription, CloseReason> onClosed,
            Lifetime lifetime,
            Resume resume,
            Instant now) {
        this.watch = watch;
        this.format = format;
        this.handOvers = handOvers;
        this.readers = readers;
        this.sink = sinks.apply(reason -> onClosed.accept(this, reason));
        this.lifetime = lifetime;
        this.resume = resume;
        this.ends = new Ends(watch);
        this.nextHeartbeat = now.plus(lifetime.heartbeatEvery());
    }

    /** Greets the client and begins the hand-over. The channels are joined already. */
    void open() {
        format.greeting(watch).ifPresent(greeting -> sink.page(List.of(greeting), null));
        synchronized (this) {
            opened = true;
        }
        handOver();
    }

    /** An event of a channel; called by the listener's thread, in the order of the ids. */
    synchronized void recorded(EncodedEvent event) {
        Cursor id = event.id();
        boolean known = watermark != null && !id.isAfter(watermark);
        if (known || state == State.WAITING) {
            return;
        }
        sink.offer(event.as(format));
        ends.note(event.event());
        if (state == State.LIVE) {
            watermark = id;
            reached = id;
            endIfAllEnded();
        } else {
            waiting = id;
        }
    }

    /** Live events may be missing: asks the log what follows the last one, which says if it can't tell. */
    void continuityLost() {
        boolean begun;
        synchronized (this) {
            begun = opened;
        }
        // Else the hand-over is still to come, and reads all that there is
        if (begun) {
            handOver();
        }
    }

    /** The log answers again. */
    void logIsBack() {
        if (isWaiting()) {
            handOver();
        }
    }

    synchronized boolean isWaiting() {
        return state == State.WAITING;
    }

    /** Looks at the clock: ends what has lasted too long, and shows a silent client that the stream lives. */
    void tick(Instant now) {
        if (sink.isStuck(lifetime.writeDeadline())) {
            sink.abort(CloseReason.STALLED);
        } else if (!now.isBefore(lifetime.expiresAt())) {
            sink.end(CloseReason.EXPIRED, NamedFormat.expired(now));
        } else if (!now.isBefore(lifetime.rotatesAt())) {
            sink.end(CloseReason.ROTATED, null);
        } else if (hasAwaitedInVain(now)) {
            sink.end(CloseReason.UNBEGUN, null);
        } else {
            showLife(now);
        }
    }

    /** Whether nothing can come any more but tasks that it has awaited for long enough. */
    private synchronized boolean hasAwaitedInVain(Instant now) {
        return watch instanceof Watch.Tasks tasks
                && tasks.awaitsAny()
                && !now.isBefore(lifetime.awaitsUntil())
                && state != State.JOINING
                && ends.allThatBegan();
    }

    /** Writes something that says nothing: a client that is gone shows by that only. */
    void probe() {
        sink.signal(new Frame.Comment("alive"));
    }

    boolean isClosed() {
        return sink.isClosed();
    }

    void end(CloseReason reason) {
        sink.end(reason, null);
    }

    private void showLife(Instant now) {
        boolean due;
        synchronized (this) {
            due = !now.isBefore(nextHeartbeat);
            if (due) {
                nextHeartbeat = now.plus(lifetime.heartbeatEvery());
            }
        }
        var heartbeat = due ? format.heartbeat(now) : Optional.<Frame.Message>empty();
        if (heartbeat.isPresent()) {
            sink.signal(heartbeat.get());
        } else if (sink.silence().compareTo(lifetime.commentAfter()) >= 0) {
            probe();
        }
    }

    /** Begins a hand-over from where the client is now; whatever the last one still brings is ignored. */
    private void handOver() {
        HandOver next;
        synchronized (this) {
            resume = reached == null ? resume : Resume.after(reached);
            next = handOvers.apply(resume);
            state = State.JOINING;
            current = next;
            watermark = null;
            waiting = null;
            ends = new Ends(watch);
            sink.hold();
        }
        read(next, () -> {
            fixSeam(next, next.begin());
            deliver(next, next.next());
        });
    }

    private void read(HandOver of, Runnable step) {
        try {
            readers.execute(() -> guarded(of, step));
        } catch (RejectedExecutionException busy) {
            // Too many clients join at once, or the application stops: this one comes back by itself
            sink.abort(CloseReason.FAULT);
        }
    }

    private void guarded(HandOver handOver, Runnable step) {
        try {
            try {
                step.run();
            } catch (LogUnavailableException away) {
                waitForLog(handOver);
            }
        } catch (RuntimeException fault) {
            // Whatever it is (the database, a bug): a stream left open would be silent for hours
            LOG.log(Level.WARNING, "A stream was closed because its events could not be read", fault);
            sink.abort(CloseReason.FAULT);
        }
    }

    private synchronized void fixSeam(HandOver handOver, Cursor seam) {
        if (handOver == current) {
            watermark = seam;
            waiting = waiting != null && waiting.isAfter(seam) ? waiting : null;
            // Counts of what was conflated across the seam would be wrong
            if (!sink.dropUpTo(seam)) {
                sink.abort(CloseReason.OVERFLOW);
            }
        }
    }

    private synchronized void deliver(HandOver handOver, HandOver.Page page) {
        if (handOver != current) {
            return;
        }
        reached = page.reached();
        if (!page.last()) {
            sink.page(page.frames(), () -> read(handOver, () -> deliver(handOver, handOver.next())));
            return;
        }
        sink.page(page.frames(), null);
        goLive(handOver);
    }

    /** Call with the lock. */
    private void goLive(HandOver handOver) {
        state = State.LIVE;
        current = null;
        if (waiting != null && reached != null && waiting.isAfter(reached)) {
            // It is on its way now: the next hand-over must not bring it again
            reached = waiting;
            watermark = waiting;
        }
        boolean endTold = handOver.ends().all();
        ends.addAll(handOver.ends());
        if (!(endTold && ends.all())) {
            // Else what waits may be the events that lead to the very end that the client has from the database
            sink.release();
        }
        endIfAllEnded();
    }

    /** Shows the client what the database knows, until the log is back. */
    private void waitForLog(HandOver handOver) {
        List<Frame> state = handOver.withoutLog();
        synchronized (this) {
            if (handOver != current) {
                return;
            }
            sink.page(state, null);
            this.state = State.WAITING;
            current = null;
            sink.hold();
            if (reached == null && resume.after() == null) {
                resume = Resume.resync(ResyncReason.UNKNOWN);
            }
            // Not what the live events told: they are forgotten, and the client has not seen their end
            ends = handOver.ends();
            endIfAllEnded();
        }
    }

    private void endIfAllEnded() {
        if (ends.all()) {
            sink.end(CloseReason.COMPLETED, null);
        }
    }
}
