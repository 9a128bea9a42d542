package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.taskprogress.testing.RedisSentinelGroup;
import org.taskprogress.testing.RedisServer;
import redis.clients.jedis.RedisClient;

/** A class of its own, since the Sentinels take their time to demote a master that comes back. */
class SentinelDemotionTest {

    @Test
    void aMasterThatFreezesAndComesBackAsAReplica() throws Exception {
        try (var group = RedisSentinelGroup.start();
                var traffic = Traffic.of(new RedisSentinels(
                                group.sentinels(), RedisSentinelGroup.NAME, RedisLogin.NONE, RedisLogin.NONE))
                        .flowing()) {
            RedisServer master = group.master();
            long fault = System.nanoTime();
            master.freeze();
            group.awaitOtherMasterThan(master);
            traffic.firstEventAfter(fault + Duration.ofMillis(200).toNanos(), "master frozen");
            master.resume();
            awaitReplica(master);

            traffic.firstEventAfter(System.nanoTime(), "old master back");
            traffic.assertWhole();
            assertThat(traffic.losses()).isZero();
        }
    }

    private static void awaitReplica(RedisServer server) {
        try (var redis = RedisClient.create(server.url())) {
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions() // the Sentinel cuts all connections when it demotes the server
                    .until(() -> redis.info("replication").contains("role:slave"));
        }
    }
}
