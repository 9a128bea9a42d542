package org.taskprogress.stream;

import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskType;

/** A task, its events, and its row in the database. */
record Work(TaskId id, Owner owner, int attempt, String stage, int percent) {

    static final Instant NOW = Instant.parse("2026-01-15T10:30:00Z");

    static Work aTask(String id) {
        return new Work(new TaskId(id), new Owner("alice"), 1, "extraction", 0);
    }

    Work of(String owner) {
        return new Work(id, new Owner(owner), attempt, stage, percent);
    }

    Work inAttempt(int attempt) {
        return new Work(id, owner, attempt, stage, percent);
    }

    Work in(String stage) {
        return new Work(id, owner, attempt, stage, percent);
    }

    Work at(int percent) {
        return new Work(id, owner, attempt, stage, percent);
    }

    ProgressEvent progressed() {
        return new ProgressEvent.Progressed(progress(stage, percent), Optional.empty());
    }

    ProgressEvent completed() {
        return new ProgressEvent.Completed(progress("completed", 100), JsonValue.EMPTY_JSON_OBJECT);
    }

    ProgressEvent failed() {
        return new ProgressEvent.Failed(progress("failed", percent), "it broke");
    }

    private Progress progress(String stage, int percent) {
        return new Progress(
                id,
                owner,
                new TaskType("document"),
                attempt,
                percent,
                stage,
                0,
                "working",
                NOW,
                JsonValue.EMPTY_JSON_OBJECT);
    }

    Task row(TaskStatus status) {
        return row(status, Optional.empty());
    }

    Task row(TaskStatus status, Optional<String> lastEventId) {
        boolean ended = status.isTerminal();
        return new Task(
                id,
                new TaskType("document"),
                owner,
                "report.pdf",
                status,
                false,
                attempt,
                percent,
                stage,
                0,
                "working",
                Optional.empty(),
                NOW,
                Optional.empty(),
                NOW,
                ended ? Optional.of(NOW) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                lastEventId,
                JsonValue.EMPTY_JSON_OBJECT,
                List.of());
    }
}
