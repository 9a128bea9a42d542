package org.taskprogress.redis;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Which Redis the configuration names: {@code redis.url}, or {@code redis.sentinels} with {@code redis.master}, or
 * {@code redis.cluster}; none of them means one of our own. Texts only, since a failed conversion would show the value, and it may
 * hold a password.
 */
@Singleton
class RedisSettings {

    private final Optional<String> url;
    private final Optional<List<String>> sentinels;
    private final Optional<String> master;
    private final Optional<List<String>> cluster;
    private final RedisLogin login;
    private final RedisLogin sentinelLogin;
    private final OptionalInt port;

    @Inject
    RedisSettings(
            @ConfigProperty(name = "redis.url") Optional<String> url,
            @ConfigProperty(name = "redis.sentinels") Optional<List<String>> sentinels,
            @ConfigProperty(name = "redis.master") Optional<String> master,
            @ConfigProperty(name = "redis.cluster") Optional<List<String>> cluster,
            @ConfigProperty(name = "redis.user") Optional<String> user,
            @ConfigProperty(name = "redis.password") Optional<String> password,
            @ConfigProperty(name = "redis.sentinel.password") Optional<String> sentinelPassword,
            @ConfigProperty(name = "redis.tls", defaultValue = "false") boolean tls,
            @ConfigProperty(name = "redis.port") Optional<Integer> port) {
        this.url = url;
        this.sentinels = sentinels;
        this.master = master;
        this.cluster = cluster;
        this.login = new RedisLogin(user, password, tls);
        this.sentinelLogin = new RedisLogin(Optional.empty(), sentinelPassword, tls);
        this.port = port.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /**
     * Somebody's Redis; empty if none is named.
     *
     * @throws IllegalArgumentException if several are named, or one in a wrong form; the text holds no password
     */
    Optional<RedisDeployment> deployment() {
        if (Stream.of(url, sentinels, cluster).filter(Optional::isPresent).count() > 1) {
            throw new IllegalArgumentException("give one of REDIS_URL, REDIS_SENTINELS and REDIS_CLUSTER");
        }
        return url.<RedisDeployment>map(RedisEndpoint::parse)
                .or(() -> sentinels.map(
                        addresses -> new RedisSentinels(addresses, master.orElse("mymaster"), login, sentinelLogin)))
                .or(() -> cluster.map(addresses -> new RedisCluster(addresses, login)));
    }

    /** The port for one of our own; empty for any. */
    OptionalInt port() {
        return port;
    }
}
