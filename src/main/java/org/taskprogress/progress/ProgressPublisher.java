package org.taskprogress.progress;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.taskprogress.progress.ProgressLog.Appended;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.task.TaskId;

/**
 * Records events without making the work wait: they are put into a {@link PublishBuffer} and one thread appends them in order. While
 * the log can't be reached it tries again for as long as it takes; the source's number makes that harmless. Thread-safe.
 */
public final class ProgressPublisher implements AutoCloseable {

    /** Some 10 MB, and a minute of 150 events a second, before anything is conflated. */
    public static final int DEFAULT_CAPACITY = 10_000;

    private static final System.Logger LOG = System.getLogger(ProgressPublisher.class.getName());
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private final ProgressLog log;
    private final PublishBuffer buffer;
    private final Backoff backoff;
    private final BiConsumer<ProgressEvent, Appended> confirmed;
    private final Thread thread;
    private final LongAdder refused = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private boolean closing;

    /**
     * @param capacity how many events wait before progress is conflated
     * @param backoff the waits while the log can't be reached
     * @param confirmed told of each event that was recorded, on the publisher's thread; must be quick
     * @param threads makes the one thread
     */
    public ProgressPublisher(
            ProgressLog log,
            int capacity,
            Backoff backoff,
            BiConsumer<ProgressEvent, Appended> confirmed,
            ThreadFactory threads) {
        this.log = log;
        this.buffer = new PublishBuffer(capacity);
        this.backoff = backoff;
        this.confirmed = confirmed;
        this.thread = threads.newThread(this::appendUntilClosed);
    }

    public void start() {
        thread.start();
    }

    /**
     * Has an event recorded soon. Never blocks and never throws. The order of calls is the order of a task's events.
     *
     * @param source its number must grow from event to event of the same name; numbers may be left out
     */
    public void publish(ProgressEvent event, Source source) {
        lock.lock();
        try {
            if (closing) {
                refused.increment();
                return;
            }
            buffer.add(event, source);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What was told last of an attempt, by whichever run: one that was killed may have told more than it brought into the task's row.
     * Empty if nothing was, or the log can't be reached.
     */
    public Optional<Progress> told(TaskId task, int attempt) {
        try {
            return log.newest(List.of(task)).stream()
                    .map(recorded -> recorded.event().progress())
                    .filter(progress -> progress.attempt() == attempt)
                    .findFirst();
        } catch (LogUnavailableException away) {
            return Optional.empty();
        }
    }

    /** How many events wait to be recorded. */
    public int waiting() {
        lock.lock();
        try {
            return buffer.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many progress events gave way to a newer one of the same stage. */
    public long conflated() {
        lock.lock();
        try {
            return buffer.conflated();
        } finally {
            lock.unlock();
        }
    }

    /** How many events were not recorded since the log refused them for good, or since they came after the end. */
    public long refused() {
        return refused.sum();
    }

    /** Closes with a limit of 5 s. */
    @Override
    public void close() {
        close(DRAIN_LIMIT);
    }

    /**
     * Takes no more events and records those that wait.
     *
     * @param limit for how long at most
     * @return how many are left unrecorded; ends among them are repaired from the database
     */
    public int close(Duration limit) {
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(Math.max(1, limit.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        givenUp.countDown();
        int left = waiting();
        if (left > 0) {
            LOG.log(Level.WARNING, "stopped before all events were recorded left={0}", left);
        }
        return left;
    }

    private void appendUntilClosed() {
        try {
            for (var next = awaitNext(); next.isPresent() && append(next.get()); next = awaitNext()) {
                done(next.get());
            }
        } catch (InterruptedException e) { // nobody of ours interrupts; whoever does wants the thread to end
            Thread.currentThread().interrupt();
        }
    }

    /** The oldest event; empty when there is none and none will come. */
    private Optional<PublishBuffer.Waiting> awaitNext() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (buffer.size() == 0 && !closing) {
                changed.await();
            }
            return buffer.take();
        } finally {
            lock.unlock();
        }
    }

    /** Tries until the event is recorded, or refused for good; false if the drain limit ended it. */
    private boolean append(PublishBuffer.Waiting next) throws InterruptedException {
        boolean outage = false;
        do {
            try {
                confirm(next.event(), log.append(next.event(), next.source()));
                backoff.reset();
                return true;
            } catch (LogUnavailableException e) {
                LOG.log(
                        outage ? Level.DEBUG : Level.WARNING,
                        "events are kept until the log answers: {0}",
                        e.getMessage());
                outage = true;
            } catch (RuntimeException e) { // whatever is wrong with this event, the others must not wait for it
                refused.increment();
                LOG.log(
                        Level.ERROR,
                        "event refused task=" + next.event().progress().task(),
                        e);
                return true;
            }
        } while (!givenUp.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS));
        return false;
    }

    private void confirm(ProgressEvent event, Appended appended) {
        try {
            confirmed.accept(event, appended);
        } catch (RuntimeException e) { // the event is recorded, and a fault of the hearer must not end the thread
            LOG.log(Level.ERROR, "the hearer of confirmations failed", e);
        }
    }

    private void done(PublishBuffer.Waiting recorded) {
        lock.lock();
        try {
            buffer.remove(recorded);
        } finally {
            lock.unlock();
        }
    }
}
