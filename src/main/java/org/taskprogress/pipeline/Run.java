package org.taskprogress.pipeline;

import jakarta.batch.runtime.BatchStatus;
import jakarta.batch.runtime.context.JobContext;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.ProgressReporter;
import org.taskprogress.task.Lease;
import org.taskprogress.task.TaskType;

/**
 * One go at an attempt, by this instance: what the batch artifacts of its job share. It begins with the lease and ends when the job
 * does; an attempt has several after a crash.
 */
public final class Run {

    private final TaskType type;
    private final Lease lease;
    private final ProgressReporter reporter;
    private final CompletableFuture<BatchStatus> jobEnded = new CompletableFuture<>();
    private volatile @Nullable Exception failure;

    Run(TaskType type, Lease lease, ProgressReporter reporter) {
        this.type = type;
        this.lease = lease;
        this.reporter = reporter;
    }

    /** The run whose job this is. */
    public static Run of(JobContext job) {
        return (Run) job.getTransientUserData();
    }

    /** The kind of work. */
    TaskType type() {
        return type;
    }

    /** What every write of this run is fenced with. */
    public Lease lease() {
        return lease;
    }

    public ProgressReporter reporter() {
        return reporter;
    }

    /** Keeps the first reason for which a stage failed; what follows is only its consequence. */
    void failed(Exception reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    /** The job is over; it tells by the status of that moment, {@code STARTED} if nothing went wrong. */
    void jobHasEnded(BatchStatus status) {
        jobEnded.complete(status);
    }

    CompletableFuture<BatchStatus> jobEnded() {
        return jobEnded;
    }
}
