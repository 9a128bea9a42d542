package org.taskprogress.task;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.taskprogress.task.TaskRow.utc;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * What becomes known of tasks of the type {@code external}: they have no lease, since their workers know nothing of ours, and every
 * instance hears of them. So each write names the attempt, an older state never overwrites a newer one, and an attempt ends once.
 * Thread-safe. Throws {@link org.jdbi.v3.core.JdbiException} when the database can't be reached.
 */
@Singleton
public class ExternalWork {

    /** Largest result as JSON, in bytes: an event has at most 64 KiB, with all that is around it. */
    public static final int MAX_RESULT = 40_000;

    private static final int MAX_TEXT = 1_000;
    private static final int MAX_DETAILS = 4_000;

    private static final String OPEN =
            " WHERE id = :id AND attempt = :attempt AND type = 'external' AND status IN ('queued', 'running')";

    private final Jdbi jdbi;
    private final Clock clock;

    @Inject
    public ExternalWork(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * How far a task is.
     *
     * @param percent the row's never falls
     * @param stages all that have begun, in order, the last one is the present one; none if that has not changed
     */
    public record State(
            TaskId id,
            int attempt,
            int percent,
            String stage,
            double stagePercent,
            String message,
            Optional<Duration> eta,
            JsonObject details,
            List<Begun> stages) {

        /** The same with these stages. */
        public State with(List<Begun> others) {
            return new State(id, attempt, percent, stage, stagePercent, message, eta, details, others);
        }
    }

    /** A stage and when it began. */
    public record Begun(String stage, Instant at) {}

    /**
     * How an attempt ended.
     *
     * @param outcome succeeded, failed or cancelled
     * @param error for people, unless it succeeded
     * @param result kept if it succeeded; one of more than {@value #MAX_RESULT} bytes is not
     * @param key the Idempotency-Key that it came with
     */
    public record End(
            State last, TaskStatus outcome, Optional<String> error, JsonObject result, Optional<String> key) {}

    /**
     * Brings a row up to date, unless it tells of a later event, or the attempt has ended or is another by now.
     *
     * @param eventId the recorded event that says the same
     * @param order grows with the events
     */
    public void progressed(State state, String eventId, long order) {
        jdbi.useTransaction(handle -> {
            int written = handle.createUpdate("""
                            UPDATE task SET status = 'running', percent = GREATEST(percent, :percent), stage = :stage,
                                stage_percent = :stagePercent, message = :message, eta_seconds = :eta, details = :details,
                                last_event_id = :event, event_order = :order, started_at = COALESCE(started_at, :now), updated_at = :now
                            """ + OPEN + " AND event_order < :order")
                    .bind("id", state.id().value())
                    .bind("attempt", state.attempt())
                    .bind("percent", state.percent())
                    .bind("stage", state.stage())
                    .bind("stagePercent", state.stagePercent())
                    .bind("message", TaskText.fit(state.message(), MAX_TEXT))
                    .bind("eta", state.eta().map(Duration::toSeconds).orElse(null))
                    .bind("details", details(state.details()))
                    .bind("event", eventId)
                    .bind("order", order)
                    .bind("now", utc(now()))
                    .execute();
            if (written > 0) {
                ExternalStages.write(handle, state);
            }
        });
    }

    /**
     * Ends an attempt. The end is not published yet: {@link TaskRepository#unpublishedEnds}.
     *
     * @return false if it had ended already, or is another by now
     */
    public boolean ended(End end) {
        State last = end.last();
        String result = TaskText.storable(end.result().toString());
        boolean well = end.outcome() == TaskStatus.SUCCEEDED;
        Instant now = now();
        return jdbi.inTransaction(handle -> {
            int written = handle.createUpdate("""
                            UPDATE task SET status = :outcome, percent = GREATEST(percent, :percent), stage = :stage,
                                stage_percent = CASE WHEN :stage = 'completed' THEN 100 ELSE stage_percent END, message = :message,
                                error = :error, result = :result, details = :details, eta_seconds = NULL,
                                started_at = COALESCE(started_at, :now), finished_at = :now, updated_at = :now, end_unpublished = TRUE
                            """ + OPEN)
                    .bind("id", last.id().value())
                    .bind("attempt", last.attempt())
                    .bind("outcome", end.outcome().wireName())
                    .bind("percent", well ? 100 : last.percent())
                    .bind("stage", well ? "completed" : end.outcome().wireName())
                    .bind("message", TaskText.fit(last.message(), MAX_TEXT))
                    .bind(
                            "error",
                            end.error()
                                    .map(text -> TaskText.fit(text, MAX_TEXT))
                                    .orElse(null))
                    .bind("result", well && result.getBytes(UTF_8).length <= MAX_RESULT ? result : null)
                    .bind("details", details(last.details()))
                    .bind("now", utc(now))
                    .execute();
            if (written > 0) {
                ExternalStages.write(handle, last);
                ExternalStages.close(handle, last.id(), end.outcome(), now);
                end.key().ifPresent(key -> keep(handle, last, key));
            }
            return written > 0;
        });
    }

    private static void keep(Handle handle, State last, String key) {
        handle.createUpdate("INSERT INTO end_key (task_id, idempotency_key, attempt) VALUES (:id, :key, :attempt)")
                .bind("id", last.id().value())
                .bind("key", key)
                .bind("attempt", last.attempt())
                .execute();
    }

    /** Which attempt the end that came with this key ended, if one did. */
    public OptionalInt attemptEndedBy(TaskId id, String key) {
        return jdbi.withHandle(handle -> handle.createQuery(
                                "SELECT attempt FROM end_key WHERE task_id = :id AND idempotency_key = :key")
                        .bind("id", id.value())
                        .bind("key", key)
                        .mapTo(Integer.class)
                        .findOne())
                .map(OptionalInt::of)
                .orElseGet(OptionalInt::empty);
    }

    /**
     * Where a task stands, in short.
     *
     * @param isOpen whether more may become known of this attempt
     * @param order of the event that the row tells of
     */
    public record Standing(int attempt, boolean isOpen, long order) {}

    /** Where those of the tasks stand that exist, of whatever type. */
    public Map<TaskId, Standing> standings(Collection<TaskId> ids) {
        var standings = new HashMap<TaskId, Standing>();
        jdbi.useHandle(handle -> handle.createQuery(
                        "SELECT id, attempt, event_order, status IN ('queued', 'running') AS open FROM task WHERE id IN (<ids>)")
                .bindList("ids", ids.stream().map(TaskId::value).toList())
                .map((row, context) -> standings.put(
                        new TaskId(row.getString("id")),
                        new Standing(row.getInt("attempt"), row.getBoolean("open"), row.getLong("event_order"))))
                .list());
        return standings;
    }

    /**
     * Tasks whose worker said by plain progress that it is done (the stage is {@code completed}, {@code failed} or {@code cancelled}),
     * and then nothing more for this long.
     */
    public List<TaskId> silentlyEnded(Duration silence, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id FROM task WHERE status = 'running' AND type = 'external'
                            AND stage IN ('completed', 'failed', 'cancelled') AND updated_at < :before
                        ORDER BY updated_at LIMIT :limit
                        """)
                .bind("before", utc(now().minus(silence)))
                .bind("limit", limit)
                .mapTo(String.class)
                .map(TaskId::new)
                .list());
    }

    private static String details(JsonObject details) {
        String json = TaskText.storable(details.toString());
        return json.length() <= MAX_DETAILS ? json : "{}";
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
