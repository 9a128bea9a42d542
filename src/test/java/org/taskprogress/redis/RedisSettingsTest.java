package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RedisSettingsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private Optional<String> url = Optional.empty();
    private Optional<List<String>> sentinels = Optional.empty();
    private Optional<List<String>> cluster = Optional.empty();
    private boolean tls;

    private RedisSettings settings() {
        return new RedisSettings(
                url,
                sentinels,
                Optional.of("tasks"),
                cluster,
                Optional.of("worker"),
                Optional.of("secret"),
                Optional.of("hidden"),
                tls,
                Optional.of(6380));
    }

    @Test
    void nothingMeansARedisOfOurOwn() {
        assertThat(settings().deployment()).isEmpty();
        assertThat(settings().port()).hasValue(6380);
    }

    @Test
    void anUrlIsASingleServer() {
        url = Optional.of(" redis://redis.example:6379 ");

        assertThat(settings().deployment())
                .get()
                .isInstanceOf(RedisEndpoint.class)
                .hasToString("redis.example:6379");
    }

    @Test
    void sentinelsAndAClusterAreListsOfAddressesAndShowNoPassword() {
        sentinels = Optional.of(List.of("one.example:26379", " two.example:26379"));
        assertThat(settings().deployment()).get().hasToString("tasks of one.example:26379,two.example:26379");

        sentinels = Optional.empty();
        cluster = Optional.of(List.of("one.example:6379"));
        tls = true;
        var deployment = settings().deployment().orElseThrow();
        assertThat(deployment).hasToString("the Cluster of one.example:6379");
        var config = deployment.config(SECOND, SECOND);
        assertThat(config.getUser()).isEqualTo("worker");
        assertThat(config.getCredentialsProvider().get().getPassword()).isEqualTo("secret".toCharArray());
        assertThat(config.getSslOptions()).isNotNull();
        assertThat(new RedisLogin(Optional.of("worker"), Optional.of("secret"), true).toString())
                .doesNotContain("secret");
    }

    @Test
    void refusesTwoAtOnceAndWhatIsNoAddress() {
        url = Optional.of("redis://redis.example:6379");
        cluster = Optional.of(List.of("one.example:6379"));
        assertThatIllegalArgumentException().isThrownBy(() -> settings().deployment());

        url = Optional.empty();
        cluster = Optional.of(List.of("one.example"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings().deployment())
                .withMessageContaining("host:port");
    }
}
