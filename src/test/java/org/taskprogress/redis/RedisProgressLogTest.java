package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.taskprogress.progress.EventBuilder.anEvent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.progress.ProgressLogContractTest;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;
import org.taskprogress.testing.RedisServer;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisClient;

class RedisProgressLogTest extends ProgressLogContractTest {

    private static final int KEPT_OF_TASK = 60;
    private static final int KEPT_IN_LOG = 300;
    private static final int TTL_SECONDS = 3_600;

    private static RedisServer server;
    private static RedisClient redis;
    private static MasterConnections connections;
    private static RedisProgressLog log;

    @BeforeAll
    static void startRedis() {
        server = RedisServer.start();
        redis = RedisClient.create(server.url());
        connections = new MasterConnections(RedisEndpoint.parse(server.url()));
        log = new RedisProgressLog(
                connections, new RedisProgressLog.Bounds(KEPT_OF_TASK, KEPT_IN_LOG, Duration.ofSeconds(TTL_SECONDS)));
    }

    @AfterAll
    static void stopRedis() {
        connections.close();
        redis.close();
        server.close();
    }

    @BeforeEach
    void isEmpty() {
        redis.flushAll();
    }

    @Override
    protected ProgressLog log() {
        return log;
    }

    @Test
    void loadsTheScriptAgainWhenTheServerForgotIt() {
        appendTo(task, 1);
        redis.scriptFlush(Keys.LOG);

        assertThat(log.append(anEvent().of(task).progressed(), new Source("1", 2))
                        .seq())
                .isEqualTo(2);
    }

