package org.taskprogress.pipeline;

import jakarta.batch.operations.NoSuchJobExecutionException;
import jakarta.batch.runtime.BatchStatus;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.taskprogress.progress.EndPublisher;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.progress.ProgressReporter;
import org.taskprogress.progress.TaskStateWriter;
import org.taskprogress.task.Lease;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskType;
import org.taskprogress.task.TaskWork;
import org.taskprogress.task.TaskWork.Standing;

/**
 * Carries one attempt of a task from its lease to its end: takes the lease, starts the job or restarts it at its checkpoint, watches
 * it, and commits how it ended before anybody is told. Thread-safe; a run blocks its thread.
 */
final class TaskRunner {

    static final int MAX_RETRIES = 3;

    private static final System.Logger LOG = System.getLogger(TaskRunner.class.getName());
    private static final String UNKNOWN_FAULT =
            "Something went wrong on our side. Try again; if it happens again, tell us.";

    private final Map<TaskType, Pipeline> pipelines;
    private final TaskRepository tasks;
    private final TaskWork work;
    private final Jobs jobs;
    private final Runs runs;
    private final ProgressPublisher publisher;
    private final TaskStateWriter states;
    private final EndPublisher ends;
    private final Clock clock;
    private volatile boolean closing;

    TaskRunner(
            Map<TaskType, Pipeline> pipelines,
            TaskRepository tasks,
            TaskWork work,
            Jobs jobs,
            Runs runs,
            ProgressPublisher publisher,
            TaskStateWriter states,
            EndPublisher ends,
            Clock clock) {
        this.pipelines = Map.copyOf(pipelines);
        this.tasks = tasks;
        this.work = work;
        this.jobs = jobs;
        this.runs = runs;
        this.publisher = publisher;
        this.states = states;
        this.ends = ends;
        this.clock = clock;
    }

    /**
     * Works on a task until it ends, or can't go on here.
     *
     * @param retries how often it was tried again after a passing fault
     * @throws InterruptedException if the thread is to end; the job is asked to stop
     */
    Outcome run(TaskId id, int retries) throws InterruptedException {
        Optional<Lease> taken = work.begin(id);
        Optional<Task> found = tasks.find(id);
        if (taken.isEmpty() || found.isEmpty()) {
            return Outcome.DONE;
        }
        Lease lease = taken.get();
        Task task = found.get();
        Pipeline pipeline = pipelines.get(task.type());
        if (pipeline == null) {
            return end(lease, TaskStatus.FAILED, "This installation can't do work of the type " + task.type() + ".");
        }
        if (task.status() == TaskStatus.CANCELLING) {
            return end(lease, TaskStatus.CANCELLED, "Cancelled");
        }
        var run = new Run(
                task.type(), lease, new ProgressReporter(task, lease, pipeline.stages(), publisher, states, clock));
        publisher.told(id, lease.attempt()).ifPresent(run.reporter()::goOnFrom);
        runs.add(run);
        try {
            long execution = jobs.start(task.type(), lease, work.jobExecution(lease));
            work.startedJob(lease, execution);
            LOG.log(System.Logger.Level.INFO, "task=" + id + " attempt=" + lease.attempt() + " execution=" + execution);
            BatchStatus status = watch(run, execution);
            return conclude(run, pipeline, status, retries);
        } catch (RuntimeException fault) { // whoever's it is, the task must not be begun again for ever
            return unexpected(lease, fault, retries);
        } finally {
            runs.remove(run);
            states.forget(id);
        }
    }

    /** Has the runs of this instance stop; they are gone on with elsewhere, or here after the restart. */
    void close() {
        closing = true;
    }

    private BatchStatus watch(Run run, long execution) throws InterruptedException {
        try {
            Standing before = Standing.HELD;
            while (true) {
                Optional<BatchStatus> ended = awaitEnd(run, execution);
                if (ended.isPresent()) {
                    return ended.get();
                }
                run.reporter().tick();
                Standing standing = standing(run.lease());
                if (standing == Standing.CANCELLING && before == Standing.HELD) {
                    run.reporter().say("Cancelling…");
                }
                if (closing || standing != Standing.HELD) {
                    jobs.stop(execution);
                }
                before = standing;
            }
        } catch (InterruptedException ending) {
            jobs.stop(execution);
            throw ending;
        }
    }

    /** While the database is away nobody can take the lease either, so the work goes on. */
    private Standing standing(Lease lease) {
        try {
            return work.standing(lease);
        } catch (JdbiException away) {
            LOG.log(System.Logger.Level.WARNING, "task=" + lease.task() + " lease not checked: " + away.getMessage());
            return Standing.HELD;
        }
    }

