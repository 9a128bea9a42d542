package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.taskprogress.testing.RedisClusterGroup;
import redis.clients.jedis.util.JedisClusterCRC16;

class ClusterFailoverTest {

    @Test
    void aMasterThatDies() throws Exception {
        try (var group = RedisClusterGroup.start(JedisClusterCRC16.getSlot(Keys.LOG));
                var traffic = Traffic.of(new RedisCluster(group.nodes(), RedisLogin.NONE))
                        .flowing()) {
            group.master().kill();
            long fault = System.nanoTime();

            assertThat(traffic.firstEventAfter(fault + Duration.ofMillis(200).toNanos(), "Cluster's master killed"))
                    .isLessThan(Duration.ofSeconds(15));
            traffic.assertWhole();
            assertThat(traffic.losses()).isZero();
        }
    }
}
