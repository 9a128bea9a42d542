package org.taskprogress.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** A pool whose turns the test takes, on the test's thread. */
final class Turns implements Executor {

    private final Deque<Runnable> waiting = new ArrayDeque<>();

    @Override
    public void execute(Runnable turn) {
        waiting.add(turn);
    }

    /** Takes one turn; false if none waits. */
    boolean takeOne() {
        Runnable turn = waiting.poll();
        if (turn == null) {
            return false;
        }
        turn.run();
        return true;
    }
}
