package org.taskprogress.task;

import static org.taskprogress.task.TaskRow.utc;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** How tasks of the type {@code external} come to be known, and for a moment what was deleted of them. Thread-safe. */
@Singleton
public class TaskRegistry {

    private static final int MAX_TITLE = 500;
    private static final int ATTEMPTS = 4;

    /** Longer than a message of a worker is on its way. */
    private static final Duration DELETED_FOR = Duration.ofSeconds(60);

    private final Jdbi jdbi;
    private final Clock clock;

    @Inject
    public TaskRegistry(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * A task to be registered.
     *
     * @param title at most 500 characters are kept
     * @param stages announced, in order, each once; may be empty
     */
    public record Registration(TaskId id, Owner owner, String title, List<String> stages) {}

    /** Adds those of the tasks that don't exist and were not deleted within the last minute; returns how many. */
    public int register(Collection<Registration> registrations) {
        for (int attempt = 1; ; attempt++) {
            try {
                return add(registrations);
            } catch (JdbiException conflict) {
                // Every instance hears of a new task at once, and one of them is first
                if (attempt == ATTEMPTS || !isConflict(conflict)) {
                    throw conflict;
                }
            }
        }
    }

    private int add(Collection<Registration> registrations) {
        Instant now = now();
        return jdbi.inTransaction(handle -> {
            int added = 0;
            for (Registration each : registrations) {
                if (add(handle, each, now)) {
                    added++;
                }
            }
            return added;
        });
    }

    /** A key that exists by now, or a transaction that gave way to another (SQL standard, classes 23 and 40). */
    private static boolean isConflict(JdbiException failure) {
        return failure.getCause() instanceof SQLException sql
                && sql.getSQLState() != null
                && (sql.getSQLState().startsWith("23") || sql.getSQLState().startsWith("40"));
    }

    private static boolean add(Handle handle, Registration task, Instant now) {
        int added = handle.createUpdate("""
                        INSERT INTO task (id, type, owner, title, status, stage, message, created_at, updated_at)
                        SELECT :id, 'external', :owner, :title, 'queued', 'queued', 'Waiting to start…', :now, :now
                        WHERE NOT EXISTS (SELECT 1 FROM task WHERE id = :id)
                            AND NOT EXISTS (SELECT 1 FROM deleted_task WHERE id = :id AND deleted_at > :deleted)
                        """)
                .bind("id", task.id().value())
                .bind("owner", task.owner().subject())
                .bind("title", TaskText.fit(task.title(), MAX_TITLE))
                .bind("now", utc(now))
                .bind("deleted", utc(now.minus(DELETED_FOR)))
                .execute();
        for (int position = 0; added > 0 && position < task.stages().size(); position++) {
            handle.createUpdate(
                            "INSERT INTO task_stage (task_id, position, name, status) VALUES (:id, :position, :name, 'queued')")
                    .bind("id", task.id().value())
                    .bind("position", position)
                    .bind("name", task.stages().get(position))
                    .execute();
        }
        return added > 0;
    }

    /** Keeps for a minute that an external task was deleted, and forgets those of before. */
    static void remember(Handle handle, TaskId id, Instant now) {
        handle.createUpdate("DELETE FROM deleted_task WHERE deleted_at < :before OR id = :id")
                .bind("before", utc(now.minus(DELETED_FOR)))
                .bind("id", id.value())
                .execute();
        handle.createUpdate(
                        "INSERT INTO deleted_task (id, deleted_at) SELECT id, :now FROM task WHERE id = :id AND type = 'external'"
                                + " AND status IN ('succeeded', 'failed', 'cancelled') AND NOT end_unpublished")
                .bind("id", id.value())
                .bind("now", utc(now))
                .execute();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
