package org.taskprogress.progress;

import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskType;

/**
 * Events as JSON, in the form that is recorded and published (CONTRACT.md, section 6). Times are RFC 3339 in UTC. Thread-safe.
 */
public final class EventJson {

    private static final int TYPICAL_LENGTH = 512;

    /** Kept, because the static methods of {@code Json} look the provider up at each call. */
    private static final JsonProvider JSON = JsonProvider.provider();

    private EventJson() {}

    /** The form to record: without id and {@code seq}, which the log gives. */
    public static String write(ProgressEvent event) {
        var text = new StringWriter(TYPICAL_LENGTH);
        try (var json = JSON.createGenerator(text)) {
            json.writeStartObject();
            write(json, event.progress());
            json.write("event_type", event.name());
            if (event instanceof ProgressEvent.Progressed progressed) {
                progressed.eta().ifPresent(eta -> json.write("eta_seconds", eta.toSeconds()));
            } else if (event instanceof ProgressEvent.Completed completed) {
                json.write("result", completed.result());
            } else if (event instanceof ProgressEvent.Failed failed) {
                json.write("error", failed.error());
            }
            json.writeEnd();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Progress progress) {
        json.write("task_id", progress.task().value());
        json.write("owner", progress.owner().subject());
        json.write("type", progress.type().name());
        json.write("attempt", progress.attempt());
        json.write("progress", progress.percent());
        json.write("stage", progress.stage());
        json.write("stage_progress", progress.stagePercent());
        json.write("message", progress.message());
        json.write("updated_at", progress.at().toString());
        if (!progress.details().isEmpty()) {
            json.write("details", progress.details());
        }
    }

    /**
     * Reads the recorded form; members that it doesn't know are ignored. A worker of another language may leave out
     * {@code event_type} (progress), {@code type} (external), {@code attempt} (1), {@code stage_progress} (0) and {@code message}
     * (empty); a per cent out of its range is moved into it.
     *
     * @throws IllegalArgumentException if it isn't the JSON of an event
     */
    public static ProgressEvent read(String text) {
        try (var reader = JSON.createReader(new StringReader(text))) {
            return event(reader.readObject());
        } catch (JsonException
                | ClassCastException
                | NullPointerException
                | DateTimeException
                | ArithmeticException e) {
            // These are JSON-P's and java.time's ways to say that a member has another type, is missing, or is no time
            throw new IllegalArgumentException("not the JSON of an event", e);
        }
    }

    private static ProgressEvent event(JsonObject json) {
        var progress = progress(json);
        return switch (json.getString("event_type", "progress")) {
            case "progress" -> new ProgressEvent.Progressed(progress, eta(json));
            case "complete" ->
                new ProgressEvent.Completed(
                        progress,
                        json.get("result") instanceof JsonObject result ? result : JsonValue.EMPTY_JSON_OBJECT);
            case "error" -> new ProgressEvent.Failed(progress, json.getString("error", ""));
            default -> throw new IllegalArgumentException("no such event_type");
        };
    }

    private static Progress progress(JsonObject json) {
        return new Progress(
                new TaskId(json.getString("task_id")),
                new Owner(json.getString("owner")),
                new TaskType(json.getString("type", TaskType.EXTERNAL.name())),
                json.getInt("attempt", 1),
                (int) percent(json.getJsonNumber("progress").doubleValue()),
                json.getString("stage"),
                percent(json.get("stage_progress") instanceof JsonNumber number ? number.doubleValue() : 0),
                json.get("message") instanceof JsonString message ? message.getString() : "",
                Instant.parse(json.getString("updated_at")),
                json.get("details") instanceof JsonObject details ? details : JsonValue.EMPTY_JSON_OBJECT);
    }

    private static double percent(double value) {
        return Math.max(0, Math.min(100, value));
    }

    private static Optional<Duration> eta(Map<String, JsonValue> json) {
        return json.get("eta_seconds") instanceof JsonNumber seconds
                        && seconds.bigDecimalValue().compareTo(BigDecimal.ZERO) >= 0
                ? Optional.of(Duration.ofSeconds(seconds.longValue()))
                : Optional.empty();
    }
}
