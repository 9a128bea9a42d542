package org.taskprogress.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskprogress.stream.StreamsFixture.watching;
import static org.taskprogress.stream.Work.aTask;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskType;

/** The payloads of the batch and session streams, and where these begin. */
class FormatsTest {

    private static final JsonObject DETAILS = Json.createObjectBuilder()
            .add("sheets_total", 11404)
            .add("sheets_processed", 1368)
            .add("elapsed_seconds", 167)
            .build();

    private final Work task = aTask("a");
    private final StreamsFixture world = new StreamsFixture(StreamsFixture.small(64, 16));

    private static Progress progress(String stage, double stagePercent, JsonObject details) {
        return new Progress(
                new TaskId("a"),
                new Owner("alice"),
                new TaskType("sheets"),
                1,
                40,
                stage,
                stagePercent,
                "Progress: 1368/11404 tasks completed",
                Instant.parse("2026-01-15T10:30:00.123456789Z"),
                details);
    }

    private static Frame.Message encode(PayloadFormat format, ProgressEvent event) {
        return format.encode(new StreamEvent(new Cursor(7, 0), 3, event));
    }

    @Test
    void aBatchTellsOfItsSheets() {
        var event = new ProgressEvent.Progressed(progress("processing_sheets", 12.5, DETAILS), Optional.empty());
        var message = encode(BatchFormat.BATCHES, event);

        assertThat(message.name()).isEqualTo("progress");
        assertThat(message.data())
                .isEqualTo("{\"stage\":\"processing_sheets\",\"message\":\"Progress: 1368/11404 tasks completed\","
                        + "\"progress_percentage\":12.5,\"sheets_total\":11404,\"sheets_processed\":1368,"
                        + "\"elapsed_seconds\":167,\"timestamp\":\"2026-01-15T10:30:00.123Z\"}");
    }

    @Test
    void aBatchWithoutDetailsHasNoSheetsYet() {
        var event =
                new ProgressEvent.Progressed(progress("uploading", 50, JsonValue.EMPTY_JSON_OBJECT), Optional.empty());
        var data = Seen.data(encode(BatchFormat.BATCHES, event));

        assertThat(data.getInt("sheets_total")).isZero();
        assertThat(data.getInt("sheets_processed")).isZero();
        assertThat(data.getInt("elapsed_seconds")).isZero();
    }

    @Test
    void theEndOfABatchNamesIt() {
        var event = new ProgressEvent.Completed(progress("completed", 0, DETAILS), JsonValue.EMPTY_JSON_OBJECT);
        var message = encode(BatchFormat.BATCHES, event);

        assertThat(message.name()).isEqualTo("complete");
        assertThat(Seen.data(message).getString("batch_id")).isEqualTo("a");
        assertThat(Seen.data(message).getInt("progress_percentage")).isEqualTo(100);
        assertThat(Seen.data(message)).doesNotContainKey("error_details");
    }

    @Test
    void theFailureOfABatchSaysWhy() {
        var plain = encode(BatchFormat.BATCHES, new ProgressEvent.Failed(progress("failed", 3, DETAILS), "it broke"));
        var withDetails = Json.createObjectBuilder(DETAILS)
                .add("error_details", "QR decode error")
                .build();
        var own = encode(BatchFormat.BATCHES, new ProgressEvent.Failed(progress("failed", 3, withDetails), "it broke"));

        assertThat(plain.name()).isEqualTo("error");
        assertThat(Seen.data(plain).getString("error_details")).isEqualTo("it broke");
        assertThat(Seen.data(own).getString("error_details")).isEqualTo("QR decode error");
    }

    @Test
    void aSessionTellsItsStatusWithoutAName() {
        var details = JsonValue.EMPTY_JSON_OBJECT;
        var running = encode(
                SessionFormat.SESSIONS,
                new ProgressEvent.Progressed(progress("transcribing", 12, details), Optional.empty()));
        var failed = encode(SessionFormat.SESSIONS, new ProgressEvent.Failed(progress("failed", 0, details), "no"));
        var ended = encode(
                SessionFormat.SESSIONS, new ProgressEvent.Completed(progress("completed", 100, details), details));

        assertThat(running.name()).isNull();
        assertThat(running.data())
                .isEqualTo("{\"session_id\":\"a\",\"status\":\"processing\",\"progress\":40,"
                        + "\"message\":\"Progress: 1368/11404 tasks completed\","
                        + "\"timestamp\":\"2026-01-15T10:30:00.123Z\"}");
        assertThat(Seen.data(failed).getString("status")).isEqualTo("failed");
        assertThat(Seen.data(ended).getString("status")).isEqualTo("completed");
    }

    @Test
    void aBatchStreamBeginsWithAllThatWasRecorded() {
        world.rows.put(task.id(), task.row(TaskStatus.RUNNING));
        for (int i = 1; i <= 40; i++) {
            world.publish(task.at(i).progressed());
        }
        var client = openBatch();
        world.publish(task.completed());
        world.settle();

        assertThat(client.ids()).hasSize(41).startsWith("1-0", "2-0").endsWith("41-0");
        assertThat(client.names()).doesNotContain("resync").endsWith("complete");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void aBatchStreamOfAShortenedLogBeginsWithWhatIsKept() {
        world.rows.put(task.id(), task.row(TaskStatus.RUNNING));
        for (int i = 1; i <= 10; i++) {
            world.publish(task.at(i).progressed());
        }
        world.log.trimUpTo(new Cursor(6, 0));
        var client = openBatch();

        assertThat(client.ids()).containsExactly("7-0", "8-0", "9-0", "10-0");
        assertThat(client.names()).containsOnly("progress");
    }

    @Test
    void aBatchStreamWithoutALogBeginsWithTheDatabasesState() {
        world.rows.put(task.id(), task.at(40).row(TaskStatus.RUNNING, Optional.of("7-0")));
        var client = openBatch();

        assertThat(client.names()).containsExactly("progress");
    }

    @Test
    void aBatchStreamThatIsResumedFromTooFarBackSaysSo() {
        world.rows.put(task.id(), task.row(TaskStatus.RUNNING));
        for (int i = 1; i <= 10; i++) {
            world.publish(task.at(i).progressed());
        }
        world.log.trimUpTo(new Cursor(6, 0));
        var client = world.open(watching(task), BatchFormat.BATCHES, Resume.of("2-0", BatchFormat.BATCHES.fresh()));
        world.settle();

        assertThat(client.names()).containsExactly("resync", "progress");
    }

    private ClientRecorder openBatch() {
        var client = world.open(watching(task), BatchFormat.BATCHES, Resume.of(null, BatchFormat.BATCHES.fresh()));
        world.settle();
        return client;
    }
}
