package org.taskprogress.ingest;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.taskprogress.progress.Cursor;
import org.taskprogress.task.TaskId;

/**
 * What a worker posted by HTTP, and where its answer is awaited.
 *
 * @param key the Idempotency-Key
 */
record Posted(TaskId task, Report report, Optional<String> key, CompletableFuture<Outcome> outcome)
        implements Intake.Incoming {

    /** What became of it. */
    sealed interface Outcome {}

    /** @param repeated whether it had been recorded before, by its key */
    record Recorded(Cursor id, boolean repeated) implements Outcome {}

    record Refused(Reason reason) implements Outcome {}

    /** It could not be recorded for now. */
    record Away() implements Outcome {}
}
