package org.taskprogress.task;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The JSON form of a task (CONTRACT §3). */
final class TaskJson {

    private static final double MILLIS_PER_SECOND = 1_000.0;

    private TaskJson() {}

    static JsonObject of(Task task) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("task_id", task.id().value())
                .add("type", task.type().name())
                .add("owner", task.owner().subject())
                .add("title", task.title())
                .add("status", task.status().wireName())
                .add("stalled", task.stalled())
                .add("attempt", task.attempt())
                .add("progress", task.percent())
                .add("stage", task.stage())
                .add("stage_progress", task.stagePercent())
                .add("message", task.message())
                .add(
                        "eta_seconds",
                        task.eta()
                                .map(eta -> (JsonValue) Json.createValue(eta.toSeconds()))
                                .orElse(JsonValue.NULL))
                .add("created_at", task.createdAt().toString());
        addTime(json, "started_at", task.startedAt());
        json.add("updated_at", task.updatedAt().toString());
        addTime(json, "finished_at", task.finishedAt());
        addText(json, "error", task.error());
        json.add("result", task.result().map(JsonValue.class::cast).orElse(JsonValue.NULL));
        var stages = Json.createArrayBuilder();
        task.stages().forEach(stage -> stages.add(stage(stage)));
        json.add("stages", stages);
        addText(json, "last_event_id", task.lastEventId());
        return json.add("links", links(task)).build();
    }

    private static JsonObjectBuilder stage(Task.StageRun stage) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("name", stage.name())
                .add("status", stage.status().wireName());
        addTime(json, "started_at", stage.startedAt());
        addTime(json, "finished_at", stage.finishedAt());
        stage.startedAt()
                .flatMap(start -> stage.finishedAt().map(end -> Duration.between(start, end)))
                .ifPresent(took -> json.add("seconds", took.toMillis() / MILLIS_PER_SECOND));
        return json;
    }

    private static JsonObjectBuilder links(Task task) {
        String self = "/api/v1/tasks/" + task.id();
        return Json.createObjectBuilder()
                .add("self", self)
                .add("stream", "/api/v1/tasks/stream?task_ids=" + task.id())
                .add("events", self + "/events")
                .add("cancel", self + "/cancel")
                .add("retry", self + "/retry");
    }

    private static void addTime(JsonObjectBuilder json, String name, Optional<Instant> time) {
        addText(json, name, time.map(Instant::toString));
    }

    private static void addText(JsonObjectBuilder json, String name, Optional<String> text) {
        json.add(name, text.map(value -> (JsonValue) Json.createValue(value)).orElse(JsonValue.NULL));
    }
}
