package org.taskprogress.task;

import static org.taskprogress.task.TaskRow.utc;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;

/**
 * What a worker writes of the task it works on, fenced by its {@link Lease}: a lease that is another's by now changes nothing. Thread-safe.
 */
@Singleton
public class TaskWork {

    private static final String MINE = " WHERE id = :id AND lease = :lease AND status IN ('running', 'cancelling')";

    /** As the columns have it. */
    private static final int MAX_TEXT = 1_000;

    private static final int MAX_RESULT = 10_000;

    private final Jdbi jdbi;
    private final Clock clock;

    @Inject
    public TaskWork(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Takes a task that has not ended, from whoever had it before.
     *
     * @return the new lease; empty if the task has ended or is gone
     */
    public Optional<Lease> begin(TaskId id) {
        UUID token = UUID.randomUUID();
        return jdbi.inTransaction(handle -> {
            int taken = handle.createUpdate("""
                            UPDATE task SET lease = :lease, started_at = COALESCE(started_at, :now), updated_at = :now,
                                status = CASE WHEN status = 'queued' THEN 'running' ELSE status END
                            WHERE id = :id AND status IN ('queued', 'running', 'cancelling')
                            """)
                    .bind("id", id.value())
                    .bind("lease", token.toString())
                    .bind("now", now())
                    .execute();
            return taken == 0
                    ? Optional.<Lease>empty()
                    : handle.createQuery("SELECT attempt FROM task WHERE id = :id")
                            .bind("id", id.value())
                            .mapTo(Integer.class)
                            .findOne()
                            .map(attempt -> new Lease(id, attempt, token));
        });
    }

    /** Whether the lease still holds, and whether the task is to be cancelled. */
    public Standing standing(Lease lease) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT status FROM task" + MINE)
                .bind("id", lease.task().value())
                .bind("lease", lease.token().toString())
                .mapTo(String.class)
                .findOne()
                .map(status -> status.equals("cancelling") ? Standing.CANCELLING : Standing.HELD)
                .orElse(Standing.LOST));
    }

    /**
     * Makes what follows in a transaction depend on the lease: whoever takes the task over meanwhile waits for the transaction's end.
     *
     * @throws LeaseLostException if the lease is another's by now; the transaction is to be rolled back
     */
    public static void fence(Handle handle, Lease lease) {
        boolean held = handle.createQuery("SELECT id FROM task" + MINE + " FOR UPDATE")
                .bind("id", lease.task().value())
                .bind("lease", lease.token().toString())
                .mapTo(String.class)
                .findOne()
                .isPresent();
        if (!held) {
            throw new LeaseLostException();
        }
    }

    /** The batch execution of the run before, if there was one; it may be restarted. */
    public OptionalLong jobExecution(Lease lease) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT job_execution FROM task" + MINE)
                .bind("id", lease.task().value())
                .bind("lease", lease.token().toString())
                .map((row, context) -> {
                    long execution = row.getLong(1);
                    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(execution);
                })
                .findOne()
                .orElse(OptionalLong.empty()));
    }

    /** Notes which batch execution does the work. */
    public boolean startedJob(Lease lease, long execution) {
        return update(
                lease,
                "UPDATE task SET job_execution = :execution, updated_at = :now" + MINE,
                update -> update.bind("execution", execution));
    }

    /**
     * Notes how far the work is.
     *
     * @param percent of the task
     * @param eta estimated time to the end, empty rather than wrong
     * @param eventId the recorded event that says the same, if the log could be reached
     */
    public boolean progressed(
            Lease lease,
            int percent,
            String stage,
            double stagePercent,
            String message,
            Optional<Duration> eta,
            Optional<String> eventId) {
        return update(
                lease,
                """
                UPDATE task SET percent = :percent, stage = :stage, stage_percent = :stagePercent, message = :message,
                    eta_seconds = :eta, last_event_id = COALESCE(:event, last_event_id), updated_at = :now
                """ + MINE,
                update -> update.bind("percent", percent)
                        .bind("stage", stage)
                        .bind("stagePercent", stagePercent)
                        .bind("message", TaskText.fit(message, MAX_TEXT))
                        .bind("eta", eta.map(Duration::toSeconds).orElse(null))
                        .bind("event", eventId.orElse(null)));
    }

    /**
     * Notes that a stage began, or begins again after a crash.
     *
     * @throws LeaseLostException if the lease is another's
     */
    public void stageBegan(Lease lease, String stage) {
        jdbi.useTransaction(handle -> {
            fence(handle, lease);
            int known = handle.createUpdate("""
                            UPDATE task_stage SET status = 'running', started_at = :now, finished_at = NULL
                            WHERE task_id = :id AND name = :stage
                            """)
                    .bind("id", lease.task().value())
                    .bind("stage", stage)
                    .bind("now", now())
                    .execute();
            if (known == 0) {
                handle.createUpdate("""
                                INSERT INTO task_stage (task_id, position, name, status, started_at)
                                SELECT :id, COUNT(*), :stage, 'running', :now FROM task_stage WHERE task_id = :id
                                """)
                        .bind("id", lease.task().value())
                        .bind("stage", stage)
                        .bind("now", now())
                        .execute();
            }
        });
    }

    /**
     * Notes that a stage ended.
     *
     * @param outcome succeeded, failed or cancelled
     * @throws LeaseLostException if the lease is another's
     */
    public void stageEnded(Lease lease, String stage, TaskStatus outcome) {
        jdbi.useTransaction(handle -> {
            fence(handle, lease);
            handle.createUpdate("""
                            UPDATE task_stage SET status = :outcome, finished_at = :now WHERE task_id = :id AND name = :stage
                            """)
                    .bind("id", lease.task().value())
                    .bind("stage", stage)
                    .bind("outcome", outcome.wireName())
                    .bind("now", now())
                    .execute();
        });
    }

    /**
     * Ends the attempt well, unless it is to be cancelled. The end is not published yet: {@link TaskRepository#unpublishedEnds}.
     *
     * @throws IllegalArgumentException if the result has more than 10,000 characters as JSON: it can't be cut and stay JSON
     */
    public boolean succeeded(Lease lease, String message, JsonObject result) {
        String json = result.toString();
        if (json.length() > MAX_RESULT) {
            throw new IllegalArgumentException("a result has at most " + MAX_RESULT + " characters");
        }
        return update(
                lease,
                """
                UPDATE task SET status = 'succeeded', percent = 100, stage = 'completed', stage_percent = 100, message = :message,
                    result = :result, eta_seconds = NULL, lease = NULL, finished_at = :now, updated_at = :now, end_unpublished = TRUE
                """ + MINE + " AND status = 'running'",
                update ->
                        update.bind("message", TaskText.fit(message, MAX_TEXT)).bind("result", json));
    }

    /**
     * Ends the attempt as failed or cancelled; the per cent stay where they were. The end is not published yet.
     *
     * @param outcome failed or cancelled
     * @param error for people
     */
    public boolean ended(Lease lease, TaskStatus outcome, String error) {
        boolean ended = update(
                lease,
                """
                UPDATE task SET status = :outcome, stage = :outcome, message = :error, error = :error, eta_seconds = NULL,
                    lease = NULL, finished_at = :now, updated_at = :now, end_unpublished = TRUE
                """ + MINE,
                update -> update.bind("outcome", outcome.wireName()).bind("error", TaskText.fit(error, MAX_TEXT)));
        if (ended) {
            closeStages(lease.task(), outcome);
        }
        return ended;
    }

    /** A run that was killed in the middle of a stage has not noted its end. */
    private void closeStages(TaskId id, TaskStatus outcome) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE task_stage SET status = :outcome, finished_at = :now WHERE task_id = :id AND status = 'running'
                        """)
                .bind("outcome", outcome.wireName())
                .bind("now", now())
                .bind("id", id.value())
                .execute());
    }

    private boolean update(Lease lease, String sql, UnaryOperator<Update> bindings) {
        return jdbi.withHandle(handle -> bindings.apply(handle.createUpdate(sql))
                        .bind("id", lease.task().value())
                        .bind("lease", lease.token().toString())
                        .bind("now", now())
                        .execute()
                > 0);
    }

    private OffsetDateTime now() {
        return utc(clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    /** Somebody else works on the task by now, or nobody has to any more: stop, and write nothing more. */
    public static final class LeaseLostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LeaseLostException() {
            super("the lease is another's by now");
        }
    }

    /** What a worker's lease is worth. */
    public enum Standing {
        /** The task is the worker's. */
        HELD,
        /** It still is, but somebody asked for the work to be cancelled. */
        CANCELLING,
        /** It is another worker's, or has ended, or is gone: stop, and write nothing more. */
        LOST
    }
}
