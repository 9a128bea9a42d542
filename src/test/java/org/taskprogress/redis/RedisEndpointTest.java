package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisProtocol;

class RedisEndpointTest {

    @Test
    void takesAllOfTheUrlButShowsNoPassword() {
        var endpoint = RedisEndpoint.parse("rediss://worker:secret@redis.example:6380/2");
        var config = endpoint.config(Duration.ofMillis(1_500), Duration.ofSeconds(3));

        assertThat(config.getUser()).isEqualTo("worker");
        assertThat(config.getCredentialsProvider().get().getPassword()).isEqualTo("secret".toCharArray());
        assertThat(config.getDatabase()).isEqualTo(2);
        assertThat(config.isSsl()).isTrue();
        assertThat(config.getRedisProtocol()).isEqualTo(RedisProtocol.RESP2);
        assertThat(config.getConnectionTimeoutMillis()).isEqualTo(1_500);
        assertThat(config.getSocketTimeoutMillis()).isEqualTo(3_000);
        assertThat(endpoint).hasToString("redis.example:6380");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://redis.example:6379",
                "redis.example",
                "redis://redis.example",
                "redis://:secret@",
                "redis:secret",
                "redis://:sec ret@redis.example:6379"
            })
    void refusesWhatIsNoAddressOfRedisWithoutRepeatingIt(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisEndpoint.parse(url))
                .withMessageContaining("redis://host:6379")
                .withMessageNotContaining("ret@")
                .withNoCause();
    }
}
