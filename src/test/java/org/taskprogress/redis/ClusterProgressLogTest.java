package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLogContractTest;
import org.taskprogress.testing.RedisClusterGroup;
import redis.clients.jedis.util.JedisClusterCRC16;

class ClusterProgressLogTest extends ProgressLogContractTest {

    private static RedisClusterGroup group;
    private static RedisDeployment deployment;
    private static MasterConnections connections;
    private static RedisProgressLog log;

    @BeforeAll
    static void start() {
        group = RedisClusterGroup.start(JedisClusterCRC16.getSlot(Keys.LOG));
        deployment = new RedisCluster(group.nodes(), RedisLogin.NONE);
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
    void findsTheNodeThatHasTheKeys() {
        assertThat(deployment.master().getPort()).isEqualTo(group.master().port());
    }
}
