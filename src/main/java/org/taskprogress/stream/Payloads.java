package org.taskprogress.stream;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.taskprogress.progress.ProgressEvent;

/** What the payloads of all routes share. */
final class Payloads {

    /** Kept, because the static methods of {@code Json} look the provider up at each call. */
    private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

    private Payloads() {}

    static JsonObjectBuilder object() {
        return JSON.createObjectBuilder();
    }

    static JsonArrayBuilder array(List<JsonObjectBuilder> objects) {
        var array = JSON.createArrayBuilder();
        objects.forEach(array::add);
        return array;
    }

    static String at(Instant now) {
        return object().add("ts", time(now)).build().toString();
    }

    /** RFC 3339 in UTC; no finer than milliseconds, which is what every client can read. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** The status of the routes that send data only. */
    static String status(ProgressEvent event) {
        if (event instanceof ProgressEvent.Completed) {
            return "completed";
        }
        return event instanceof ProgressEvent.Failed ? "failed" : "processing";
    }

    static Frame.Kin kin(ProgressEvent event, boolean provable) {
        var progress = event.progress();
        boolean droppable = !event.isTerminal();
        return new Frame.Kin(progress.task(), progress.attempt(), progress.stage(), droppable, provable);
    }
}
