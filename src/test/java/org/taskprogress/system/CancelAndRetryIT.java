package org.taskprogress.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskprogress.testing.Documents;
import org.taskprogress.testing.SseRecorder;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressServer;

class CancelAndRetryIT {

    private static final int PAGES = 150;

    @TempDir
    private static Path directory;

    private static TaskProgressServer server;
    private static TaskProgressClient alice;
    private static Path document;

    @BeforeAll
    static void signIn() {
        server = TaskProgressServer.shared();
        alice = server.as("alice");
        document = Documents.longPdf(directory, PAGES);
    }

    @Test
    void aCancelledDocumentGoesOnWhereItWasAndCanBeDeletedAtItsEnd() {
        String id = alice.upload(document, "cancel");
        alice.awaitTask(id, task -> task.getString("stage").equals("embedding") && task.getInt("progress") >= 40);
        assertThat(alice.delete("/api/v1/tasks/" + id).status()).isEqualTo(409);

        cancelWhileItIsWatched(id);
        assertThat(alice.post("/api/v1/tasks/" + id + "/cancel").status()).isEqualTo(409);
        retryToTheEnd(id);
        assertThat(alice.post("/api/v1/tasks/" + id + "/retry").status()).isEqualTo(409);
        assertThat(alice.post("/api/v1/tasks/" + id + "/cancel").status()).isEqualTo(409);
        deleteWithAllThatHangsOnIt(id);
    }

    private static void cancelWhileItIsWatched(String id) {
        try (SseRecorder recorder = alice.stream(id).open()) {
            recorder.awaitEvents(1);
            TaskProgressClient.Answer answer = alice.post("/api/v1/tasks/" + id + "/cancel");
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.json().getString("status")).isEqualTo("cancelling");

            List<Telling> told = Telling.all(recorder.awaitEnd());
            Telling.assertWithoutHole(told);
            Telling.assertSteady(told);
            Telling last = told.get(told.size() - 1);
            assertThat(last.name()).isEqualTo("error");
            assertThat(last.stage()).isEqualTo("cancelled");
        }
        JsonObject task = alice.task(id);
        assertThat(task.getString("status")).isEqualTo("cancelled");
        assertThat(task.getInt("progress")).isBetween(40, 99);
    }

    private static void retryToTheEnd(String id) {
        TaskProgressClient.Answer answer = alice.post("/api/v1/tasks/" + id + "/retry");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().getInt("attempt")).isEqualTo(2);
        assertThat(answer.json().getString("task_id")).isEqualTo(id);

        assertThat(alice.awaitEnd(id).getString("status")).isEqualTo("succeeded");
        List<Telling> recorded = Telling.recorded(alice, id);
        Telling.assertWithoutHole(recorded);
        Telling.assertSteady(recorded);
        assertThat(recorded.get(0).seq()).isEqualTo(1);
        assertThat(recorded)
                .filteredOn(Telling::isEnd)
                .extracting(Telling::name)
                .containsExactly("error", "complete");
        // It goes on after the last finished stage
        assertThat(recorded)
                .filteredOn(event -> event.attempt() == 2)
                .extracting(Telling::stage)
                .doesNotContain("extraction", "chunking")
                .contains("embedding", "indexing", "completed");
    }

    private static void deleteWithAllThatHangsOnIt(String id) {
        List<String> before = server.storedFiles();
        assertThat(found(id)).isTrue();

        assertThat(alice.delete("/api/v1/tasks/" + id).status()).isEqualTo(204);

        assertThat(alice.get("/api/v1/tasks/" + id).status()).isEqualTo(404);
        assertThat(alice.get("/api/v1/tasks/" + id + "/events").status()).isEqualTo(404);
        assertThat(alice.get("/api/v1/tasks/stream?task_ids=" + id).status()).isEqualTo(404);
        assertThat(alice.get("/documents/" + id).status()).isEqualTo(404);
        assertThat(alice.delete("/api/v1/tasks/" + id).status()).isEqualTo(404);
        assertThat(found(id)).isFalse();
        assertThat(server.storedFiles()).hasSize(before.size() - 1);
    }

    @Test
    void aDocumentThatStillWaitsIsCancelledAtOnce() {
        // Two are worked on at a time, so that the third has to wait
        String first = alice.upload(document, "cancel");
        String second = alice.upload(document, "cancel");
        alice.awaitTask(first, task -> task.getString("status").equals("running"));
        alice.awaitTask(second, task -> task.getString("status").equals("running"));
        String third = alice.upload(document, "cancel");

        assertThat(alice.post("/api/v1/tasks/" + third + "/cancel").json().getString("status"))
                .isEqualTo("cancelled");
        try (SseRecorder recorder = alice.stream(third).open()) {
            List<Telling> told = Telling.all(recorder.awaitEnd());
            assertThat(told.get(told.size() - 1).stage()).isEqualTo("cancelled");
        }
        for (String id : List.of(first, second)) {
            alice.post("/api/v1/tasks/" + id + "/cancel");
        }
        for (String id : List.of(first, second, third)) {
            assertThat(alice.awaitEnd(id).getString("status")).isEqualTo("cancelled");
            assertThat(alice.delete("/api/v1/tasks/" + id).status()).isEqualTo(204);
        }
    }

    private static boolean found(String id) {
        return alice.search("harbour engine lantern", "&case_id=cancel").getValuesAs(JsonObject.class).stream()
                .anyMatch(hit -> hit.getString("document_id").equals(id));
    }
}
