package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLogContractTest;
import org.taskprogress.testing.RedisSentinelGroup;
import redis.clients.jedis.RedisClient;

class SentinelProgressLogTest extends ProgressLogContractTest {

    private static RedisSentinelGroup group;
    private static RedisDeployment deployment;
    private static MasterConnections connections;
    private static RedisProgressLog log;

    @BeforeAll
    static void start() {
        group = RedisSentinelGroup.start();
        deployment = new RedisSentinels(group.sentinels(), RedisSentinelGroup.NAME, RedisLogin.NONE, RedisLogin.NONE);
        connections = new MasterConnections(deployment);
        log = new RedisProgressLog(connections, RedisProgressLog.Bounds.DEFAULT);
    }

    @AfterAll
    static void stop() {
        connections.close();
        group.close();
    }

    @Override
    protected ProgressLog log() {
        return log;
    }

    @Test
    void isReady() {
        assertThat(new RedisReadiness(deployment).problem()).isEmpty();
    }

    @Test
    void whatWasRecordedIsKnownToBeOnTheReplica() {
        appendTo(task, 5);
        try (var replica = RedisClient.create(group.replica().url())) {
            await().until(() -> {
                log.secure(); // once a second it does something
                return replica.exists(Keys.MARK);
            });
            assertThat(replica.xlen(Keys.events(task))).isEqualTo(5);
        }
    }
}
