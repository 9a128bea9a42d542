package org.taskprogress.pipeline;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceException;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;

/**
 * Gives queued tasks to workers, by db-scheduler: its rows say which tasks wait and who has which, its heartbeats who is alive. A
 * worker that is silent for 12 s has lost its tasks to whoever polls next. Only tasks whose files lie in this instance's store are
 * taken: the store's id is part of the name under which they are scheduled.
 */
final class Dispatcher {

    private static final int MISSED_HEARTBEATS = 4;
    /** Work of another store is not ours to judge. */
    private static final Duration NEVER = Duration.ofDays(3650);

    private static final int REPAIR_BATCH = 100;

    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

    private final TaskRepository tasks;
    private final TaskRunner runner;
    private final Clock clock;
    private final String storeId;
    private final Timing timing;
    private final CustomTask<Integer> work;
    private final Scheduler scheduler;

    /**
     * Makes a dispatcher that does not run yet.
     *
     * @param workers how many tasks this instance works on at once
     * @param threads with the application's context, for the jobs
     */
    Dispatcher(
            DataSource database,
            TaskRepository tasks,
            TaskRunner runner,
            String storeId,
            int workers,
            ThreadFactory threads,
            Timing timing,
            Clock clock) {
        this.tasks = tasks;
        this.runner = runner;
        this.clock = clock;
        this.storeId = storeId;
        this.timing = timing;
        this.work = Tasks.custom("work@" + storeId, Integer.class)
                .onDeadExecutionRevive()
                .onFailure((failed, operations) -> operations.reschedule(failed, later(timing.retryPause())))
                .execute((instance, context) -> run(new TaskId(instance.getId()), instance.getData()));
        this.scheduler = Scheduler.create(database, work)
                .threads(workers)
                .executorService(Executors.newFixedThreadPool(workers, threads))
                .pollingInterval(timing.poll())
                .heartbeatInterval(timing.heartbeat())
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .enableImmediateExecution()
                .deleteUnresolvedAfter(NEVER)
                .shutdownMaxWait(timing.shutdownWait())
                .build();
    }

    void start() {
        scheduler.start();
    }

    /** Lets a queued task be taken by a worker, at once if one is free. A task that waits already stays as it is. */
    void submit(TaskId id) {
        scheduler.scheduleIfNotExists(work.instance(id.value(), 0), clock.instant());
    }

    /** Has a task that waits for another try taken at once, to be cancelled; who works on one hears of it by its row. */
    void hurry(TaskId id) {
        try {
            scheduler.reschedule(work.instance(id.value()), clock.instant());
        } catch (TaskInstanceException notWaiting) {
            LOG.log(System.Logger.Level.DEBUG, "task=" + id + " is not waiting: " + notWaiting.getMessage());
        }
    }

    /** Submits what a crash between two lines has left unscheduled. To be called now and then. */
    void repair() {
        tasks.unscheduled(storeId, REPAIR_BATCH).forEach(this::submit);
    }

    /** Takes no more tasks, and has those that run stop where they can go on later; waits for that, but not for long. */
    void close() {
        runner.close();
        scheduler.stop();
    }

    private CompletionHandler<Integer> run(TaskId id, int retries) {
        try {
            TaskRunner.Outcome outcome = runner.run(id, retries);
            return (done, operations) -> {
                switch (outcome) {
                    case DONE -> operations.remove();
                    case AGAIN_AT_ONCE -> operations.reschedule(done, clock.instant(), retries);
                    case AGAIN_LATER -> operations.reschedule(done, later(timing.retryPause()), retries + 1);
                }
            };
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return (done, operations) -> operations.reschedule(done, clock.instant(), retries);
        }
    }

    private Instant later(Duration pause) {
        return clock.instant().plus(pause);
    }

    /**
     * How often and how long.
     *
     * @param poll between two looks for work
     * @param heartbeat between two signs of life; a worker that missed four has lost its tasks
     * @param retryPause before another try after a fault
     * @param shutdownWait for how long runs may come to their stop
     */
    record Timing(Duration poll, Duration heartbeat, Duration retryPause, Duration shutdownWait) {
        static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(60), Duration.ofSeconds(10));
    }
}
