package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.EventJson;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;
import org.taskprogress.testing.RedisServer;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;

/** The script as a worker of another language calls it. */
class EmitScriptTest {

    private static final String TASK = "job-7";
    private static final String AT = "2025-01-15T10:30:00Z";

    private static RedisServer server;
    private static RedisClient redis;

    @BeforeAll
    static void startRedis() {
        server = RedisServer.start();
        redis = RedisClient.create(server.url());
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
        server.close();
    }

    @BeforeEach
    void isEmpty() {
        redis.flushAll();
    }

    private record Reply(String id, long seq, boolean repeated) {}

    /** One call; each part may be spoiled. */
    private static final class Call {
        private String script = EmitScript.text();
        private final List<String> keys =
                new ArrayList<>(List.of("tp:{p0}:log", "tp:{p0}:last", "tp:{p0}:t:" + TASK, "tp:{p0}:s:" + TASK));
        private final List<String> arguments = new ArrayList<>(List.of(
                "alice",
                TASK,
                "progress",
                "parsing",
                "1",
                "worker",
                "1",
                payload("\"progress\":10"),
                "",
                "",
                "",
                "",
                ""));

        Call version1() throws IOException {
            try (InputStream text = Objects.requireNonNull(EmitScriptTest.class.getResourceAsStream("emit-1.lua"))) {
                script = new String(text.readAllBytes(), StandardCharsets.UTF_8);
            }
            arguments.subList(8, arguments.size()).clear();
            return this;
        }

        Call with(int argument, String value) {
            arguments.set(argument - 1, value);
            return this;
        }

        Call from(String source, int number) {
            return with(6, source).with(7, Integer.toString(number));
        }

        Call key(int key, String name) {
            keys.set(key - 1, name);
            return this;
        }

        Call remembered(int seconds) {
            keys.add("tp:{p0}:in:" + TASK);
            keys.add("tp:{p0}:out:" + TASK);
            return with(12, Integer.toString(seconds));
        }

        Reply run() {
            var reply = (List<?>) redis.eval(script, keys, arguments);
            return new Reply((String) reply.get(0), (Long) reply.get(1), (Long) reply.get(2) == 1);
        }

        void isRefused() {
            assertThatExceptionOfType(JedisDataException.class)
                    .isThrownBy(this::run)
                    .withMessageStartingWith("EMIT ");
            assertThat(redis.dbSize()).isZero();
        }
    }

    private static String payload(String more) {
        return "{\"task_id\":\"" + TASK + "\",\"stage\":\"parsing\",\"updated_at\":\"" + AT + "\"," + more + "}";
    }

