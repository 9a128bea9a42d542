package org.taskprogress.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;

class RedisServerTest {

    @Test
    void theEmbeddedBinaryAnswers() {
        try (RedisServer redis = RedisServer.start(RedisServer.embeddedProgram(), List.of());
                Jedis client = connect(redis)) {
            assertThat(client.info("server")).contains("redis_version:6.2");
        }
    }

    @Test
    void keepsNothingOverAKillUnlessAsked() {
        try (RedisServer redis = RedisServer.start()) {
            killAfterWriting(redis);

            redis.restart();

            try (Jedis client = connect(redis)) {
                assertThat(client.get("key")).isNull();
            }
        }
    }

    @Test
    void aPersistentOneKeepsEveryAcknowledgedCommandOverAKill() {
        try (RedisServer redis = RedisServer.startPersistent()) {
            killAfterWriting(redis);

            redis.restart();

            try (Jedis client = connect(redis)) {
                assertThat(client.get("key")).isEqualTo("value");
            }
        }
    }

    @Test
    void refusesConnectionsWhileKilledAndHasTheSameAddressAfterwards() {
        try (RedisServer redis = RedisServer.start()) {
            String url = redis.url();
            redis.kill();
            assertThat(redis.isRunning()).isFalse();
            assertThatThrownBy(() -> connect(redis).ping()).isInstanceOf(JedisConnectionException.class);

            redis.restart();

            assertThat(redis.url()).isEqualTo(url);
            try (Jedis client = connect(redis)) {
                assertThat(client.ping()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void answersNothingWhileFrozenAndGoesOnWhenResumed() {
        try (RedisServer redis = RedisServer.start()) {
            redis.freeze();
            assertThat(redis.isRunning()).isTrue();
            assertThatThrownBy(() -> connect(redis).ping())
                    .isInstanceOf(JedisConnectionException.class)
                    .hasRootCauseInstanceOf(SocketTimeoutException.class);

            redis.resume();

            try (Jedis client = connect(redis)) {
                assertThat(client.ping()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void aFrozenOneCanBeRestartedAndClosed() {
        RedisServer redis = RedisServer.start();
        redis.freeze();
        redis.restart();
        redis.freeze();

        redis.close();

        assertThat(redis.isRunning()).isFalse();
    }

    @Test
    void saysWhatAProgramPrintedThatDidNotStart() {
        assertThatThrownBy(() -> RedisServer.start(Path.of("/bin/sh"), List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("server did not start");
    }

    @Test
    void theSharedOneAnswers() {
        try (RedisClient client = RedisClient.create(SharedRedis.url())) {
            assertThat(client.ping()).isEqualTo("PONG");
        }
    }

    private static void killAfterWriting(RedisServer redis) {
        try (Jedis client = connect(redis)) {
            client.set("key", "value");
        }
        redis.kill();
    }

    private static Jedis connect(RedisServer redis) {
        HostAndPort address = HostAndPort.from(redis.url().substring("redis://".length()));
        return new Jedis(
                address,
                DefaultJedisClientConfig.builder()
                        .timeoutMillis(500)
                        .autoNegotiateProtocol(false)
                        .build());
    }
}
