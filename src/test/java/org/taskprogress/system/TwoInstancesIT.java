package org.taskprogress.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskprogress.testing.Documents;
import org.taskprogress.testing.PostgresServer;
import org.taskprogress.testing.RedisServer;
import org.taskprogress.testing.SseRecorder;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressServer;

/** Two instances on one PostgreSQL and one Redis; {@code a} and {@code b} share the file store too. */
class TwoInstancesIT {

    private static final int PAGES = 200;

    @TempDir
    private static Path directory;

    private static RedisServer redis;
    private static Map<String, String> settings;
    private static TaskProgressServer a;
    private static TaskProgressServer b;
    private static Path document;

    @BeforeAll
    static void start() {
        PostgresServer.Database database = PostgresServer.shared().createDatabase();
        redis = RedisServer.startPersistent();
        settings = new TreeMap<>(Map.of(
                "REDIS_URL", redis.url(),
                "DATABASE_URL", database.jdbcUrl(),
                "DATABASE_USER", database.user(),
                "DATABASE_PASSWORD", database.password()));
        a = TaskProgressServer.start(settings);
        b = TaskProgressServer.startBeside(a, settings);
        document = Documents.longPdf(directory, PAGES);
    }

    @AfterAll
    static void stop() {
        for (TaskProgressServer server : List.of(a, b)) {
            server.close();
        }
        redis.close();
    }

    @Test
    void whatOneInstanceDoesIsSeenAtTheOther() {
        TaskProgressClient atA = a.as("alice");
        TaskProgressClient atB = TaskProgressClient.withToken(b, atA.token());
        String id = atA.upload("stars.txt", Subjects.STARS, "two");
        String longer = atA.upload(Documents.longPdf(directory, 20), "two");

        try (SseRecorder here = atA.stream(id + "," + longer).open();
                SseRecorder there = atB.stream(id + "," + longer).open()) {
            assertThat(Telling.all(there.awaitEnd())).filteredOn(Telling::isEnd).hasSize(2);
            assertThat(Telling.all(here.awaitEnd())).filteredOn(Telling::isEnd).hasSize(2);
        }
        assertThat(atB.task(id).getString("status")).isEqualTo("succeeded");
        assertThat(best(atB, "What is far away in the night sky?")).isEqualTo(id);
        assertThat(best(atA, "What is far away in the night sky?")).isEqualTo(id);
        assertThat(atB.delete("/api/v1/tasks/" + id).status()).isEqualTo(204);
        assertThat(atA.get("/api/v1/tasks/" + id).status()).isEqualTo(404);
        assertThat(atA.search("light years telescope", "&case_id=two").getValuesAs(JsonObject.class))
                .noneMatch(hit -> hit.getString("document_id").equals(id));
    }

    @Test
    void theOtherInstanceTakesOverWhatAKilledOneWorkedOn() {
        // Both workers of each instance are busy, so that either has work of its own when one is killed.
        TaskProgressClient atB = b.as("alice");
        List<String> ids =
                List.of(atB.upload(document, "two"), atB.upload(document, "two"), atB.upload(document, "two"));
        ids.forEach(id -> atB.awaitTask(id, task -> task.getString("status").equals("running")));
        atB.awaitTask(ids.get(0), task -> task.getString("stage").equals("embedding"));

        a.kill();
        try (SseRecorder recorder = atB.stream(String.join(",", ids)).open()) {
            recorder.awaitEnd();
        } finally {
            a.restart();
        }

        for (String id : ids) {
            JsonObject task = atB.task(id);
            assertThat(task.getString("status")).as("%s", task).isEqualTo("succeeded");
            assertEndedOnceWithoutHole(atB, id);
        }
    }

    @Test
    void anInstanceWithFilesOfItsOwnWaitsForTheirReturnAndIsSeenByAll() {
        try (TaskProgressServer apart = TaskProgressServer.start(settings)) {
            TaskProgressClient atApart = apart.as("bob");
            TaskProgressClient atB = TaskProgressClient.withToken(b, atApart.token());
            String id = atApart.upload(document, "two");
            atB.awaitTask(id, task -> task.getInt("progress") > 30);

            apart.kill();
            assertThat(atB.awaitTask(id, task -> task.getBoolean("stalled")).getString("status"))
                    .isEqualTo("running");
            apart.restart();

            assertThat(atB.awaitEnd(id).getString("status")).isEqualTo("succeeded");
            assertThat(atB.task(id).getBoolean("stalled")).isFalse();
            assertEndedOnceWithoutHole(atB, id);
        }
    }

    @Test
    void workAndStreamsSurviveTheLossOfRedis() {
        TaskProgressClient alice = a.as("alice");
        String id = alice.upload(document, "two");
        try (SseRecorder recorder = alice.stream(id).open()) {
            recorder.awaitEvent("the extraction", event -> event.data().contains("\"extraction\""));
            redis.kill();
            try {
                for (TaskProgressServer server : List.of(a, b)) {
                    awaitStatus(server, "/health/ready", 503);
                    awaitStatus(server, "/health/live", 200);
                }
                JsonObject task =
                        alice.awaitTask(id, now -> now.getString("stage").equals("embedding"));
                assertThat(task.getString("status")).isEqualTo("running");
                assertThat(recorder.isOver()).isFalse();
            } finally {
                redis.restart();
            }
            for (TaskProgressServer server : List.of(a, b)) {
                awaitStatus(server, "/health/ready", 200);
            }
            List<Telling> told = Telling.all(recorder.awaitEnd());
            assertThat(told.get(told.size() - 1).name()).isEqualTo("complete");
            Telling.assertWithoutHole(told);
        }
        assertEndedOnceWithoutHole(alice, id);
    }

    private static String best(TaskProgressClient client, String question) {
        return client.search(question, "&case_id=two").getJsonObject(0).getString("document_id");
    }

    private static void awaitStatus(TaskProgressServer server, String path, int status) {
        Awaitility.await(path)
                .atMost(Duration.ofSeconds(60))
                .until(() -> server.asNobody().get(path).status() == status);
    }

    private static void assertEndedOnceWithoutHole(TaskProgressClient client, String id) {
        List<Telling> recorded = Telling.recorded(client, id);
        Telling.assertWithoutHole(recorded);
        Telling.assertSteady(recorded);
        assertThat(recorded.get(0).seq()).isEqualTo(1);
        assertThat(recorded)
                .filteredOn(Telling::isEnd)
                .extracting(Telling::name)
                .containsExactly("complete");
    }
}
