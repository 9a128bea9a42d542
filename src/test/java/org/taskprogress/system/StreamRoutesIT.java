package org.taskprogress.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.taskprogress.testing.PostgresServer;
import org.taskprogress.testing.RawRequest;
import org.taskprogress.testing.RedisServer;
import org.taskprogress.testing.SseEvent;
import org.taskprogress.testing.SseRecorder;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressClient.Answer;
import org.taskprogress.testing.TaskProgressServer;
import redis.clients.jedis.RedisClient;

/** The stream routes over HTTP, at two instances, with events of a worker that uses {@code emit.lua}. */
class StreamRoutesIT {

    private static final int LIMIT = 6;

    private static RedisServer redis;
    private static RedisClient jedis;
    private static Jdbi database;
    private static TaskProgressServer a;
    private static TaskProgressServer b;
    private static TaskProgressClient alice;
    private static String emit;

    private final String id = UUID.randomUUID().toString();
    private int number;

    @BeforeAll
    static void start() {
        PostgresServer.Database made = PostgresServer.shared().createDatabase();
        database = Jdbi.create(made.jdbcUrl(), made.user(), made.password());
        redis = RedisServer.startPersistent();
        jedis = RedisClient.create(redis.url());
        var settings = new TreeMap<>(Map.of(
                "REDIS_URL", redis.url(),
                "DATABASE_URL", made.jdbcUrl(),
                "DATABASE_USER", made.user(),
                "DATABASE_PASSWORD", made.password(),
                "STREAM_MAX_PER_USER", String.valueOf(LIMIT),
                "STREAM_DRAIN_TIME", "PT3S"));
        a = TaskProgressServer.start(settings);
        b = TaskProgressServer.startBeside(a, settings);
        alice = a.as("alice");
        emit = alice.get("/redis/emit.lua").body();
    }

    @AfterAll
    static void stop() {
        for (TaskProgressServer server : List.of(a, b)) {
            server.close();
        }
        jedis.close();
        redis.close();
    }

