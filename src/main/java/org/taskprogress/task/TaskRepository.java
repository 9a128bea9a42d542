package org.taskprogress.task;

import static org.taskprogress.task.TaskRow.utc;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * The tasks in the database. Thread-safe. What a worker writes goes by {@link TaskWork}; this is everybody else's side. Methods throw
 * {@link org.jdbi.v3.core.JdbiException} when the database can't be reached.
 */
@Singleton
public class TaskRepository {

    /** A worker whose heartbeat (db-scheduler's, every 3 s) is missing for longer than this is probably dead. */
    private static final int STALLED_AFTER_SECONDS = 8;

    private static final int MAX_TITLE = 500;

    private static final String SELECT = """
            SELECT t.*, (t.status IN ('running', 'cancelling') AND t.type <> 'external' AND NOT EXISTS (
                SELECT 1 FROM scheduled_tasks s
                WHERE s.task_instance = t.id AND (NOT s.picked OR s.last_heartbeat > :alive))) AS stalled
            FROM task t
            """;

    private final Jdbi jdbi;
    private final Clock clock;

    @Inject
    public TaskRepository(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Adds a queued task, and in the same transaction what its pipeline keeps of it.
     *
     * @param title at most 500 characters are kept
     * @param storeId where its files lie
     * @param details adds the rows that hang on the task's
     */
    public void add(TaskId id, TaskType type, Owner owner, String title, String storeId, Consumer<Handle> details) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("""
                            INSERT INTO task (id, type, owner, title, status, store_id, stage, message, created_at, updated_at)
                            VALUES (:id, :type, :owner, :title, 'queued', :store, 'queued', 'Waiting to start…', :now, :now)
                            """)
                    .bind("id", id.value())
                    .bind("type", type.name())
                    .bind("owner", owner.subject())
                    .bind("title", TaskText.fit(title, MAX_TITLE))
                    .bind("store", storeId)
                    .bind("now", utc(now()))
                    .execute();
            details.accept(handle);
        });
    }

    public Optional<Task> find(TaskId id) {
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery(SELECT + "WHERE t.id = :id").bind("id", id.value());
            return read(handle, query).stream().findFirst();
        });
    }

    /** Those of the tasks that exist, in no order. */
    public List<Task> find(Collection<TaskId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery(SELECT + "WHERE t.id IN (<ids>)")
                    .bindList("ids", ids.stream().map(TaskId::value).toList());
            return read(handle, query);
        });
    }

    /** The newest tasks of everybody, at most {@code limit}. */
    public List<Task> newest(int limit) {
        return page(new TaskFilter(Optional.empty(), Optional.empty(), Optional.empty()), Optional.empty(), limit);
    }

    /** The newest tasks of an owner, at most {@code limit}. */
    public List<Task> newestOf(Owner owner, int limit) {
        return page(new TaskFilter(Optional.of(owner), Optional.empty(), Optional.empty()), Optional.empty(), limit);
    }

    /**
     * Tasks that match, newest first.
     *
     * @param after go on behind this place; empty for the first page
     */
    List<Task> page(TaskFilter filter, Optional<TaskPlace> after, int limit) {
        Map<String, Object> bindings = new LinkedHashMap<>();
        List<String> conditions = new ArrayList<>();
        filter.owner().ifPresent(owner -> {
            conditions.add("t.owner = :owner");
            bindings.put("owner", owner.subject());
        });
        filter.status().ifPresent(status -> {
            conditions.add("t.status = :status");
            bindings.put("status", status.wireName());
        });
        filter.type().ifPresent(type -> {
            conditions.add("t.type = :type");
            bindings.put("type", type.name());
        });
        after.ifPresent(place -> {
            conditions.add("(t.created_at < :place OR (t.created_at = :place AND t.id < :placeId))");
            bindings.put("place", utc(place.createdAt()));
            bindings.put("placeId", place.id().value());
        });
        String where = conditions.isEmpty() ? "" : "WHERE " + String.join(" AND ", conditions);
        return jdbi.withHandle(handle -> read(
                handle,
                handle.createQuery(SELECT + where + " ORDER BY t.created_at DESC, t.id DESC LIMIT :limit")
                        .bindMap(bindings)
                        .bind("limit", limit)));
    }

    /** Tasks of this store that have not ended, but wait for no worker and have none: what a crash between two lines leaves. */
    public List<TaskId> unscheduled(String storeId, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id FROM task t WHERE status IN ('queued', 'running', 'cancelling') AND store_id = :store
                            AND NOT EXISTS (SELECT 1 FROM scheduled_tasks s WHERE s.task_instance = t.id)
                        ORDER BY created_at LIMIT :limit
                        """)
                .bind("store", storeId)
                .bind("limit", limit)
                .mapTo(String.class)
                .map(TaskId::new)
                .list());
    }

    /**
     * Asks for a task to be cancelled: a queued one ends at once, and so does an external one, whose worker we can't ask; any other
     * running one becomes {@code cancelling}.
     *
     * @return false if it has ended already
     */
    boolean cancel(TaskId id) {
        return jdbi.inTransaction(handle -> {
            int ended = handle.createUpdate("""
                            UPDATE task SET status = 'cancelled', stage = 'cancelled', message = 'Cancelled', error = 'Cancelled',
                                eta_seconds = NULL, lease = NULL, finished_at = :now, updated_at = :now, end_unpublished = TRUE
                            WHERE id = :id AND (status = 'queued' OR (type = 'external' AND status = 'running'))
                            """)
                    .bind("id", id.value())
                    .bind("now", utc(now()))
                    .execute();
            if (ended > 0) {
                ExternalStages.close(handle, id, TaskStatus.CANCELLED, now());
            }
            int asked = handle.createUpdate("""
                            UPDATE task SET status = 'cancelling', message = 'Cancelling…', updated_at = :now
                            WHERE id = :id AND status IN ('running', 'cancelling') AND type <> 'external'
                            """)
                    .bind("id", id.value())
                    .bind("now", utc(now()))
                    .execute();
            return ended + asked > 0;
        });
    }

    /**
     * Queues a failed or cancelled task again, as a new attempt that goes on after the last finished stage. An external one begins anew:
     * how its worker goes on is not ours to know.
     *
     * @return false if it has not ended so, or its end is not yet recorded (the new attempt's events would come before it)
     */
    boolean retry(TaskId id) {
        return jdbi.inTransaction(handle -> {
            boolean queued = handle.createUpdate("""
                                    UPDATE task SET status = 'queued', attempt = attempt + 1, percent = 0, stage = 'queued',
                                        stage_percent = 0, message = 'Waiting to start…', error = NULL, result = NULL, lease = NULL,
                                        details = NULL, started_at = NULL, finished_at = NULL, updated_at = :now
                                    WHERE id = :id AND status IN ('failed', 'cancelled') AND NOT end_unpublished
                                    """)
                            .bind("id", id.value())
                            .bind("now", utc(now()))
                            .execute()
                    > 0;
            if (queued) {
                handle.createUpdate("DELETE FROM task_stage WHERE task_id = :id AND status <> 'succeeded'"
                                + " AND NOT EXISTS (SELECT 1 FROM task t WHERE t.id = task_id AND t.type = 'external')")
                        .bind("id", id.value())
                        .execute();
                ExternalStages.reset(handle, id);
            }
            return queued;
        });
    }

    /**
     * Deletes a task that has ended, with all that hangs on it in the database.
     *
     * @return false if it has not ended
     */
    boolean delete(TaskId id) {
        return jdbi.inTransaction(handle -> {
            TaskRegistry.remember(handle, id, now());
            return handle.createUpdate(
                                    "DELETE FROM task WHERE id = :id AND status IN ('succeeded', 'failed', 'cancelled') AND NOT end_unpublished")
                            .bind("id", id.value())
                            .execute()
                    > 0;
        });
    }

    /** Whether a task's end is committed but perhaps not recorded in the log. */
    public boolean isEndUnpublished(TaskId id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT end_unpublished FROM task WHERE id = :id")
                .bind("id", id.value())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false));
    }

    /** Tasks whose end is committed but perhaps not recorded in the log, oldest first. */
    public List<Task> unpublishedEnds(int limit) {
        return jdbi.withHandle(handle -> read(
                handle,
                handle.createQuery(SELECT + "WHERE t.end_unpublished ORDER BY t.finished_at LIMIT :limit")
                        .bind("limit", limit)));
    }

    /** Notes that the end of an attempt is recorded in the log. */
    public void endPublished(TaskId id, int attempt, String eventId) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE task SET end_unpublished = FALSE, last_event_id = :event
                        WHERE id = :id AND attempt = :attempt AND end_unpublished
                        """)
                .bind("id", id.value())
                .bind("attempt", attempt)
                .bind("event", eventId)
                .execute());
    }

    private List<Task> read(Handle handle, Query query) {
        List<Task> tasks = query.bind("alive", utc(now().minusSeconds(STALLED_AFTER_SECONDS)))
                .map((row, context) -> TaskRow.read(row))
                .list();
        if (tasks.isEmpty()) {
            return tasks;
        }
        Map<String, List<Task.StageRun>> stages = new HashMap<>();
        handle.createQuery("SELECT * FROM task_stage WHERE task_id IN (<ids>) ORDER BY position")
                .bindList("ids", tasks.stream().map(task -> task.id().value()).toList())
                .map((row, context) -> stages.computeIfAbsent(row.getString("task_id"), id -> new ArrayList<>())
                        .add(TaskRow.readStage(row)))
                .list();
        return tasks.stream()
                .map(task -> task.withStages(stages.getOrDefault(task.id().value(), List.of())))
                .toList();
    }

    /** Microseconds are what both databases keep; a finer time would come back as another one. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
