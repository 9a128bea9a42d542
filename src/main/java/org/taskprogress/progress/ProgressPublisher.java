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
import org.taskprogress.progress.ProgressLog.Entry;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.progress.ProgressLog.Outcome;
import org.taskprogress.progress.ProgressLog.Refused;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.task.TaskId;

/**
 * Records events without making the work wait: they are put into a {@link PublishBuffer} and one thread appends them in order, up to
 * {@value #BATCH} at once. While
 * the log can't be reached it tries again for as long as it takes; the source's number makes that harmless. Thread-safe.
 */
public final class ProgressPublisher implements AutoCloseable {

    /** Some 10 MB, and a minute of 150 events a second, before anything is conflated. */
    public static final int DEFAULT_CAPACITY = 10_000;

    private static final System.Logger LOG = System.getLogger(ProgressPublisher.class.getName());
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final int BATCH = 256;

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
            for (var batch = awaitNext(); !batch.isEmpty() && append(batch); batch = awaitNext()) {
                done(batch.size());
            }
        } catch (InterruptedException e) { // nobody of ours interrupts; whoever does wants the thread to end
            Thread.currentThread().interrupt();
        }
    }

    /** The oldest events; none when there is none and none will come. */
    private List<Entry> awaitNext() throws InterruptedException {
        while (true) {
            lock.lockInterruptibly();
            try {
                if (buffer.size() > 0 || closing || changed.await(IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
                    var batch = buffer.take(BATCH).stream()
                            .map(PublishBuffer.Waiting::entry)
                            .toList();
                    if (!batch.isEmpty() || closing) {
                        return batch;
                    }
                }
            } finally {
                lock.unlock();
            }
            secure();
        }
    }

    private void secure() {
        try {
            log.secure();
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "not secured, will be: {0}", e.getMessage());
        } catch (RuntimeException e) { // it must not end the thread
            LOG.log(Level.ERROR, "not secured", e);
        }
    }

    /** Tries until each event is recorded, or refused for good; false if the drain limit ended it. */
    private boolean append(List<Entry> batch) throws InterruptedException {
        boolean outage = false;
        do {
            try {
                var outcomes = log.append(batch);
                backoff.reset();
                for (int i = 0; i < batch.size(); i++) {
                    settle(batch.get(i), outcomes.get(i));
                }
                return true;
            } catch (LogUnavailableException e) {
                LOG.log(
                        outage ? Level.DEBUG : Level.WARNING,
                        "events are kept until the log answers: {0}",
                        e.getMessage());
                outage = true;
            } catch (RuntimeException e) { // whatever is wrong with an event, the others must not wait for it
                return batch.size() > 1 ? appendEach(batch) : refuse(batch.get(0), e.toString());
            }
        } while (!givenUp.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS));
        return false;
    }

    private boolean appendEach(List<Entry> batch) throws InterruptedException {
        for (Entry entry : batch) {
            if (!append(List.of(entry))) {
                return false;
            }
        }
        return true;
    }

    private void settle(Entry entry, Outcome outcome) {
        if (outcome instanceof Appended appended) {
            confirm(entry.event(), appended);
        } else if (outcome instanceof Refused refusal) {
            refuse(entry, refusal.reason());
        }
    }

    private boolean refuse(Entry entry, String reason) {
        refused.increment();
        LOG.log(
                Level.ERROR,
                "event refused task={0}: {1}",
                entry.event().progress().task(),
                reason);
        return true;
    }

    private void confirm(ProgressEvent event, Appended appended) {
        try {
            confirmed.accept(event, appended);
        } catch (RuntimeException e) { // the event is recorded, and a fault of the hearer must not end the thread
            LOG.log(Level.ERROR, "the hearer of confirmations failed", e);
        }
    }

    private void done(int recorded) {
        lock.lock();
        try {
            buffer.remove(recorded);
        } finally {
            lock.unlock();
        }
    }
}