    /** A row as it is of a task whose work is elsewhere. */
    private void row(String type, String owner) {
        database.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO task (id, type, owner, title, status, stage, message, created_at, updated_at)
                        VALUES (:id, :type, :owner, 'a task', 'running', 'started', 'At work', now(), now())
                        """)
                .bind("id", id)
                .bind("type", type)
                .bind("owner", owner)
                .execute());
    }

    private String emit(String owner, String kind, String stage, int progress, JsonObject details) {
        String payload = Json.createObjectBuilder()
                .add("task_id", id)
                .add("owner", owner)
                .add("event_type", kind)
                .add("progress", progress)
                .add("stage", stage)
                .add("stage_progress", 12.5)
                .add("message", stage + " " + progress)
                .add("updated_at", Instant.now().toString())
                .add("details", details)
                .build()
                .toString();
        number++;
        var reply = (List<?>) jedis.eval(
                emit,
                List.of("tp:{p0}:log", "tp:{p0}:last", "tp:{p0}:t:" + id, "tp:{p0}:s:" + id),
                List.of(owner, id, kind, stage, "1", "worker", String.valueOf(number), payload));
        return String.valueOf(reply.get(0));
    }

    private String emit(String owner, String kind, String stage, int progress) {
        return emit(owner, kind, stage, progress, Json.createObjectBuilder().build());
    }

    private static JsonObject json(String data) {
        return Json.createReader(new StringReader(data)).readObject();
    }

    private static String ticket(TaskProgressClient client) {
        Answer answer = client.post("/api/v1/stream-tickets");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(Instant.parse(answer.json().getString("expires_at")))
                .isBetween(Instant.now().plusSeconds(5), Instant.now().plusSeconds(31));
        return answer.json().getString("ticket");
    }

    @Test
    void aTicketOpensOneStreamAtAnyInstanceAndNothingElse() {
        row("external", "alice");
        String ticket = ticket(alice);
        String path = "/api/v1/tasks/stream?task_ids=" + id + "&ticket=" + ticket;
        assertThat(b.asNobody().get("/api/v1/tasks/" + id + "?ticket=" + ticket).status())
                .isEqualTo(401);
        assertThat(b.asNobody().get("/api/v1/tasks?ticket=" + ticket).status()).isEqualTo(401);
        try (var stream = SseRecorder.of(b.uri(path)).open()) {
            assertThat(stream.status()).isEqualTo(200);
            stream.awaitEvent("progress");
            Answer again = a.asNobody().get(path);
            assertThat(again.status()).isEqualTo(401);
            assertThat(again.type()).isEqualTo("application/problem+json");
            assertThat(again.header("WWW-Authenticate")).contains("Bearer");
            assertThat(again.body()).doesNotContain(ticket);
        }
        assertThat(a.log() + b.log()).doesNotContain(ticket);
    }

    @Test
    void aTicketOpensNoMoreThanItsOwnerMaySee() {
        row("external", "bob");
        String path = "/api/v1/tasks/stream?task_ids=" + id + "&ticket=";
        assertThat(a.asNobody().get(path + ticket(alice)).status()).isEqualTo(403);
        try (var stream =
                alice.streamAt("/api/v1/tasks/stream?all=true&ticket=nonsense").open()) {
            assertThat(stream.status()).as("the header wins").isEqualTo(200);
        }
    }

    @Test
    void anAwaitedTaskIsWatchedFromItsFirstEventOn() {
        try (var stream =
                alice.streamAt("/api/v1/tasks/stream?await=true&task_ids=" + id).open()) {
            assertThat(stream.status()).isEqualTo(200);
            stream.awaitComments(1);
            String first = emit("alice", "progress", "started", 10);
            emit("alice", "complete", "completed", 100);
            var events = stream.awaitEnd();

            assertThat(events).extracting(SseEvent::event).containsExactly("progress", "complete");
            assertThat(events.get(0).lastEventId()).isEqualTo(first);
            assertThat(json(events.get(0).data()).getInt("seq")).isEqualTo(1);
        }
    }

    @Test
    void anAwaitedIdThatIsSomebodyElsesIsNeverTold() {
        try (var stream =
                alice.streamAt("/api/v1/tasks/stream?await=true&task_ids=" + id).open()) {
            stream.awaitComments(1);
            emit("bob", "progress", "started", 10);
            row("external", "bob");
            emit("bob", "progress", "started", 20);
            String own = alice.upload("own.txt", "Some words.", "case-1");
            alice.awaitEnd(own);
            assertThat(stream.events()).isEmpty();
        }
        assertThat(alice.get("/api/v1/tasks/stream?await=true&task_ids=" + id).status())
                .isEqualTo(403);
        assertThat(alice.get("/api/v1/tasks/stream?task_ids=" + UUID.randomUUID())
                        .status())
                .isEqualTo(404);
        assertThat(alice.get("/api/v1/tasks/stream?await=true&task_ids=a%20b").status())
                .isEqualTo(404);
    }

    @Test
    void theBatchStreamTellsTheWholeStory() {
        row("sheets", "alice");
        var details = Json.createObjectBuilder()
                .add("sheets_total", 111)
                .add("sheets_processed", 7)
                .add("elapsed_seconds", 3)
                .build();
        emit("alice", "progress", "uploading", 5);
        emit("alice", "progress", "processing_sheets", 40, details);
        try (var stream = alice.streamAt("/api/batches/" + id + "/stream").open()) {
            stream.awaitEvents(2);
            emit("alice", "complete", "completed", 100, details);
            var events = stream.awaitEnd();

            assertThat(stream.headers().firstValue("Cache-Control")).contains("no-cache, no-transform");
            assertThat(events).extracting(SseEvent::event).containsExactly("progress", "progress", "complete");
            assertThat(json(events.get(1).data()).getInt("sheets_total")).isEqualTo(111);
            assertThat(json(events.get(1).data())
                            .getJsonNumber("progress_percentage")
                            .doubleValue())
                    .isEqualTo(12.5);
            assertThat(json(events.get(2).data()).getString("batch_id")).isEqualTo(id);
            assertThat(alice.get("/api/batches/" + id + "/progress").body())
                    .isEqualTo(events.get(2).data());
            assertThat(alice.send(alice.request("/api/batches/" + id + "/stream")
                                    .header("Last-Event-ID", events.get(2).lastEventId()))
                            .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void theSessionStreamBeginsWithTheStatus() {
        row("recording", "alice");
        String status = "/api/v1/sessions/" + id + "/status";
        assertThat(alice.get(status).json().getString("status")).isEqualTo("processing");
        emit("alice", "progress", "transcribing", 25);
        try (var stream = alice.streamAt(status + "/stream").open()) {
            stream.awaitEvents(1);
            emit("alice", "error", "failed", 25);
            var events = stream.awaitEnd();

            assertThat(events).extracting(SseEvent::event).containsOnly("message");
            assertThat(json(events.get(0).data()).keySet())
                    .containsExactly("session_id", "status", "progress", "message", "timestamp");
            assertThat(json(events.get(1).data()).getString("status")).isEqualTo("failed");
            assertThat(alice.get(status).body()).isEqualTo(events.get(1).data());
        }
    }

    @Test
    void eachRouteShowsItsOwnKindOrSomebodyElsesWork() {
        row("sheets", "alice");
        assertThat(alice.get("/progress/documents/" + id + "/stream").status()).isEqualTo(404);
        assertThat(alice.get("/api/v1/sessions/" + id + "/status/stream").status())
                .isEqualTo(404);
        assertThat(alice.get("/api/v1/sessions/" + id + "/status").status()).isEqualTo(404);
        assertThat(a.as("bob").get("/api/batches/" + id + "/stream").status()).isEqualTo(403);
        database.useHandle(handle -> handle.execute("UPDATE task SET type = 'external' WHERE id = ?", id));
        assertThat(alice.get("/api/v1/sessions/" + id + "/status").status()).isEqualTo(200);
        assertThat(alice.get("/api/batches/" + id + "/progress").status()).isEqualTo(200);
        assertThat(alice.send(alice.request("/api/batches/" + id + "/stream")
                                .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody()))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theLimitOfAUserIsOneOverAllInstances() {
        var bob = a.as("bob");
        var open = new ArrayList<SseRecorder>();
        try {
            for (int i = 0; i < LIMIT; i++) {
                var server = i % 2 == 0 ? a : b;
                var stream = TaskProgressClient.withToken(server, bob.token())
                        .streamAt("/api/v1/tasks/stream?all=true")
                        .open();
                assertThat(stream.status()).isEqualTo(200);
                open.add(stream);
            }
            for (var server : List.of(a, b)) {
                Answer refused =
                        TaskProgressClient.withToken(server, bob.token()).get("/api/v1/tasks/stream?all=true");
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.header("Retry-After")).matches("\\d+");
                assertThat(refused.type()).isEqualTo("application/problem+json");
            }
        } finally {
            open.forEach(SseRecorder::close);
        }
    }

    @Test
    void whoReloadsAgainAndAgainIsNeverRefused() {
        var admin = a.as("admin");
        URI uri = a.uri("/api/v1/tasks/stream?all=true");
        for (int i = 0; i < 10 * LIMIT; i++) {
            try (var reload = new RawRequest(uri)) {
                reload.send("GET " + uri.getRawPath() + "?" + uri.getRawQuery() + " HTTP/1.1\r\nHost: "
                        + uri.getAuthority() + "\r\nAuthorization: Bearer " + admin.token() + "\r\n\r\n");
                assertThat(reload.firstLine()).contains(" 200 ");
            }
        }
    }

    @Test
    void aStopTurnsReadinessDownAndClosesTheStreamsInGoodOrder() {
        var streams = new ArrayList<SseRecorder>();
        var client = b.as("alice");
        for (int i = 0; i < 3; i++) {
            var stream = client.streamAt("/api/v1/tasks/stream?all=true").open();
            stream.awaitComments(1);
            streams.add(stream);
        }
        var stopped = CompletableFuture.runAsync(b::stop);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .until(() -> client.get("/health/ready").status() == 503);
        Answer refused = client.get("/api/v1/tasks/stream?all=true");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).matches("\\d+");
        assertThat(streams).anyMatch(stream -> !stream.isOver());
        streams.forEach(SseRecorder::awaitEnd);
        stopped.join();
        b.restart();
    }

    @Test
    void everyStreamIsCounted() {
        row("sheets", "alice");
        try (var stream = alice.streamAt("/api/batches/" + id + "/stream").open()) {
            stream.awaitEvents(1);
            assertThat(alice.get("/metrics?scope=application").body())
                    .containsPattern("task_progress_streams\\{[^}]*route=\"batches\"[^}]*} [1-9]");
            emit("alice", "complete", "completed", 100);
            stream.awaitEnd();
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                alice.get("/metrics?scope=application").body())
                        .containsPattern("task_progress_streams\\{[^}]*route=\"batches\"[^}]*} 0")
                        .containsPattern("task_progress_stream_closed_total\\{[^}]*reason=\"completed\"[^}]*} [1-9]"));
    }

    @Test
    void theInterfaceIsDescribed() {
        String openapi = alice.get("/openapi?format=JSON").body();
        var paths = json(openapi).getJsonObject("paths");
        assertThat(paths)
                .containsKeys(
                        "/api/v1/stream-tickets",
                        "/api/v1/tasks/stream",
                        "/progress/documents/{id}/stream",
                        "/api/batches/{id}/stream",
                        "/api/batches/{id}/progress",
                        "/api/v1/sessions/{id}/status/stream",
                        "/api/v1/sessions/{id}/status");
        assertThat(paths.getJsonObject("/api/batches/{id}/stream").toString())
                .contains("Last-Event-ID", "ticket", "\"id\"", "429");
        assertThat(paths.getJsonObject("/api/v1/tasks/stream").toString()).contains("task_ids", "await");
    }
}