    @Test
    void aBatchThatFindsNoScriptIsRecordedWholeAndInOrder() {
        redis.scriptFlush(Keys.LOG);
        var batch = IntStream.rangeClosed(1, 300)
                .mapToObj(n ->
                        new ProgressLog.Entry(anEvent().of(task).at(n % 100).progressed(), new Source("1", n)))
                .toList();

        assertThat(log.append(batch))
                .extracting(outcome -> ((ProgressLog.Appended) outcome).seq())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 300).mapToObj(Long::valueOf).toList());
    }

    @Test
    void oneRefusedOfABatchLeavesTheOthersAlone() {
        redis.hset(Keys.events(new TaskId("broken")), "not", "a stream");
        log.append(anEvent().of(task).progressed(), FIRST);
        var stranger = anEvent().of(task).of(new Owner("mallory")).progressed();
        var outcomes = log.append(List.of(
                new ProgressLog.Entry(stranger, new Source("2", 1)),
                new ProgressLog.Entry(anEvent().of(new TaskId("broken")).progressed(), FIRST),
                new ProgressLog.Entry(anEvent().of(task).progressed(), new Source("1", 2))));

        assertThat(outcomes.subList(0, 2)).hasOnlyElementsOfType(ProgressLog.Refused.class);
        assertThat(outcomes.get(2)).matches(last -> ((ProgressLog.Appended) last).seq() == 2);
    }

    @Test
    void aMessageThatSeveralInstancesHearIsRecordedOnce() {
        var first = log.append(anEvent().of(task).progressed(), heard(1));
        var second = log.append(anEvent().of(task).progressed(), heard(2));

        assertThat(log.append(anEvent().of(task).progressed(), heard(1)))
                .isEqualTo(new ProgressLog.Appended(first.id(), 1, true));
        assertThat(log.append(anEvent().of(task).progressed(), heard(2)))
                .isEqualTo(new ProgressLog.Appended(second.id(), 2, true));
        log.forget(task);
        assertThat(redis.exists(Keys.sources(task), Keys.forgetting(task))).isZero();
    }

    private static Source heard(int number) {
        return new Source("digest", number, Optional.of(Duration.ofSeconds(60)));
    }

    @Test
    void bothStreamsHaveTheSameIds() {
        appendTo(task, 20);

        assertThat(redis.xrange(Keys.LOG, "-", "+"))
                .extracting(entry -> entry.getID().toString())
                .isEqualTo(redis.xrange(Keys.events(task), "-", "+").stream()
                        .map(entry -> entry.getID().toString())
                        .toList());
    }

    @Test
    void timeToLiveBeginsWithTheEndAndEndsWithARetry() {
        appendTo(task, 2);
        assertThat(timesToLive()).containsOnly(-1L);

        log.append(anEvent().of(task).failed(), new Source("1", 3));
        assertThat(timesToLive().get(0)).isBetween(TTL_SECONDS - 10L, TTL_SECONDS + 0L);
        assertThat(timesToLive().get(1)).isBetween(30L * TTL_SECONDS - 10, 30L * TTL_SECONDS);

        log.append(anEvent().of(task).inAttempt(2).progressed(), new Source("2", 1));
        assertThat(timesToLive()).containsOnly(-1L);

        log.append(anEvent().of(task).inAttempt(2).completed(), new Source("2", 2));
        assertThat(timesToLive()).allMatch(seconds -> seconds > 0);
    }

    private List<Long> timesToLive() {
        return List.of(redis.ttl(Keys.events(task)), redis.ttl(Keys.state(task)));
    }

    @Test
    void aRetryAfterTheEventsHaveExpiredCountsOnAndTellsTheGap() {
        var appended = appendTo(task, 2);
        log.append(anEvent().of(task).failed(), new Source("1", 3));
        redis.del(Keys.events(task));
        var cursor = appended.get(1).id();
        assertThat(log.after(task, cursor, 10).gapless()).isFalse();

        var retry = log.append(anEvent().of(task).inAttempt(2).progressed(), new Source("2", 1));

        assertThat(retry.seq()).isEqualTo(4);
        assertThat(log.after(task, cursor, 10).gapless()).isFalse();
    }

    @Test
    void anOldRepeatIsFoundInTheTasksStream() {
        var appended = appendTo(task, 20);

        assertThat(log.append(anEvent().of(task).progressed(), new Source("1", 7)))
                .isEqualTo(new ProgressLog.Appended(appended.get(6).id(), 7, true));
    }

    @Test
    void idsGrowThoughTheClockGoesBack() {
        var future = System.currentTimeMillis() + 3_600_000;
        redis.hset(Keys.LAST, "id", future + "-3");

        assertThat(appendTo(task, 2))
                .extracting(ProgressLog.Appended::id)
                .containsExactly(new Cursor(future, 4), new Cursor(future, 5));
    }

    @Test
    void aTasksBoundSparesStageChanges() {
        for (int n = 1; n <= 500; n++) {
            log.append(
                    anEvent()
                            .of(task)
                            .in(n % 50 == 1 ? "stage-" + n : stageOf(n))
                            .progressed(),
                    new Source("1", n));
        }
        log.append(anEvent().of(task).completed(), new Source("1", 501));

        var kept = log.after(task, Cursor.START, 1_000);
        assertThat(kept.gapless()).isFalse();
        assertThat(kept.events()).hasSize(KEPT_OF_TASK);
        assertThat(kept.events())
                .extracting(RecordedEvent::seq)
                .contains(1L, 51L, 101L, 151L, 201L, 251L, 301L, 351L, 401L, 451L, 501L);
        assertThat(log.after(task, kept.events().get(KEPT_OF_TASK - 10).id(), 100)
                        .gapless())
                .isTrue();
    }

    private static String stageOf(int n) {
        return "stage-" + ((n - 1) / 50 * 50 + 1);
    }

    @Test
    void aTaskOfStageChangesOnlyIsBoundedToo() {
        for (int n = 1; n <= 200; n++) {
            log.append(anEvent().of(task).in("stage-" + n).progressed(), new Source("1", n));
        }

        assertThat(log.after(task, Cursor.START, 1_000).events())
                .extracting(RecordedEvent::seq)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(141, 200).mapToObj(Long::valueOf).toList());
    }

    @Test
    void theLogIsBoundedAndTellsWhatItNoLongerHolds() {
        var first = appendTo(TaskId.random(), 1).get(0);
        appendTo(task, 3_000);

        assertThat(redis.xlen(Keys.LOG)).isLessThan(KEPT_IN_LOG + 200);
        var replay = log.after(first.id(), 10);
        assertThat(replay.gapless()).isFalse();
        assertThat(replay.events()).isNotEmpty();
        assertThat(log.after(anEvent().progressed().progress().owner(), first.id(), 10)
                        .gapless())
                .isFalse();
    }

    @Test
    void publishesThePayloadWithItsPlaceOnTheChannelOfOldConsumers() {
        var messages = new ArrayList<String>();
        var subscription = new JedisPubSub() {
            @Override
            public void onPSubscribe(String pattern, int channels) {
                appendTo(task, 2);
            }

            @Override
            public void onPMessage(String pattern, String channel, String message) {
                messages.add(channel + " " + message);
                if (messages.size() == 2) {
                    punsubscribe();
                }
            }
        };
        redis.psubscribe(subscription, Keys.CHANNELS);

        var ids = redis.xrange(Keys.LOG, "-", "+");
        assertThat(messages.get(0))
                .startsWith("task_progress:alice:" + task + " {\"cursor\":{\"id\":\""
                        + ids.get(0).getID() + "\",\"prev\":\"0-0\"},\"seq\":1,\"task_id\":\"" + task + "\"");
        assertThat(messages.get(1)).contains("\"prev\":\"" + ids.get(0).getID() + "\"},\"seq\":2,");
    }

    @Test
    void saysThatItCannotBeReached() {
        try (var nobody = new MasterConnections(RedisEndpoint.parse("redis://127.0.0.1:1"))) {
            var unreachable = new RedisProgressLog(nobody, RedisProgressLog.Bounds.DEFAULT);

            assertThatExceptionOfType(ProgressLog.LogUnavailableException.class).isThrownBy(unreachable::head);
            assertThatExceptionOfType(ProgressLog.LogUnavailableException.class)
                    .isThrownBy(() -> unreachable.append(anEvent().progressed(), FIRST));
        }
    }
}
