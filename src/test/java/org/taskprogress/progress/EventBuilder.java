package org.taskprogress.progress;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskType;

/** Builds events for tests: {@code anEvent().of(task).at(40).in("embedding").progressed()}. */
public final class EventBuilder {

    private TaskId task = TaskId.random();
    private Owner owner = new Owner("alice");
    private int attempt = 1;
    private int percent = 10;
    private String stage = "extraction";
    private String message = "Page 3 of 30";
    private JsonObject details = JsonValue.EMPTY_JSON_OBJECT;

    private EventBuilder() {}

    public static EventBuilder anEvent() {
        return new EventBuilder();
    }

    public EventBuilder of(TaskId task) {
        this.task = task;
        return this;
    }

    public EventBuilder of(Owner owner) {
        this.owner = owner;
        return this;
    }

    public EventBuilder inAttempt(int attempt) {
        this.attempt = attempt;
        return this;
    }

    public EventBuilder at(int percent) {
        this.percent = percent;
        return this;
    }

    public EventBuilder in(String stage) {
        this.stage = stage;
        return this;
    }

    public EventBuilder saying(String message) {
        this.message = message;
        return this;
    }

    /** One of the details that only this kind of work shows. */
    public EventBuilder with(String detail, int value) {
        details = Json.createObjectBuilder(details).add(detail, value).build();
        return this;
    }

    public ProgressEvent.Progressed progressed() {
        return new ProgressEvent.Progressed(progress(), Optional.of(Duration.ofSeconds(31)));
    }

    public ProgressEvent.Completed completed() {
        stage = "completed";
        return new ProgressEvent.Completed(
                progress(), Json.createObjectBuilder().add("chunks", 320).build());
    }

    public ProgressEvent.Failed failed() {
        stage = "failed";
        return new ProgressEvent.Failed(progress(), "The file is encrypted.");
    }

    private Progress progress() {
        var at = Instant.parse("2025-01-15T10:30:00Z");
        return new Progress(task, owner, new TaskType("document"), attempt, percent, stage, 12.5, message, at, details);
    }
}
