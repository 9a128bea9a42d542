package org.taskprogress.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.taskprogress.testing.SseEvent;
import org.taskprogress.testing.TaskProgressClient;

/**
 * What a client was told of one task, in order: an event each with its id, name and payload, whichever way it came.
 *
 * @param id the cursor
 * @param name {@code progress}, {@code complete} or {@code error}
 */
record Telling(String id, String name, JsonObject payload) {

    static Telling of(SseEvent event) {
        return new Telling(event.id().orElse(""), event.event(), json(event.data()));
    }

    /** The recorded events in what a stream sent: no heartbeats, and not how a task stands that has no event yet. */
    static List<Telling> all(List<SseEvent> events) {
        return events.stream().filter(Telling::isRecorded).map(Telling::of).toList();
    }

    /** Whether it tells of something recorded: a {@code seq} is what only such an event has. */
    static boolean isRecorded(SseEvent event) {
        return event.id().isPresent() && json(event.data()).containsKey("seq");
    }

    /** What the log has of a task, oldest first. */
    static List<Telling> recorded(TaskProgressClient client, String id) {
        return client
                .get("/api/v1/tasks/" + id + "/events")
                .json()
                .getJsonArray("events")
                .getValuesAs(JsonObject.class)
                .stream()
                .map(event -> new Telling(event.getString("id"), event.getString("event"), event))
                .toList();
    }

    static JsonObject json(String text) {
        return Json.createReader(new ByteArrayInputStream(text.getBytes(UTF_8))).readObject();
    }

    int seq() {
        return payload.getInt("seq");
    }

    int percent() {
        return payload.getInt("progress");
    }

    String stage() {
        return payload.getString("stage");
    }

    int attempt() {
        return payload.getInt("attempt");
    }

    boolean isEnd() {
        return name.equals("complete") || name.equals("error");
    }

    /** How many events were skipped before this one, by conflation. */
    int skipped() {
        return payload.getInt("skipped", 0);
    }

    /** Fails unless ids only grow and no event of these is missing: the next one's seq follows, but for what it says was skipped. */
    static void assertWithoutHole(List<Telling> told) {
        IntStream.range(1, told.size()).forEach(i -> {
            Telling before = told.get(i - 1);
            Telling event = told.get(i);
            assertThat(compareIds(before.id(), event.id()))
                    .as("%s before %s", before, event)
                    .isNegative();
            assertThat(event.seq()).as("after %s", before).isEqualTo(before.seq() + 1 + event.skipped());
        });
    }

    /** Fails unless the percentages never fall within an attempt, and each attempt has one end at most, its last event. */
    static void assertSteady(List<Telling> told) {
        IntStream.range(1, told.size()).forEach(i -> {
            Telling before = told.get(i - 1);
            Telling event = told.get(i);
            if (before.attempt() == event.attempt()) {
                assertThat(event.percent()).as("after %s", before).isGreaterThanOrEqualTo(before.percent());
                assertThat(before.isEnd())
                        .as("%s is followed by %s", before, event)
                        .isFalse();
            }
        });
    }

    static int compareIds(String a, String b) {
        return Arrays.compare(parts(a), parts(b));
    }

    private static long[] parts(String id) {
        return Arrays.stream(id.split("-")).mapToLong(Long::parseLong).toArray();
    }
}
