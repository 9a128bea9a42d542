package org.taskprogress.pipeline;

import jakarta.batch.runtime.BatchStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.taskprogress.task.Lease;
import org.taskprogress.task.TaskType;

/** Stands in for the batch container: a job is a script on a thread of its own, told of its end as our listeners would. */
final class ScriptedJobs extends Jobs {

    /** What a job does; it returns soon after it is asked to stop. */
    interface Script {
        void work(Run run, BooleanSupplier stopAsked) throws Exception;
    }

    private final Runs runs;
    private final AtomicLong executions = new AtomicLong();
    private final Map<Long, Job> jobs = new ConcurrentHashMap<>();
    private final List<OptionalLong> earlier = new ArrayList<>();
    private volatile Script script = (run, stopAsked) -> {};
    private volatile boolean silent;
    private volatile boolean statusAway;

    ScriptedJobs(Runs runs) {
        this.runs = runs;
    }

    void does(Script what) {
        script = what;
    }

    /** From now on no listener tells how a job ended; only its status does. */
    void silent() {
        silent = true;
    }

    /** Whether the container can't say where a job stands. */
    void statusAway(boolean away) {
        statusAway = away;
    }

    int started() {
        return jobs.size();
    }

    synchronized List<OptionalLong> earlier() {
        return List.copyOf(earlier);
    }

    @Override
    synchronized long start(TaskType type, Lease lease, OptionalLong before) {
        earlier.add(before);
        var job = new Job(runs.byToken(lease.token().toString()), script);
        long execution = executions.incrementAndGet();
        jobs.put(execution, job);
        new Thread(job::run, "job-" + execution).start();
        return execution;
    }

    @Override
    Optional<BatchStatus> ended(long execution) {
        if (statusAway) {
            throw new IllegalStateException("the repository of the container is away");
        }
        return job(execution).ended;
    }

    @Override
    void stop(long execution) {
        job(execution).stopAsked = true;
    }

    private Job job(long execution) {
        return Optional.ofNullable(jobs.get(execution)).orElseThrow();
    }

    private final class Job {
        private final Run run;
        private final Script does;
        private volatile boolean stopAsked;
        private volatile Optional<BatchStatus> ended = Optional.empty();

        Job(Run run, Script does) {
            this.run = run;
            this.does = does;
        }

        void run() {
            BatchStatus told = BatchStatus.STARTED;
            BatchStatus status = BatchStatus.COMPLETED;
            try {
                does.work(run, () -> stopAsked);
                if (stopAsked) {
                    told = BatchStatus.STOPPING;
                    status = BatchStatus.STOPPED;
                }
            } catch (Exception failure) { // as the container does with whatever a step throws
                run.failed(new IllegalStateException("wrapped by the container", failure));
                told = BatchStatus.FAILED;
                status = BatchStatus.FAILED;
            }
            ended = Optional.of(status);
            if (!silent) {
                run.jobHasEnded(told);
            }
        }
    }
}
