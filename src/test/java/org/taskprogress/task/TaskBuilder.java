package org.taskprogress.task;

import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Builds tasks for tests, as the repository would give them: {@code aTask().of("alice").running("embedding", 40).build()}. */
public final class TaskBuilder {

    private static final Instant CREATED = Instant.parse("2026-01-15T10:30:00Z");

    private final TaskId id = TaskId.random();
    private Owner owner = new Owner("alice");
    private TaskStatus status = TaskStatus.QUEUED;
    private String stage = "queued";
    private String message = "Waiting to start…";
    private int attempt = 1;
    private int percent;
    private double stagePercent;
    private boolean ended;

    private TaskBuilder() {}

    public static TaskBuilder aTask() {
        return new TaskBuilder();
    }

    public TaskBuilder of(String subject) {
        owner = new Owner(subject);
        return this;
    }

    public TaskBuilder inAttempt(int number) {
        attempt = number;
        return this;
    }

    public TaskBuilder running(String inStage, int percentOfTask) {
        status = TaskStatus.RUNNING;
        stage = inStage;
        percent = percentOfTask;
        message = "Working";
        return this;
    }

    public TaskBuilder succeeded() {
        return ended(TaskStatus.SUCCEEDED, "completed", "Done", 100);
    }

    public TaskBuilder failed() {
        return ended(TaskStatus.FAILED, "failed", "The file is encrypted.", percent);
    }

    public TaskBuilder cancelled() {
        return ended(TaskStatus.CANCELLED, "cancelled", "Cancelled", percent);
    }

    private TaskBuilder ended(TaskStatus how, String inStage, String text, int at) {
        status = how;
        stage = inStage;
        message = text;
        percent = at;
        ended = true;
        return this;
    }

    public Task build() {
        boolean well = status == TaskStatus.SUCCEEDED;
        Optional<Instant> end = ended ? Optional.of(CREATED.plusSeconds(60)) : Optional.empty();
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
                stagePercent,
                message,
                status == TaskStatus.RUNNING ? Optional.of(Duration.ofSeconds(31)) : Optional.empty(),
                CREATED,
                status == TaskStatus.QUEUED ? Optional.empty() : Optional.of(CREATED.plusSeconds(1)),
                end.orElse(CREATED.plusSeconds(2)),
                end,
                ended && !well ? Optional.of(message) : Optional.empty(),
                well
                        ? Optional.of(
                                Json.createObjectBuilder().add("chunk_count", 3).build())
                        : Optional.empty(),
                Optional.empty(),
                JsonValue.EMPTY_JSON_OBJECT,
                List.of());
    }
}
