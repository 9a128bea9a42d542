package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskprogress.testing.RedisSentinelGroup;
import org.taskprogress.testing.RedisServer;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

class SentinelFailoverTest {

    private RedisSentinelGroup group;
    private Traffic traffic;

    @BeforeEach
    void start() {
        group = RedisSentinelGroup.start();
        traffic = Traffic.of(new RedisSentinels(
                        group.sentinels(), RedisSentinelGroup.NAME, RedisLogin.NONE, RedisLogin.NONE))
                .flowing();
    }

    @AfterEach
    void stop() {
        traffic.close();
        group.close();
    }

    @Test
    void aMasterThatDies() throws Exception {
        RedisServer master = group.master();
        long fault = System.nanoTime();
        master.kill();
        group.awaitOtherMasterThan(master);

        assertThat(traffic.firstEventAfter(fault + Duration.ofMillis(200).toNanos(), "master killed"))
                .isLessThan(Duration.ofSeconds(10));
        traffic.assertWhole();
        assertThat(traffic.losses()).isZero();
    }

    /** The replica was cut off: the promoted server lacks events that were confirmed, and that watchers have seen. */
    @Test
    void aPromotedReplicaThatLacksConfirmedEvents() throws Exception {
        RedisServer master = group.master();
        cutOff(group.replica());
        int before = traffic.events().size();
        await().until(() -> traffic.events().size() > before + 100);
        master.kill();
        long fault = System.nanoTime();
        group.awaitOtherMasterThan(master);

        traffic.firstEventAfter(fault, "master killed after its replica was cut off");
        traffic.assertWhole();
        assertThat(traffic.losses()).isZero();
    }

    /** Points it elsewhere; the Sentinels would put that right after some seconds. */
    private static void cutOff(RedisServer replica) {
        try (var redis = RedisClient.create(replica.url());
                var connection = redis.getPool().getResource()) {
            connection.executeCommand(new CommandArguments(Protocol.Command.REPLICAOF)
                    .add("127.0.0.1")
                    .add(1));
        }
    }
}
