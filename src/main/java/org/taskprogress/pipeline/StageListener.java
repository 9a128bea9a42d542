package org.taskprogress.pipeline;

import jakarta.batch.api.BatchProperty;
import jakarta.batch.api.listener.StepListener;
import jakarta.batch.runtime.BatchStatus;
import jakarta.batch.runtime.context.JobContext;
import jakarta.batch.runtime.context.StepContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
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
    private final JobContext job;
    private final StepContext step;

    @Inject
    @BatchProperty(name = "began")
    private String began;

    @Inject
    @BatchProperty(name = "ended")
    private String ended;

    @Inject
    StageListener(TaskWork work, JobContext job, StepContext step) {
        this.work = work;
        this.job = job;
        this.step = step;
    }

    @Override
    public void beforeStep() throws LeaseLostException {
        Run run = Run.of(job);
        if (!work.stageBegan(run.lease(), step.getStepName())) {
            throw new LeaseLostException();
        }
        run.reporter().stageBegan(step.getStepName(), began);
    }

    @Override
    public void afterStep() throws LeaseLostException {
        Run run = Run.of(job);
        Exception failure = step.getException();
        if (failure != null) {
            run.failed(failure);
        }
        TaskStatus outcome = outcome(failure);
        if (!work.stageEnded(run.lease(), step.getStepName(), outcome)) {
            throw new LeaseLostException();
        }
        if (outcome == TaskStatus.SUCCEEDED) {
            run.reporter().stageEnded(ended);
        }
    }

    private TaskStatus outcome(Exception failure) {
        if (failure != null || step.getBatchStatus() == BatchStatus.FAILED) {
            return TaskStatus.FAILED;
        }
        return step.getBatchStatus() == BatchStatus.STOPPING ? TaskStatus.CANCELLED : TaskStatus.SUCCEEDED;
    }

    /** Somebody else works on the task by now, or nobody has to any more: the job ends, and writes nothing. */
    static final class LeaseLostException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