    @Test
    void takesTheLeastThatADesignSendsAndSaysTheOwner() {
        assertThat(new Call().run()).isEqualTo(new Reply(redis.hget(Keys.LAST, "id"), 1, false));

        var event = EventJson.read(redis.hget(Keys.state(new TaskId(TASK)), "e"));
        assertThat(event.progress().owner()).isEqualTo(new Owner("alice"));
        assertThat(event.progress().percent()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob@example.org", "Żółć 50% *:?", "\"\\'</script>", "🦊"})
    void takesAnyOwnerInItsEncodedForm(String name) {
        var owner = new Owner(name);
        assertThat(new Call().with(1, owner.encoded()).run().seq()).isEqualTo(1);

        assertThat(EventJson.read(redis.hget(Keys.state(new TaskId(TASK)), "e"))
                        .progress()
                        .owner())
                .isEqualTo(owner);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "\"text\"",
                "{",
                "{\"task_id\":\"job-7\"",
                "{ \"task_id\":\"job-7\"}",
                "{\"a\":1}",
                "no JSON"
            })
    void refusesWhatIsNoObjectOfAnEvent(String payload) {
        new Call().with(8, payload).isRefused();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"progress\":-1",
                "\"progress\":100.5",
                "\"progress\":\"10\"",
                "\"progress\":null",
                "\"progress\":NaN",
                "\"progress\":0x10",
                "\"progress\":1e999",
                "\"message\":\"no progress\"",
                "\"progress\":10,\"eta_seconds\":Infinity",
                "\"progress\":10,\"owner\":\"mallory\"",
                "\"progress\":10,\"owner\":null",
                "\"progress\":10,\"event_type\":\"complete\"",
                "\"progress\":10,\"attempt\":2",
                "\"progress\":10,\"attempt\":\"1\"",
                "\"progress\":10,\"task_id\":\"another\"",
                "\"progress\":10,\"stage\":\"another\"",
                "\"progress\":10,\"type\":\"UPPER\"",
                "\"progress\":10,\"type\":7",
                "\"progress\":10,\"updated_at\":\"yesterday\"",
                "\"progress\":10,\"updated_at\":\"2025-02-30T10:30:00Z\"",
                "\"progress\":10,\"seq\":1",
                "\"progress\":10,\"cursor\":{\"id\":\"9-9\",\"prev\":\"9-8\"}",
                "\"progress\":10,\"message\":\"a\nb\"",
                "\"progress\":10,\"message\":\"a\u0000b\"",
                "\"progress\":10,\"message\":\"\\ud800\"",
            })
    void refusesMembersThatBreakARule(String members) {
        new Call().with(8, payload(members)).isRefused();
    }

    @Test
    void refusesWhatIsTooLongOrNestedTooDeeply() {
        new Call()
                .with(8, payload("\"progress\":10,\"message\":\"" + "x".repeat(65_536) + "\""))
                .isRefused();
        new Call()
                .with(8, payload("\"progress\":10,\"x\":" + "[".repeat(20_000) + "]".repeat(20_000)))
                .isRefused();
        String stage = "s".repeat(65);
        new Call()
                .with(4, stage)
                .with(8, payload("\"progress\":10,\"stage\":\"" + stage + "\""))
                .isRefused();
        new Call()
                .with(4, "")
                .with(8, payload("\"progress\":10,\"stage\":\"\""))
                .isRefused();
    }

    @Test
    void countsTheCharactersOfAStageAndNotItsBytes() {
        String stage = "ł".repeat(64);

        assertThat(new Call()
                        .with(4, stage)
                        .with(8, payload("\"progress\":10,\"stage\":\"" + stage + "\""))
                        .run()
                        .seq())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "1, bob@example.org",
        "1, bob%2eorg",
        "1, bob%2Eorg",
        "1, %0A",
        "1, %",
        "1, ''",
        "1, %20",
        "2, job-8",
        "2, job:7",
        "2, ''",
        "3, update",
        "5, 0",
        "5, 1.5",
        "5, x",
        "6, ''",
        "7, 0",
        "7, nan",
        "12, 60"
    })
    void refusesArgumentsThatBreakARule(int argument, String value) {
        new Call().with(argument, value).isRefused();
    }

    @ParameterizedTest
    @CsvSource({"1, log", "2, tp:{p1}:last", "3, tp:{p0}:t:job-8", "4, tp:{p0}:s:job-8", "4, tp:{p0}:t:job-7"})
    void refusesTheKeysOfAnotherTask(int key, String name) {
        new Call().key(key, name).isRefused();
    }

    @Test
    void aRepeatWithinTheMemoryOfASourceGetsWhatTheFirstGot() {
        var first = new Call().remembered(60).from("digest", 1).run();
        var second = new Call().remembered(60).from("digest", 2).run();
        var other = new Call().remembered(60).from("other", 1).run();

        assertThat(List.of(first, second, other)).extracting(Reply::repeated).containsOnly(false);
        assertThat(List.of(first, second, other)).extracting(Reply::seq).containsExactly(1L, 2L, 3L);
        assertThat(new Call().remembered(60).from("digest", 1).run()).isEqualTo(new Reply(first.id(), 1, true));
        assertThat(new Call().remembered(60).from("digest", 2).run()).isEqualTo(new Reply(second.id(), 2, true));
        assertThat(redis.hgetAll(Keys.state(new TaskId(TASK)))).doesNotContainKeys("f:digest", "f:other");
        assertThat(redis.ttl("tp:{p0}:in:" + TASK)).isBetween(55L, 61L);
        assertThat(redis.ttl("tp:{p0}:out:" + TASK)).isBetween(55L, 61L);
    }

    @Test
    void aSourceIsForgottenAfterItsTime() {
        new Call().remembered(1).from("digest", 1).run();

        await().atMost(Duration.ofSeconds(5))
                .until(() -> !new Call().remembered(1).from("digest", 1).run().repeated());
        for (int n = 0; n < 30; n++) {
            new Call().remembered(1).from("filler-" + n, 1).run();
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            new Call().remembered(1).from("last-" + System.nanoTime(), 1).run();
            return redis.zscore("tp:{p0}:out:" + TASK, "1 filler-29") == null;
        });
        assertThat(redis.hgetAll("tp:{p0}:in:" + TASK))
                .doesNotContainKeys("1 filler-29", "g:filler-29")
                .hasSize(2 * Math.toIntExact(redis.zcard("tp:{p0}:out:" + TASK)));
    }

    @Test
    void aRunThatGaveWayToANewerOneIsNotHeardAgain() {
        new Call().from("run/old", 1).run();
        new Call().from("run/new", 1).run();
        var newest = new Call().from("run/new", 2).run();

        assertThat(new Call().from("run/old", 2).run()).isEqualTo(new Reply(newest.id(), 3, true));
        assertThat(new Call().from("run/new", 3).run().seq()).isEqualTo(4);
        assertThat(new Call().from("worker", 1).run().seq()).isEqualTo(5);
    }

    @Test
    void anEventThatWasLostGetsItsFormerIdAgainUnlessSomethingNewerIsThere() {
        String former = System.currentTimeMillis() - 5_000 + "-3";
        assertThat(new Call().with(13, former).run().id()).isEqualTo(former);

        var newer = new Call().from("worker", 2).with(13, former).run();
        assertThat(Cursor.parse(newer.id())
                        .orElseThrow()
                        .isAfter(Cursor.parse(former).orElseThrow()))
                .isTrue();
        String future = System.currentTimeMillis() + 3_600_000 + "-0";
        assertThat(new Call().from("worker", 3).with(13, future).run().id()).isNotEqualTo(future);
        assertThat(new Call().from("worker", 4).with(13, "nonsense").run().seq())
                .isEqualTo(4);
    }

    @Test
    void version1MayRunBesideIt() throws IOException {
        String whole = payload("\"progress\":10,\"owner\":\"alice\"");
        var old = new Call().version1().with(8, whole).from("old", 1).run();
        var present = new Call().from("new", 1).run();

        assertThat(new Call().version1().with(8, whole).from("new", 1).run())
                .isEqualTo(new Reply(present.id(), 2, true));
        assertThat(new Call().from("old", 1).run()).isEqualTo(new Reply(old.id(), 1, true));
        assertThat(new Call().version1().with(8, whole).from("old", 2).run().seq())
                .isEqualTo(3);
    }
}
