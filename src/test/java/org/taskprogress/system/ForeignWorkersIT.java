package org.taskprogress.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskprogress.testing.Python;
import org.taskprogress.testing.RedisServer;
import org.taskprogress.testing.SseRecorder;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressClient.Answer;
import org.taskprogress.testing.TaskProgressServer;

/** Workers in other languages: by PUBLISH, by the script, and by HTTP. */
class ForeignWorkersIT {

    @TempDir
    private static Path directory;

    private static RedisServer redis;
    private static TaskProgressServer server;
    private static TaskProgressClient alice;
    private static TaskProgressClient worker;

    private final String id = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        server = TaskProgressServer.start(Map.of("REDIS_URL", redis.url()));
        alice = server.as("alice");
        worker = server.as("worker");
    }

    @AfterAll
    static void stop() {
        server.close();
        redis.close();
    }

    private static Python python() {
        return Python.withCelery(Map.of("REDIS_URL", redis.url(), "BROKER_DIR", directory.toString()));
    }

    private static Answer post(TaskProgressClient client, String path, String json, String... headers) {
        var request =
                client.request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request);
    }

    private Answer register(String more) {
        return post(
                worker,
                "/api/v1/tasks",
                "{\"task_id\":\"" + id + "\",\"owner\":\"alice\",\"type\":\"external\"" + more + "}");
    }

    private Answer report(String json, String... headers) {
        return post(worker, "/api/v1/tasks/" + id + "/events", json, headers);
    }

    @Test
    void aCeleryWorkerOfTheDesignIsWatchedLive() throws Exception {
        Python python = python();
        assertThat(register("").status()).isEqualTo(201);
        Path output = Files.createFile(directory.resolve("celery.log"));
        Process celery = python.begin(
                output,
                "-m",
                "celery",
                "-A",
                "tasks",
                "worker",
                "--pool",
                "solo",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
                "--loglevel",
                "WARNING");
        try (SseRecorder recorder = alice.stream(id).open()) {
            recorder.awaitEvents(1);
            python.run("start.py", "alice", id);
            List<Telling> told = Telling.all(recorder.awaitEnd());

            Telling.assertWithoutHole(told);
            Telling.assertSteady(told);
            assertThat(told).extracting(Telling::percent).containsExactly(0, 20, 50, 60, 70, 80, 100, 100);
            assertThat(told.get(told.size() - 1).name()).isEqualTo("complete");
        } finally {
            celery.destroy();
            celery.waitFor();
        }
        JsonObject task = alice.task(id);
        assertThat(task.getString("status")).isEqualTo("succeeded");
        assertThat(task.getJsonArray("stages").getValuesAs(JsonObject.class))
                .extracting(stage -> stage.getString("name"))
                .containsExactly("started", "downloading", "transcribing", "uploading");
    }

    @Test
    void aWorkerThatRunsTheScriptIsWatchedLive() throws Exception {
        Python python = python();
        assertThat(register("").status()).isEqualTo(201);
        Path script = directory.resolve("emit.lua");
        Files.writeString(script, server.asNobody().get("/redis/emit.lua").body());
        try (SseRecorder recorder = alice.stream(id).open()) {
            recorder.awaitEvents(1);
            python.run("emit.py", script.toString(), "alice", id);
            List<Telling> told = Telling.all(recorder.awaitEnd());

            assertThat(told).extracting(Telling::percent).containsExactly(10, 60, 100);
            assertThat(told).extracting(Telling::seq).containsExactly(1, 2, 3);
        }
        JsonObject task = alice.awaitEnd(id);
        assertThat(task.getString("status")).isEqualTo("succeeded");
        assertThat(task.getJsonObject("result").getInt("pages")).isEqualTo(30);
    }

    @Test
    void aWorkerWithoutRedisRegistersAndReports() {
        Answer registered = register(",\"title\":\"My job\",\"stages\":[\"reading\",\"writing\"]");
        assertThat(registered.status()).isEqualTo(201);
        assertThat(registered.header("Location")).endsWith("/api/v1/tasks/" + id);
        assertThat(registered.json().getString("title")).isEqualTo("My job");
        assertThat(registered.json().getJsonArray("stages")).hasSize(2);
        assertThat(register("").status()).isEqualTo(200);

        Answer first = report("{\"progress\":10,\"stage\":\"reading\"}", "Idempotency-Key", "k-1");
        assertThat(first.status()).as("%s", first).isEqualTo(202);
        Answer again = report("{\"progress\":10,\"stage\":\"reading\"}", "Idempotency-Key", "k-1");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().getString("id")).isEqualTo(first.json().getString("id"));
        assertThat(report("{\"progress\":60,\"stage\":\"writing\"}").status()).isEqualTo(202);
        assertThat(report("{\"event_type\":\"complete\",\"result\":{\"n\":1}}", "Idempotency-Key", "k-2")
                        .status())
                .isEqualTo(202);
        assertThat(report("{\"event_type\":\"complete\"}", "Idempotency-Key", "k-2")
                        .status())
                .isEqualTo(200);
        assertThat(report("{\"progress\":70}").status()).isEqualTo(409);

        List<Telling> recorded = Telling.recorded(alice, id);
        Telling.assertWithoutHole(recorded);
        assertThat(recorded).extracting(Telling::percent).containsExactly(10, 60, 100);
        JsonObject task = alice.task(id);
        assertThat(task.getString("status")).isEqualTo("succeeded");
        assertThat(alice.delete("/api/v1/tasks/" + id).status()).isEqualTo(204);
        assertThat(report("{\"progress\":70}").status()).isEqualTo(404);
    }

    @Test
    void whatCantBeTakenIsAProblem() {
        assertThat(post(alice, "/api/v1/tasks", "{\"owner\":\"alice\"}").status())
                .isEqualTo(403);
        Answer bad =
                post(worker, "/api/v1/tasks", "{\"task_id\":\"a b\",\"type\":\"document\",\"title\":5,\"stages\":[1]}");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.type()).isEqualTo("application/problem+json");
        assertThat(bad.json().getJsonArray("errors").getValuesAs(JsonObject.class))
                .extracting(error -> error.getString("field"))
                .containsExactlyInAnyOrder("task_id", "owner", "type", "title", "stages");

        assertThat(report("{\"progress\":5}").status()).isEqualTo(404);
        assertThat(register("").status()).isEqualTo(201);
        assertThat(post(worker, "/api/v1/tasks", "{\"task_id\":\"" + id + "\",\"owner\":\"bob\",\"type\":\"external\"}")
                        .status())
                .isEqualTo(409);
        assertThat(post(alice, "/api/v1/tasks/" + id + "/events", "{\"progress\":5}")
                        .status())
                .isEqualTo(403);
        assertThat(report("no JSON").status()).isEqualTo(400);
        assertThat(report("{\"progress\":\"x\"}")
                        .json()
                        .getJsonArray("errors")
                        .getJsonObject(0)
                        .getString("field"))
                .isEqualTo("progress");
        assertThat(report("{\"task_id\":\"other\"}").status()).isEqualTo(400);
        assertThat(report("{\"message\":\"" + "x".repeat(70_000) + "\"}").status())
                .isEqualTo(413);
        assertThat(report("{\"progress\":5}", "Idempotency-Key", "a b").status())
                .isEqualTo(400);
        assertThat(report("{\"progress\":5,\"attempt\":2}").status()).isEqualTo(409);
        assertThat(worker.send(worker.request("/api/v1/tasks/" + id + "/events")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{}")))
                        .status())
                .isEqualTo(415);
        String document = alice.upload("stars.txt", Subjects.STARS, "foreign");
        assertThat(post(worker, "/api/v1/tasks/" + document + "/events", "{\"progress\":5}")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void anExternalTaskIsCancelledAtOnceAndMayBeTriedAgain() {
        assertThat(register("").status()).isEqualTo(201);
        assertThat(report("{\"progress\":40,\"stage\":\"reading\"}").status()).isEqualTo(202);

        Answer cancelled = alice.post("/api/v1/tasks/" + id + "/cancel");
        assertThat(cancelled.status()).isEqualTo(202);
        assertThat(cancelled.json().getString("status")).isEqualTo("cancelled");
        assertThat(report("{\"progress\":50}").status()).isEqualTo(409);
        Answer again = alice.post("/api/v1/tasks/" + id + "/retry");
        assertThat(again.status()).as("%s", again).isEqualTo(202);
        assertThat(again.json().getInt("attempt")).isEqualTo(2);
        assertThat(report("{\"progress\":5,\"stage\":\"reading\"}").status()).isEqualTo(202);
        assertThat(report("{\"event_type\":\"error\",\"error\":\"no\"}").status())
                .isEqualTo(202);

        List<Telling> recorded = Telling.recorded(alice, id);
        Telling.assertWithoutHole(recorded);
        Telling.assertSteady(recorded);
        assertThat(recorded)
                .filteredOn(Telling::isEnd)
                .extracting(Telling::stage)
                .containsExactly("cancelled", "failed");
        assertThat(recorded).filteredOn(event -> event.attempt() == 2).isNotEmpty();
    }

    @Test
    void aFloodAndGarbageHarmNobodyElse() throws Exception {
        Python python = python();
        assertThat(register("").status()).isEqualTo(201);
        long before = server.residentBytes();
        try (SseRecorder recorder = alice.stream(id).open()) {
            recorder.awaitEvents(1);
            var flood =
                    CompletableFuture.runAsync(() -> python.run("flood.py", "task_progress:mallory:flood", "300000"));
            long slowest = 0;
            for (int percent = 1; percent <= 20; percent++) {
                String name = "" + percent;
                long begin = System.nanoTime();
                assertThat(report("{\"progress\":" + name + ",\"stage\":\"s\"}").status())
                        .isEqualTo(202);
                recorder.awaitEvent("progress " + name, event -> event.data().contains("\"progress\":" + name + ","));
                slowest = Math.max(slowest, System.nanoTime() - begin);
            }
            flood.join();
            System.getLogger(ForeignWorkersIT.class.getName())
                    .log(System.Logger.Level.INFO, "slowest event during the flood: {0} ms", slowest / 1_000_000);
            assertThat(report("{\"event_type\":\"complete\"}").status()).isEqualTo(202);
            List<Telling> told = Telling.all(recorder.awaitEnd());

            Telling.assertWithoutHole(told);
            assertThat(told).hasSize(21);
            assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(5));
        }
        assertThat(alice.get("/api/v1/tasks/flood").status()).isEqualTo(404);
        assertThat(server.residentBytes() - before).isLessThan(400L * 1024 * 1024);
        Awaitility.await().until(() -> rejected("too_large") >= 1 && rejected("rate_limited") > 100_000);
        assertThat(rejected("bad_channel")).isGreaterThanOrEqualTo(1);
        assertThat(Files.readString(server.data().resolveSibling("output.log"), UTF_8))
                .doesNotContain("\nevent: complete");
    }

    private static double rejected(String reason) {
        return server.asNobody()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("task_progress_rejected_total") && line.contains("\"" + reason + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
