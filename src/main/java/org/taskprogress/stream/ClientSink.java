package org.taskprogress.stream;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;

/**
 * Gets frames to one client without making anybody wait. Frames are only put down here; a thread of the writers' pool takes all that
 * waits and writes it, at most one write in flight. Live messages wait in a bounded, conflating {@link Mailbox}, and stay there
 * while the sink is <em>held</em>: then only what the hand-over gives ({@link #page}) goes out. Thread-safe; no method but the drain
 * blocks.
 */
final class ClientSink {

    /** More than a snapshot and a mailbox together. */
    private static final int MAX_AHEAD = 4_096;

    private final EventWriter writer;
    private final WriterLanes writers;
    private final InstantSource clock;
    private final StreamMeter meter;
    private final Consumer<CloseReason> onClosed;

    private final Mailbox mailbox;
    private List<Frame> ahead = new ArrayList<>(2);
    private @Nullable Runnable whenPageWritten;
    private boolean held = true;
    private boolean conflatedSinceHeld;
    private boolean scheduled;
    private boolean slow;
    private boolean closed;
    private @Nullable CloseReason ending;
    private @Nullable Instant writingSince;
    private Instant lastWritten;

    /** @param onClosed told once, when nothing more is taken; on whatever thread noticed it */
    ClientSink(
            EventWriter writer,
            WriterLanes writers,
            StreamSettings settings,
            InstantSource clock,
            StreamMeter meter,
            Consumer<CloseReason> onClosed) {
        this.writer = writer;
        this.writers = writers;
        this.clock = clock;
        this.meter = meter;
        this.onClosed = onClosed;
        this.mailbox = new Mailbox(settings.mailboxMessages(), settings.mailboxBytes());
        this.lastWritten = clock.instant();
    }

    /** A live message: written after all that came before, or held. Closes the stream if the client can't keep up. */
    void offer(Frame.Message message) {
        boolean fits;
        synchronized (this) {
            if (closed || ending != null) {
                return;
            }
            fits = mailbox.offer(message);
            long conflated = mailbox.takeConflated();
            if (conflated > 0) {
                meter.conflated(conflated);
                conflatedSinceHeld = true;
            }
            if (fits && !held) {
                wake();
            }
        }
        if (!fits) {
            abort(CloseReason.OVERFLOW);
        }
    }

    /** Goes out ahead of the live messages: a part of the hand-over. */
    synchronized void page(List<? extends Frame> frames, @Nullable Runnable whenWritten) {
        if (closed || ending != null) {
            return;
        }
        ahead.addAll(frames);
        whenPageWritten = whenWritten;
        if (ahead.size() > MAX_AHEAD) {
            // Handed over again and again without reading anything
            abort(CloseReason.OVERFLOW);
        } else {
            wake();
        }
    }

    /** Goes out ahead of the live messages: a sign of life. Left out if something waits there already. */
    synchronized void signal(Frame sign) {
        if (closed || ending != null || !ahead.isEmpty()) {
            return;
        }
        ahead.add(sign);
        wake();
    }

    /**
     * From now on live messages wait for the next hand-over. Those that were waiting for the last one are forgotten, since this one
     * brings them; those that were on their way stay.
     */
    synchronized void hold() {
        if (!held) {
            mailbox.drainTo(ahead);
        }
        held = true;
        conflatedSinceHeld = false;
        whenPageWritten = null;
        mailbox.clear();
    }

    /** Forgets the live messages up to a cursor; false if some were conflated since {@link #hold}, so that this can't be told apart. */
    synchronized boolean dropUpTo(Cursor cursor) {
        mailbox.dropUpTo(cursor);
        return !conflatedSinceHeld;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** From now on live messages are written. */
    synchronized void release() {
        held = false;
        if (!closed && !mailbox.isEmpty()) {
            wake();
        }
    }

    /** Ends the stream after all that may be written now; {@code last} is the last frame. */
    synchronized void end(CloseReason reason, @Nullable Frame last) {
        if (closed || ending != null) {
            return;
        }
        ending = reason;
        whenPageWritten = null;
        if (!held) {
            mailbox.drainTo(ahead);
        }
        mailbox.clear();
        if (last != null) {
            ahead.add(last);
        }
        wake();
    }

    /** Ends the stream at once; what waits is dropped. The connection is closed by the pool, as soon as a write in flight returns. */
    void abort(CloseReason reason) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            mailbox.clear();
            ahead = new ArrayList<>(0);
            wake();
        }
        onClosed.accept(reason);
    }

    /** Whether one write has lasted for longer than that. */
    synchronized boolean isStuck(Duration limit) {
        return writingSince != null && writingSince.plus(limit).isBefore(clock.instant());
    }

    /** For how long nothing has reached the client. */
    synchronized Duration silence() {
        return Duration.between(lastWritten, clock.instant());
    }

    /** Call with the lock. */
    private void wake() {
        if (!scheduled) {
            scheduled = true;
            schedule();
        }
    }

    private void schedule() {
        try {
            writers.execute(this::drain, slow);
        } catch (RejectedExecutionException stopping) {
            // The pool only refuses when the application stops, and then the server closes the connection
            scheduled = true;
        }
    }

    /** One turn: everything that waits in one write. Then to the back of the pool's queue, so that a busy client delays no other. */
    private void drain() {
        Turn turn;
        synchronized (this) {
            turn = takeTurn();
            if (turn.isIdle()) {
                scheduled = false;
            } else {
                writingSince = clock.instant();
            }
        }
        if (turn.isLast()) {
            finish();
            return;
        }
        if (!turn.frames().isEmpty()) {
            write(turn);
        }
        if (turn.whenWritten() != null) {
            turn.whenWritten().run();
        }
    }

    /**
     * What one turn does.
     *
     * @param oldestLive the id of the first live message among the frames
     * @param ends whether the stream ends as soon as nothing waits
     */
    private record Turn(
            List<Frame> frames,
            @Nullable Cursor oldestLive,
            @Nullable Runnable whenWritten,
            boolean ends) {
        boolean isLast() {
            return frames.isEmpty() && ends;
        }

        /** Woken for something that a hand-over has taken back meanwhile. */
        boolean isIdle() {
            return frames.isEmpty() && !ends;
        }
    }

    private Turn takeTurn() {
        List<Frame> frames = ahead;
        ahead = new ArrayList<>(2);
        Cursor oldestLive = null;
        if (!held && !mailbox.isEmpty()) {
            oldestLive = mailbox.oldestId();
            mailbox.drainTo(frames);
        }
        var turn = new Turn(frames, oldestLive, whenPageWritten, closed || ending != null);
        whenPageWritten = null;
        return turn;
    }

    private void write(Turn turn) {
        long began = System.nanoTime();
        try {
            writer.write(turn.frames());
        } catch (IOException | RuntimeException gone) { // whatever the server throws, the place must become free
            abort(CloseReason.GONE);
        }
        synchronized (this) {
            lastWritten = clock.instant();
            writingSince = null;
            slow = WriterLanes.isSlow(System.nanoTime() - began);
            if (turn.oldestLive() != null && !closed) {
                meter.delivered(turn.oldestLive(), lastWritten);
            }
            scheduled = closed || ending != null || !ahead.isEmpty() || (!held && !mailbox.isEmpty());
            if (scheduled) {
                schedule();
            }
        }
    }

    private void finish() {
        CloseReason reason;
        synchronized (this) {
            reason = closed ? null : ending;
            closed = true;
        }
        writer.close();
        if (reason != null) {
            onClosed.accept(reason);
        }
    }
}
