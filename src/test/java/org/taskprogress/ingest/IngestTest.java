package org.taskprogress.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.taskprogress.ingest.Channel.Family;
import org.taskprogress.ingest.Posted.Recorded;
import org.taskprogress.ingest.Posted.Refused;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.progress.ProgressEvent.Completed;
import org.taskprogress.progress.ProgressEvent.Failed;
import org.taskprogress.progress.ProgressEvent.Progressed;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.redis.RedisParts;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRegistry.Registration;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskType;
import org.taskprogress.testing.RedisServer;
import org.taskprogress.testing.SharedRedis;
import org.taskprogress.testing.TestDatabase;

class IngestTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    private final List<Instance> instances = new ArrayList<>();
    private final TaskId id = TaskId.random();
    private final String channel = "task_progress:alice:" + id;

    @BeforeAll
    static void openDatabase() {
        database = TestDatabase.h2();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @AfterEach
    void closeInstances() {
        instances.forEach(Instance::close);
    }

    private Instance instance() {
        var instance = new Instance(SharedRedis.url(), database);
        instances.add(instance);
        return instance;
    }

    private void register(Instance instance) {
        instance.registry.register(List.of(new Registration(id, new Owner("alice"), "job", List.of())));
    }

    private String payload(String members) {
        return "{\"task_id\":\"" + id + "\"," + members + "}";
    }

    private List<RecordedEvent> recorded(Instance instance) {
        return instance.redis.log().after(id, Cursor.START, 1_000).events();
    }

    private List<RecordedEvent> awaitRecorded(Instance instance, int count) {
        await().atMost(LIMIT).until(() -> recorded(instance).size() >= count);
        return recorded(instance);
    }

    private Task awaitRow(Instance instance, TaskStatus status) {
        return await().atMost(LIMIT)
                .until(
                        () -> {
                            instance.rows.flush();
                            return instance.tasks.find(id);
                        },
                        task -> task.filter(found -> found.status() == status).isPresent())
                .orElseThrow();
    }

    private Posted.Outcome post(Instance instance, String json, String key) throws Exception {
        JsonObject object = Json.createReader(new java.io.StringReader(json)).readObject();
        var posted = new Posted(
                id,
                Payloads.read(Family.TASKS, id, object),
                Optional.of(key).filter(text -> !text.isEmpty()),
                new CompletableFuture<>());
        assertThat(instance.intake.offer(posted)).isTrue();
        return posted.outcome().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aTaskThatNobodyKnowsIsRegisteredForTheOwnerOfTheChannel() {
        Instance instance = instance();
        instance.redis.publish(
                "task_progress:a%40b:" + id, payload("\"progress\":20,\"stage\":\"downloading\",\"message\":\"m\""));

        Task task = awaitRow(instance, TaskStatus.RUNNING);

        assertThat(task.owner()).isEqualTo(new Owner("a@b"));
        assertThat(task.type()).isEqualTo(TaskType.EXTERNAL);
        assertThat(task.percent()).isEqualTo(20);
        assertThat(task.stage()).isEqualTo("downloading");
        assertThat(task.stalled()).isFalse();
        assertThat(task.startedAt()).isPresent();
        assertThat(task.lastEventId()).contains(recorded(instance).get(0).id().toString());
        assertThat(task.stages()).extracting(Task.StageRun::name).containsExactly("downloading");
    }

    @Test
    void anAttemptGoesThroughItsStagesToOneEnd() {
        Instance instance = instance();
        for (String stage : List.of("downloading", "transcribing", "uploading")) {
            instance.redis.publish(channel, payload("\"progress\":30,\"stage\":\"" + stage + "\""));
        }
        instance.redis.publish(
                channel,
                payload(
                        "\"event_type\":\"complete\",\"progress\":100,\"stage\":\"completed\",\"result\":{\"words\":1e99}"));
        instance.redis.publish(channel, payload("\"progress\":99,\"stage\":\"late\""));
        instance.redis.publish(channel, payload("\"event_type\":\"error\",\"error\":\"late\""));

        List<RecordedEvent> recorded = awaitRecorded(instance, 4);
        await().until(() -> instance.rejected.size() == 2);
        assertThat(recorded).hasSize(4);
        assertThat(recorded).extracting(RecordedEvent::seq).containsExactly(1L, 2L, 3L, 4L);
        assertThat(recorded.get(3).event()).isInstanceOfSatisfying(Completed.class, end -> {
            assertThat(end.result().getJsonNumber("words").doubleValue()).isEqualTo(1e99);
            assertThat(end.progress().stage()).isEqualTo("completed");
            assertThat(end.progress().percent()).isEqualTo(100);
        });
        Task task = awaitRow(instance, TaskStatus.SUCCEEDED);
        assertThat(task.stages())
                .extracting(Task.StageRun::name, Task.StageRun::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("downloading", TaskStatus.SUCCEEDED),
                        org.assertj.core.groups.Tuple.tuple("transcribing", TaskStatus.SUCCEEDED),
                        org.assertj.core.groups.Tuple.tuple("uploading", TaskStatus.SUCCEEDED));
        await().until(() -> !instance.tasks.isEndUnpublished(id));
        assertThat(instance.rejected).containsOnly(Reason.ENDED);
    }

    @Test
    void aFailureKeepsItsPercentageAndNothingFalls() {
        Instance instance = instance();
        instance.redis.publish(channel, payload("\"progress\":60,\"stage\":\"a\""));
        instance.redis.publish(channel, payload("\"progress\":40"));
        instance.redis.publish(
                channel,
                payload("\"event_type\":\"error\",\"stage\":\"failed\",\"error\":\"No service\",\"progress\":0"));

        List<RecordedEvent> recorded = awaitRecorded(instance, 3);
        assertThat(recorded)
                .extracting(event -> event.event().progress().percent())
                .containsExactly(60, 60, 60);
        assertThat(recorded)
                .extracting(event -> event.event().progress().stage())
                .containsExactly("a", "a", "failed");
        assertThat(recorded.get(2).event())
                .isInstanceOfSatisfying(
                        Failed.class, end -> assertThat(end.error()).isEqualTo("No service"));
        assertThat(instance.tasks.find(id).orElseThrow().stages().get(0).status())
                .isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void aWorkerOfTheDesignWhoseLastWordIsPlainProgressIsDone() {
        Instance instance = instance();
        instance.redis.publish(
                channel, payload("\"progress\":100,\"stage\":\"completed\",\"message\":\"Processing complete\""));
        awaitRow(instance, TaskStatus.RUNNING);

        await().atMost(LIMIT).pollInterval(Duration.ofMillis(200)).until(() -> {
            instance.ends.endTheSilent();
            return instance.tasks.find(id).orElseThrow().status() == TaskStatus.SUCCEEDED;
        });
        assertThat(awaitRecorded(instance, 2).get(1).event()).isInstanceOf(Completed.class);
    }

    @Test
    void theOtherFamiliesNeedAKnownTask() {
        Instance instance = instance();
        instance.redis.publish(
                "document:" + id + ":progress", "{\"status\":\"processing\",\"step\":\"chunking\",\"progress\":40}");
        await().until(() -> instance.rejected.equals(List.of(Reason.UNKNOWN_TASK)));

        register(instance);
        instance.redis.publish(
                "document:" + id + ":progress", "{\"status\":\"processing\",\"step\":\"chunking\",\"progress\":40}");
        instance.redis.publish(
                "batch:" + id + ":progress",
                "{\"stage\":\"loading_database\",\"progress_percentage\":50.5,\"sheets_total\":11404,\"sheets_processed\":11404}");
        instance.redis.publish(
                "transcription:status:" + id, "{\"status\":\"completed\",\"progress\":100,\"message\":\"ok\"}");

        List<RecordedEvent> recorded = awaitRecorded(instance, 3);
        assertThat(recorded)
                .extracting(event -> event.event().progress().percent())
                .containsExactly(40, 89, 100);
        assertThat(recorded.get(1).event().progress().details().getInt("sheets_total"))
                .isEqualTo(11_404);
        assertThat(recorded.get(1).event().progress().stagePercent()).isEqualTo(50.5);
        assertThat(recorded.get(2).event().progress().details().getInt("sheets_processed"))
                .isEqualTo(11_404);
        assertThat(recorded.get(2).event().progress().message()).isEqualTo("ok");
    }

    @Test
    void whatBreaksARuleIsDroppedAndCounted() {
        Instance instance = instance();
        register(instance);
        instance.tasks.add(
                new TaskId("own-" + id), new TaskType("document"), new Owner("alice"), "x", "store", handle -> {});
        for (String[] each : new String[][] {
            {channel, "no JSON"},
            {channel, "{\"progress\":5}"},
            {channel, "{\"task_id\":\"other\",\"progress\":5}"},
            {channel, payload("\"progress\":\"x\"")},
            {channel, payload("\"message\":\"" + "x".repeat(70_000) + "\"")},
            {"task_progress:bob:" + id, payload("\"progress\":5")},
            {"task_progress:%61lice:" + id, payload("\"progress\":5")},
            {"document:own-" + id + ":progress", "{\"progress\":5}"},
            {channel, payload("\"progress\":5,\"attempt\":2")},
            {channel, payload("\"progress\":500")}
        }) {
            instance.redis.publish(each[0], each[1]);
        }

        awaitRecorded(instance, 1);
        await().until(() -> instance.rejected.size() == 10);
        assertThat(instance.rejected)
                .containsExactlyInAnyOrder(
                        Reason.NOT_JSON,
                        Reason.BAD_PAYLOAD,
                        Reason.WRONG_TASK,
                        Reason.BAD_PAYLOAD,
                        Reason.TOO_LARGE,
                        Reason.OTHER_OWNER,
                        Reason.BAD_CHANNEL,
                        Reason.NOT_EXTERNAL,
                        Reason.OTHER_ATTEMPT,
                        Reason.CLAMPED);
        assertThat(recorded(instance)).hasSize(1);
    }

    @Test
    void hostileTextIsRecordedAsText() {
        Instance instance = instance();
        instance.redis.publish(
                channel,
                payload("\"progress\":5,\"stage\":\"" + "s".repeat(100)
                        + "\",\"message\":\"a\\nevent: complete\\n\\n\\u0000\\ud800\""));

        RecordedEvent event = awaitRecorded(instance, 1).get(0);
        assertThat(event.event().progress().stage()).hasSize(64);
        assertThat(event.event().progress().message()).isEqualTo("a\nevent: complete\n\n\uFFFD\uFFFD");
        assertThat(awaitRow(instance, TaskStatus.RUNNING).message()).startsWith("a\nevent");
    }

    /** As a worker does that runs the script. */
    private void emit(Instance instance, ProgressEvent event, int number) {
        instance.redis.log().append(event, new Source("worker", number));
    }

    private Progress progress(int percent, String stage) {
        return new Progress(
                id,
                new Owner("alice"),
                TaskType.EXTERNAL,
                1,
                percent,
                stage,
                0,
                "",
                Instant.now(),
                JsonValue.EMPTY_JSON_OBJECT);
    }

    private void awaitFollowed(Instance instance, TaskStatus status) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            instance.follower.flush();
            return instance.tasks
                    .find(id)
                    .filter(task -> task.status() == status)
                    .isPresent();
        });
    }

    @Test
    void aTaskWhoseWorkerRunsTheScriptIsFollowedAlsoFromBeforeTheStart() {
        try (var redis = new RedisParts(SharedRedis.url())) {
            redis.log().append(new Progressed(progress(30, "reading"), Optional.empty()), new Source("worker", 1));
        }
        Instance instance = instance();
        awaitFollowed(instance, TaskStatus.RUNNING);
        assertThat(instance.tasks.find(id).orElseThrow().percent()).isEqualTo(30);

        emit(instance, new Progressed(progress(60, "writing"), Optional.empty()), 2);
        emit(instance, new Completed(progress(100, "completed"), JsonValue.EMPTY_JSON_OBJECT), 3);
        awaitFollowed(instance, TaskStatus.SUCCEEDED);

        Task task = instance.tasks.find(id).orElseThrow();
        assertThat(task.stages()).extracting(Task.StageRun::name).containsExactly("reading", "writing");
        await().atMost(LIMIT).until(() -> !instance.tasks.isEndUnpublished(id));
        assertThat(recorded(instance)).hasSize(3);
    }

    @Test
    void aPostIsAnsweredWithItsIdAndARepeatWithTheSame() throws Exception {
        Instance instance = instance();
        assertThat(post(instance, "{\"progress\":5}", "")).isEqualTo(new Refused(Reason.UNKNOWN_TASK));
        register(instance);

        var first = (Recorded) post(instance, "{\"progress\":10,\"stage\":\"a\"}", "k1");
        assertThat(post(instance, "{\"progress\":10,\"stage\":\"a\"}", "k1")).isEqualTo(new Recorded(first.id(), true));
        var other = (Recorded) post(instance, "{\"progress\":10,\"stage\":\"a\"}", "");
        assertThat(other.repeated()).isFalse();
        var end = (Recorded) post(instance, "{\"event_type\":\"complete\",\"result\":{\"n\":1}}", "k2");
        assertThat(end.repeated()).isFalse();

        assertThat(post(instance, "{\"event_type\":\"complete\"}", "k2")).isEqualTo(new Recorded(end.id(), true));
        assertThat(post(instance, "{\"progress\":10}", "k1")).isEqualTo(new Recorded(first.id(), true));
        assertThat(post(instance, "{\"progress\":10}", "k3")).isEqualTo(new Refused(Reason.ENDED));
        assertThat(post(instance, "{\"progress\":10}", "")).isEqualTo(new Refused(Reason.ENDED));
        assertThat(recorded(instance)).extracting(RecordedEvent::id).containsExactly(first.id(), other.id(), end.id());
        assertThat(instance.tasks.find(id).orElseThrow().lastEventId())
                .contains(end.id().toString());
    }

    @Test
    void whileTheDatabaseIsAwayMessagesWaitAndPostsAreToldSo() throws Exception {
        Instance instance = instance();
        instance.cutOff(true);
        instance.redis.publish(channel, payload("\"progress\":10,\"stage\":\"a\""));
        instance.redis.publish(channel, payload("\"event_type\":\"complete\""));
        assertThat(post(instance, "{\"progress\":5}", "")).isEqualTo(new Posted.Away());
        assertThat(recorded(instance)).isEmpty();

        instance.cutOff(false);

        assertThat(awaitRecorded(instance, 2)).hasSize(2);
        awaitRow(instance, TaskStatus.SUCCEEDED);
    }

    @Test
    void whileRedisIsAwayMessagesWaitAndPostsLeaveNothingHalfDone() throws Exception {
        try (RedisServer server = RedisServer.startPersistent()) {
            var instance = new Instance(server.url(), database);
            instances.add(instance);
            register(instance);
            server.kill();
            instance.intake.heard(
                    channel, payload("\"progress\":10,\"stage\":\"a\"").getBytes(UTF_8));
            assertThat(post(instance, "{\"event_type\":\"complete\"}", "k")).isEqualTo(new Posted.Away());
            assertThat(instance.tasks.find(id).orElseThrow().status()).isEqualTo(TaskStatus.QUEUED);

            server.restart();

            assertThat(awaitRecorded(instance, 1)).hasSize(1);
            assertThat(post(instance, "{\"event_type\":\"complete\"}", "k")).isInstanceOf(Recorded.class);
            assertThat(recorded(instance)).hasSize(2);
            closeInstances();
            instances.clear();
        }
    }

    @Test
    void threeInstancesTakeEachMessageInOnceAndInOrder() {
        List<Instance> three = List.of(instance(), instance(), instance());
        Instance publisher = three.get(0);
        int count = 3_000;
        for (int n = 0; n < count; n++) {
            // Each third one says what the one before said
            publisher.redis.publish(
                    channel,
                    payload("\"progress\":5,\"stage\":\"s\",\"message\":\"" + (n - (n % 3 == 2 ? 1 : 0)) + "\""));
        }
        publisher.redis.publish(channel, payload("\"event_type\":\"complete\",\"stage\":\"completed\""));

        for (Instance each : three) {
            await().atMost(LIMIT)
                    .until(() -> each.delivered.stream()
                            .anyMatch(event -> event.event().isTerminal()
                                    && event.event().progress().task().equals(id)));
            List<RecordedEvent> delivered = each.delivered.stream()
                    .filter(event -> event.event().progress().task().equals(id))
                    .toList();
            assertThat(delivered).hasSize(count + 1);
            for (int n = 0; n < count; n++) {
                assertThat(delivered.get(n).seq()).isEqualTo(n + 1);
                assertThat(delivered.get(n).event().progress().message())
                        .isEqualTo(String.valueOf(n - (n % 3 == 2 ? 1 : 0)));
            }
        }
        assertThat(publisher.tasks.find(id).orElseThrow().status()).isEqualTo(TaskStatus.SUCCEEDED);
    }

    @Test
    void aFloodOnOneChannelAndGarbageHarmNoOtherTask() {
        var limited = new Instance(SharedRedis.url(), database, Intake.Limits.DEFAULTS);
        instances.add(limited);
        Instance watching = instance();
        for (int n = 0; n < 20_000; n++) {
            limited.intake.heard("task_progress:mallory:flood", ("garbage " + n).getBytes(UTF_8));
            if (n % 200 == 0) {
                limited.redis.publish(channel, payload("\"progress\":" + n / 200));
            }
        }

        List<RecordedEvent> recorded = awaitRecorded(watching, 100);
        assertThat(recorded)
                .extracting(event -> event.event().progress().percent())
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(limited.rejected).contains(Reason.NOT_JSON, Reason.RATE_LIMITED);
    }
}
