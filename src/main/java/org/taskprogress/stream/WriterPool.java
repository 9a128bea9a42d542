package org.taskprogress.stream;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Few threads that write to many clients. A write blocks as long as its client does not read, and nothing tells so beforehand; a
 * thread that is stuck in one therefore gets a replacement within milliseconds, and leaves when it comes back. So the number of threads
 * that get on with the work stays the same, and small: more would only be in each other's way. Thread-safe.
 */
final class WriterPool implements Executor {

    /** Far longer than a write that does not block takes, even on a busy machine. */
    private static final long STUCK_NANOS = 10_000_000;

    /** How often {@link #replaceStuck} is to be called. */
    static final long CHECK_MILLIS = 10;

    /** How long an idle thread may take to hear of {@link #stop}. */
    private static final long IDLE_MILLIS = 500;

    private final int active;
    private final int most;
    private final BlockingQueue<Runnable> turns;
    private final ThreadFactory threads;
    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * @param active how many threads are at work when none is stuck
     * @param most how many there may be, the stuck ones included
     * @param queue how many turns may wait
     */
    WriterPool(int active, int most, int queue, ThreadFactory threads) {
        this.active = active;
        this.most = most;
        this.turns = new LinkedBlockingQueue<>(queue);
        this.threads = threads;
    }

    /** Starts the threads. */
    void start() {
        for (int i = 0; i < active; i++) {
            add();
        }
    }

    @Override
    public void execute(Runnable turn) {
        if (stopped.get() || !turns.offer(turn)) {
            throw new RejectedExecutionException("no more turns are taken");
        }
    }

    /** Gives each stuck thread a replacement. */
    void replaceStuck() {
        int missing = active - getOn();
        for (int i = 0; i < missing && workers.size() < most && !stopped.get(); i++) {
            add();
        }
    }

    /** How many threads are not stuck. */
    private int getOn() {
        long now = System.nanoTime();
        return (int) workers.stream().filter(worker -> !worker.isStuck(now)).count();
    }

    int threads() {
        return workers.size();
    }

    private synchronized void add() {
        var worker = new Worker();
        workers.add(worker);
        threads.newThread(worker).start();
    }

    /** One that was stuck is not needed any more when its replacement is there. */
    private synchronized boolean leaves(Worker worker) {
        return stopped.get() || (getOn() > active && workers.remove(worker));
    }

    /** Takes no more turns; those that wait are still taken, by the threads that are not stuck. */
    void stop() {
        stopped.set(true);
    }

    private final class Worker implements Runnable {

        /** When its present turn began; 0 between turns. */
        private volatile long since;

        @Override
        public void run() {
            try {
                boolean wasStuck = false;
                while (!(wasStuck && leaves(this)) && !(stopped.get() && turns.isEmpty())) {
                    Runnable turn = turns.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                    if (turn != null) {
                        since = System.nanoTime();
                        turn.run();
                        wasStuck = isStuck(System.nanoTime());
                        since = 0;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                workers.remove(this);
            }
        }

        boolean isStuck(long now) {
            long began = since;
            return began != 0 && now - began > STUCK_NANOS;
        }
    }
}