    /** Waits a second; the job tells of its end by its listener, and by its status if it never came to that. */
    private Optional<BatchStatus> awaitEnd(Run run, long execution) throws InterruptedException {
        try {
            return Optional.of(run.jobEnded().get(1, TimeUnit.SECONDS));
        } catch (TimeoutException running) {
            return ended(run, execution);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("the end of a job is never an exception", impossible);
        }
    }

    private Optional<BatchStatus> ended(Run run, long execution) {
        try {
            return jobs.ended(execution);
        } catch (NoSuchJobExecutionException gone) {
            throw gone;
        } catch (RuntimeException away) { // the container's own, while its database is away; the job may well go on
            LOG.log(System.Logger.Level.WARNING, "task=" + run.lease().task() + " job not asked: " + away.getMessage());
            return Optional.empty();
        }
    }

    private Outcome conclude(Run run, Pipeline pipeline, BatchStatus status, int retries) {
        Lease lease = run.lease();
        Standing standing = work.standing(lease);
        if (standing == Standing.LOST) {
            return Outcome.DONE;
        }
        boolean failed = run.failure().isPresent() || status == BatchStatus.FAILED || status == BatchStatus.ABANDONED;
        boolean stopped = status == BatchStatus.STOPPING || status == BatchStatus.STOPPED;
        if (standing == Standing.CANCELLING) {
            // However far the work came meanwhile: who asked was promised that it ends so.
            return end(lease, TaskStatus.CANCELLED, "Cancelled");
        }
        if (closing && (failed || stopped)) {
            return Outcome.AGAIN_AT_ONCE;
        }
        if (failed) {
            return fail(run, retries);
        }
        if (stopped) {
            // Nobody of ours asked for it: the container does so when the server ends.
            return Outcome.AGAIN_AT_ONCE;
        }
        if (work.succeeded(lease, "Done", pipeline.result(lease.task()))) {
            return published(lease.task());
        }
        // Somebody cancelled it, or has taken it over, just now.
        return work.standing(lease) == Standing.CANCELLING
                ? end(lease, TaskStatus.CANCELLED, "Cancelled")
                : Outcome.DONE;
    }

    private Outcome fail(Run run, int retries) {
        Optional<StageException> reason = run.failure().flatMap(TaskRunner::reason);
        if (reason.isEmpty()) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "task=" + run.lease().task() + " failed unexpectedly",
                    run.failure().orElse(null));
        }
        if (reason.isPresent() && reason.get().isPassing() && retries < MAX_RETRIES) {
            run.reporter()
                    .say(message(reason.get()) + " Trying again in a minute (" + (retries + 1) + " of " + MAX_RETRIES
                            + ").");
            states.flush();
            return Outcome.AGAIN_LATER;
        }
        return end(
                run.lease(), TaskStatus.FAILED, reason.map(TaskRunner::message).orElse(UNKNOWN_FAULT));
    }

    private Outcome unexpected(Lease lease, RuntimeException fault, int retries) {
        LOG.log(System.Logger.Level.ERROR, "task=" + lease.task() + " could not be worked on", fault);
        if (closing) {
            return Outcome.AGAIN_AT_ONCE;
        }
        return retries < MAX_RETRIES ? Outcome.AGAIN_LATER : end(lease, TaskStatus.FAILED, UNKNOWN_FAULT);
    }

    private Outcome end(Lease lease, TaskStatus outcome, String text) {
        // The end keeps the last percentage, which may be younger than the row; a bar must not fall back at its end
        states.flush();
        work.ended(lease, outcome, text);
        return published(lease.task());
    }

    private Outcome published(TaskId id) {
        tasks.find(id).ifPresent(ends::publish);
        return Outcome.DONE;
    }

    /** What a stage says of its failure; the batch container wraps what a step throws. A database that is away passes. */
    private static Optional<StageException> reason(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (cause instanceof StageException reason) {
                return Optional.of(reason);
            }
            if (cause instanceof ConnectionException
                    || cause instanceof SQLTransientException
                    || cause instanceof SQLRecoverableException) {
                return Optional.of(StageException.passing("The database could not be reached.", cause));
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static String message(StageException reason) {
        return String.valueOf(reason.getMessage());
    }

    /** What becomes of a task's place in the queue. */
    enum Outcome {
        /** It has ended, or is somebody else's by now: nothing is left to do here. */
        DONE,
        /** It goes on as soon as there is a worker. */
        AGAIN_AT_ONCE,
        /** A fault that may pass: once more in a while. */
        AGAIN_LATER
    }
}
