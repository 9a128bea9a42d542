package org.taskprogress.stream;

import java.util.concurrent.Executor;

/**
 * Who writes to clients. A client whose last write took long is most likely to take long again: it goes by the slow lane, where it
 * waits behind others like it, and delays nobody who reads.
 */
record WriterLanes(Executor fast, Executor slow) {

    private static final long SLOW_NANOS = 50_000_000;

    /** Whether a write of this length is a slow client's. */
    static boolean isSlow(long nanos) {
        return nanos > SLOW_NANOS;
    }

    void execute(Runnable turn, boolean slowly) {
        (slowly ? slow : fast).execute(turn);
    }
}
