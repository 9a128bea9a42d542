package org.taskprogress.pipeline;

import jakarta.batch.api.BatchProperty;
import jakarta.batch.api.listener.StepListener;
import jakarta.batch.runtime.BatchStatus;
import jakarta.batch.runtime.context.JobContext;
import jakarta.batch.runtime.context.StepContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskWork;

/**
 * Makes a stage of each step: its beginning and end are events and rows. Every step names this listener, with the properties
 * {@code began} and {@code ended}: what to tell people then.
 */
@Named
@Dependent
public class StageListener implements StepListener {

    private final TaskWork work;
    private final WorkMetrics metrics;
    private final Clock clock;
    private final JobContext job;
    private final StepContext step;
    private final Instant startedAt;

    @Inject
    @BatchProperty(name = "began")
    private String began;

    @Inject
    @BatchProperty(name = "ended")
    private String ended;

    @Inject
    StageListener(TaskWork work, WorkMetrics metrics, Clock clock, JobContext job, StepContext step) {
        this.work = work;
        this.metrics = metrics;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.job = job;
        this.step = step;
    }

    @Override
    public void beforeStep() {
        Run run = Run.of(job);
        work.stageBegan(run.lease(), step.getStepName());
        run.reporter().stageBegan(step.getStepName(), began);
    }

    @Override
    public void afterStep() {
        Run run = Run.of(job);
        @Nullable Exception failure = step.getException();
        if (failure != null) {
            run.failed(failure);
        }
        TaskStatus outcome = outcome(failure);
        work.stageEnded(run.lease(), step.getStepName(), outcome);
        if (outcome == TaskStatus.SUCCEEDED) {
            run.reporter().stageEnded(ended);
            metrics.stageEnded(run.type(), step.getStepName(), Duration.between(startedAt, clock.instant()));
        }
    }

    private TaskStatus outcome(@Nullable Exception failure) {
        if (failure != null || step.getBatchStatus() == BatchStatus.FAILED) {
            return TaskStatus.FAILED;
        }
        return step.getBatchStatus() == BatchStatus.STOPPING ? TaskStatus.CANCELLED : TaskStatus.SUCCEEDED;
    }
}
