package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.testing.SharedRedis;
import redis.clients.jedis.RedisClient;

class RedisStreamCountsTest {

    private static final int LIMIT = 5;

    private final RedisClient redis = RedisClient.create(SharedRedis.url());
    private final String user = "alice @ %*" + UUID.randomUUID();
    private final RedisStreamCounts one = new RedisStreamCounts(redis, Duration.ofMinutes(1));
    private final RedisStreamCounts other = new RedisStreamCounts(redis, Duration.ofMinutes(1));

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void streamsOfAllInstancesCountTogether() {
        one.begin(Map.of());
        other.begin(Map.of());
        for (int i = 1; i <= 3; i++) {
            assertThat(one.claim(user, i, LIMIT)).isTrue();
        }
        assertThat(other.claim(user, 1, LIMIT)).isTrue();
        assertThat(other.claim(user, 2, LIMIT)).isTrue();
        assertThat(other.claim(user, 3, LIMIT)).isFalse();
        assertThat(one.claim(user, 4, LIMIT)).isFalse();
        assertThat(one.claim("another" + user, 1, LIMIT)).isTrue();
    }

    @Test
    void aRefusalTakesNoPlaceAndOneGivenBackIsFree() {
        one.begin(Map.of());
        other.begin(Map.of());
        assertThat(one.claim(user, LIMIT, LIMIT)).isTrue();
        assertThat(other.claim(user, 1, LIMIT)).isFalse();
        assertThat(one.renew(Map.of(user, LIMIT - 1))).isTrue();
        assertThat(other.claim(user, 1, LIMIT)).isTrue();
        assertThat(one.renew(Map.of(user, 0))).isTrue();
        assertThat(other.claim(user, LIMIT, LIMIT)).isTrue();
    }

    @Test
    void whatACrashedInstanceHadIsFreeAfterAWhile() {
        var crashed = new RedisStreamCounts(redis, Duration.ofMillis(300));
        crashed.begin(Map.of(user, LIMIT));
        one.begin(Map.of());
        assertThat(one.claim(user, 1, LIMIT)).isFalse();
        await().atMost(Duration.ofSeconds(5)).until(() -> one.claim(user, 1, LIMIT));
        assertThat(one.claim(user, LIMIT, LIMIT)).isTrue();
    }

    @Test
    void anInstanceThatWasGivenUpLearnsOfItAndTellsAllAnew() {
        var paused = new RedisStreamCounts(redis, Duration.ofMillis(100));
        paused.begin(Map.of(user, 3));
        await().atMost(Duration.ofSeconds(5)).until(() -> one.claim(user, LIMIT, LIMIT));
        one.begin(Map.of());
        one.renew(Map.of(user, 0));
        assertThat(paused.renew(Map.of())).isFalse();
        paused.begin(Map.of(user, 2));

        assertThat(one.claim(user, LIMIT - 1, LIMIT)).isFalse();
        assertThat(one.claim(user, LIMIT - 2, LIMIT)).isTrue();
    }

    @Test
    void saysSoWhenRedisIsAway() {
        try (var nowhere = RedisClient.create("redis://127.0.0.1:1")) {
            var counts = new RedisStreamCounts(nowhere, Duration.ofSeconds(1));
            assertThatExceptionOfType(LogUnavailableException.class).isThrownBy(() -> counts.claim(user, 1, LIMIT));
            assertThatExceptionOfType(LogUnavailableException.class).isThrownBy(() -> counts.renew(Map.of()));
        }
    }
}
