package org.taskprogress.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskprogress.testing.Documents;
import org.taskprogress.testing.SseRecorder;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressServer;

class CrashIT {

    private static final int PAGES = 200;

    @TempDir
    private static Path directory;

    private static TaskProgressServer server;
    private static Path document;

    @BeforeAll
    static void start() {
        server = TaskProgressServer.start();
        document = Documents.longPdf(directory, PAGES);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aDocumentGoesOnAfterTheServerWasKilledWhileItEmbedded() {
        TaskProgressClient alice = server.as("alice");
        String earlier = alice.upload("animals.txt", Subjects.ANIMALS, "crash");
        alice.awaitEnd(earlier);
        String id = alice.upload(document, "crash");
        JsonObject before = alice.awaitTask(id, task -> embedded(task) >= 40);
        String cursor = before.getString("last_event_id");

        kill();
        server.restart();

        assertThat(alice.task(earlier).getString("status")).isEqualTo("succeeded");
        assertThat(alice.search("a pet for a small flat", "&case_id=crash")
                        .getJsonObject(0)
                        .getString("document_id"))
                .isEqualTo(earlier);
        try (SseRecorder recorder = alice.stream(id).lastEventId(cursor).open()) {
            List<Telling> told = Telling.all(recorder.awaitEnd());
            Telling.assertWithoutHole(told);
            assertThat(told.get(told.size() - 1).name()).isEqualTo("complete");
        }
        assertEndedOnceWithoutHole(alice, id);
        assertThat(Telling.recorded(alice, id))
                .extracting(CrashIT::chunk)
                .filteredOn(chunk -> chunk > 0)
                .as("what was embedded before is not embedded again")
                .hasSizeGreaterThan(10)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aDocumentGoesOnAfterTheServerWasKilledWhileItRead() {
        TaskProgressClient alice = server.as("alice");
        String id = alice.upload(document, "crash");
        alice.awaitTask(
                id,
                task -> task.getString("stage").equals("extraction")
                        && task.getJsonNumber("stage_progress").doubleValue() > 5);

        kill();
        server.restart();

        JsonObject task = alice.awaitEnd(id);
        assertThat(task.getString("status")).as("%s", task).isEqualTo("succeeded");
        assertThat(task.getJsonObject("result").getInt("pages")).isEqualTo(PAGES);
        assertEndedOnceWithoutHole(alice, id);
    }

    @Test
    void aDocumentGoesOnAfterTheServerWasStoppedInGoodOrder() {
        TaskProgressClient alice = server.as("alice");
        String id = alice.upload(document, "crash");
        alice.awaitTask(id, task -> embedded(task) >= 20);
        List<ProcessHandle> children = server.children();

        server.stop();
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        server.restart();

        JsonObject task = alice.awaitEnd(id);
        assertThat(task.getString("status")).as("%s", task).isEqualTo("succeeded");
        assertEndedOnceWithoutHole(alice, id);
    }

    /** Of its children only Redis may live on, for the next start. */
    private static void kill() {
        List<ProcessHandle> children = server.children();
        server.kill();
        Awaitility.await("the extraction's process ends with its server")
                .atMost(Duration.ofSeconds(20))
                .until(() -> children.stream()
                        .filter(ProcessHandle::isAlive)
                        .allMatch(child -> child.info().command().orElse("").contains("redis")));
    }

    private static void assertEndedOnceWithoutHole(TaskProgressClient alice, String id) {
        List<Telling> recorded = Telling.recorded(alice, id);
        Telling.assertWithoutHole(recorded);
        Telling.assertSteady(recorded);
        assertThat(recorded.get(0).seq()).isEqualTo(1);
        assertThat(recorded)
                .filteredOn(Telling::isEnd)
                .extracting(Telling::name)
                .containsExactly("complete");
        assertThat(recorded).extracting(Telling::attempt).containsOnly(1);
    }

    /** Per cent of the embedding. */
    private static double embedded(JsonObject task) {
        return task.getString("stage").equals("embedding")
                ? task.getJsonNumber("stage_progress").doubleValue()
                : 0;
    }

    /** The number of the chunk that an event tells of, 0 if of none. */
    private static int chunk(Telling event) {
        String number = event.payload().getString("message").replaceFirst("^Embedding chunk (\\d+) of .*", "$1");
        return number.matches("\\d+") ? Integer.parseInt(number) : 0;
    }
}
