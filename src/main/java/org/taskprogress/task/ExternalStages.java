package org.taskprogress.task;

import static org.taskprogress.task.TaskRow.utc;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The stages of external tasks in the database. */
final class ExternalStages {

    private ExternalStages() {}

    /** Writes those that have begun. In one transaction with the task's row, which is locked by then. */
    static void write(Handle handle, ExternalWork.State state) {
        int last = state.stages().size() - 1;
        for (int i = 0; i <= last; i++) {
            ExternalWork.Begun stage = state.stages().get(i);
            Optional<Instant> end =
                    i < last ? Optional.of(state.stages().get(i + 1).at()) : Optional.empty();
            writeOne(handle, state.id(), stage, end);
        }
    }

    private static void writeOne(Handle handle, TaskId id, ExternalWork.Begun stage, Optional<Instant> end) {
        String status = (end.isPresent() ? TaskStatus.SUCCEEDED : TaskStatus.RUNNING).wireName();
        int known = handle.createUpdate("""
                        UPDATE task_stage SET status = :status, started_at = COALESCE(started_at, :start), finished_at = :end
                        WHERE task_id = :id AND name = :stage
                        """)
                .bind("id", id.value())
                .bind("stage", stage.stage())
                .bind("status", status)
                .bind("start", utc(stage.at()))
                .bind("end", end.map(TaskRow::utc).orElse(null))
                .execute();
        if (known == 0) {
            handle.createUpdate("""
                            INSERT INTO task_stage (task_id, position, name, status, started_at, finished_at)
                            SELECT :id, COUNT(*), :stage, :status, CAST(:start AS TIMESTAMP WITH TIME ZONE),
                                CAST(:end AS TIMESTAMP WITH TIME ZONE)
                            FROM task_stage WHERE task_id = :id
                            """)
                    .bind("id", id.value())
                    .bind("stage", stage.stage())
                    .bind("status", status)
                    .bind("start", utc(stage.at()))
                    .bind("end", end.map(TaskRow::utc).orElse(null))
                    .execute();
        }
    }

    /** The stage that was at work ends as the task does. */
    static void close(Handle handle, TaskId id, TaskStatus outcome, Instant now) {
        handle.createUpdate("""
                        UPDATE task_stage SET status = :outcome, finished_at = :now WHERE task_id = :id AND status = 'running'
                        """)
                .bind("outcome", outcome.wireName())
                .bind("now", utc(now))
                .bind("id", id.value())
                .execute();
    }

    /** The stages of an external task before a new attempt. */
    static void reset(Handle handle, TaskId id) {
        handle.createUpdate("""
                        UPDATE task_stage SET status = 'queued', started_at = NULL, finished_at = NULL
                        WHERE task_id = :id AND EXISTS (SELECT 1 FROM task t WHERE t.id = task_id AND t.type = 'external')
                        """).bind("id", id.value()).execute();
    }
}
