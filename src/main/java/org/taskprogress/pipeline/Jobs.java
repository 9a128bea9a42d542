package org.taskprogress.pipeline;

import jakarta.batch.operations.BatchRuntimeException;
import jakarta.batch.operations.JobExecutionNotRunningException;
import jakarta.batch.operations.NoSuchJobExecutionException;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.batch.runtime.BatchStatus;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.taskprogress.task.Lease;
import org.taskprogress.task.TaskType;

/**
 * The only way to the batch container's operator. Any user of the application may use the operator as far as the container is
 * concerned, so whoever calls this has made sure of whose the task is.
 */
@Singleton
public class Jobs {

    private static final System.Logger LOG = System.getLogger(Jobs.class.getName());

    /**
     * Starts the job of a run. An earlier execution is restarted, so that it goes on at its last checkpoint; where that can't be (it
     * belonged to another instance that was killed) the job begins anew, and each stage finds the results that are there already.
     *
     * @return the execution
     */
    long start(TaskType type, Lease lease, OptionalLong earlier) {
        var parameters = new Properties();
        parameters.setProperty("lease", lease.token().toString());
        if (earlier.isPresent()) {
            try {
                return BatchRuntime.getJobOperator().restart(earlier.getAsLong(), parameters);
            } catch (BatchRuntimeException notRestartable) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "task=" + lease.task() + " execution=" + earlier.getAsLong() + " begins anew: "
                                + notRestartable.getMessage());
            }
        }
        return BatchRuntime.getJobOperator().start(type.name(), parameters);
    }

    /** How an execution ended, if it has. */
    Optional<BatchStatus> ended(long execution) {
        BatchStatus status =
                BatchRuntime.getJobOperator().getJobExecution(execution).getBatchStatus();
        return switch (status) {
            case COMPLETED, FAILED, STOPPED, ABANDONED -> Optional.of(status);
            case STARTING, STARTED, STOPPING -> Optional.empty();
        };
    }

    /** Asks an execution to stop: the step that runs ends at its next checkpoint. One that has ended is left alone. */
    void stop(long execution) {
        try {
            BatchRuntime.getJobOperator().stop(execution);
        } catch (JobExecutionNotRunningException | NoSuchJobExecutionException ended) {
            LOG.log(System.Logger.Level.DEBUG, "execution=" + execution + " has ended already");
        }
    }
}
