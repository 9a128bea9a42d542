package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.taskprogress.testing.RedisServer;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

/** What a single server and the way to it can suffer while 200 events a second pass. */
class RedisFaultsTest {

    private final RedisServer server = RedisServer.startPersistent();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aCrashOfAServerThatKeepsItsData() throws Exception {
        try (var traffic = Traffic.of(RedisEndpoint.parse(server.url())).flowing()) {
            server.kill();
            long fault = System.nanoTime();
            server.restart();

            traffic.firstEventAfter(fault, "killed and restarted with its data");
            traffic.assertWhole();
            assertThat(traffic.losses()).isZero();
        }
    }

    @Test
    void aServerThatHangsFor10Seconds() throws Exception {
        try (var traffic = Traffic.of(RedisEndpoint.parse(server.url())).flowing()) {
            server.freeze();
            long fault = System.nanoTime();
            await().atMost(Duration.ofMillis(3_200))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> !traffic.subscriber().isConnected());
            await().atMost(Duration.ofSeconds(11)).until(() -> System.nanoTime() - fault > 10_000_000_000L);
            server.resume();

            traffic.firstEventAfter(System.nanoTime(), "resumed after 10 s");
            traffic.assertWhole();
            assertThat(traffic.losses()).isZero();
        }
    }

    @Test
    void allConnectionsAreKilled() throws Exception {
        try (var traffic = Traffic.of(RedisEndpoint.parse(server.url())).flowing();
                var redis = RedisClient.create(server.url())) {
            long fault = System.nanoTime();
            try (var connection = redis.getPool().getResource()) {
                for (String type : List.of("PUBSUB", "NORMAL")) {
                    connection.executeCommand(new CommandArguments(Protocol.Command.CLIENT)
                            .add("KILL")
                            .add("TYPE")
                            .add(type));
                }
            }

            traffic.firstEventAfter(fault, "CLIENT KILL");
            traffic.assertWhole();
            assertThat(traffic.losses()).isZero();
        }
    }

    @Test
    void aConnectionOfWhichOnlyOneSideKnowsThatItIsDead() throws Exception {
        try (var proxy = new Proxy(server.url());
                var traffic =
                        new Traffic(RedisEndpoint.parse(server.url()), RedisEndpoint.parse(proxy.url())).flowing()) {
            proxy.swallow();
            long fault = System.nanoTime();
            await().atMost(Duration.ofMillis(3_200))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> !traffic.subscriber().isConnected());

            traffic.firstEventAfter(fault + 100_000_000, "half-open");
            traffic.assertWhole();
            assertThat(traffic.subscriber().gapsHealed()).isPositive();
        }
    }
}
