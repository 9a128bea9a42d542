package org.taskprogress.pipeline;

import jakarta.batch.api.BatchProperty;
import jakarta.batch.api.listener.JobListener;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/** Ties a job to its run: every job XML names this listener first, with the property {@code lease}. */
@Named
@Dependent
public class RunListener implements JobListener {

    private final Runs runs;
    private final JobContext job;

    @Inject
    @BatchProperty(name = "lease")
    private String lease;

    @Inject
    RunListener(Runs runs, JobContext job) {
        this.runs = runs;
        this.job = job;
    }

    @Override
    public void beforeJob() {
        job.setTransientUserData(runs.byToken(lease));
    }

    @Override
    public void afterJob() {
        if (job.getTransientUserData() instanceof Run run) {
            run.jobHasEnded(job.getBatchStatus());
        }
    }
}
