package org.taskprogress.redis;

import java.time.Duration;
import java.util.Optional;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;

/**
 * By what name and over which transport servers are talked to whose address does not say so.
 *
 * @param tls by the JVM's trust store
 */
record RedisLogin(Optional<String> user, Optional<String> password, boolean tls) {

    static final RedisLogin NONE = new RedisLogin(Optional.empty(), Optional.empty(), false);

    JedisClientConfig config(Duration connectLimit, Duration readLimit) {
        var config = DefaultJedisClientConfig.builder()
                .resp2()
                .connectionTimeoutMillis((int) connectLimit.toMillis())
                .socketTimeoutMillis((int) readLimit.toMillis())
                .clientName("task-progress");
        if (tls) {
            config.sslOptions(SslOptions.defaults());
        }
        user.ifPresent(config::user);
        password.ifPresent(config::password);
        return config.build();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "RedisLogin[user=" + user.orElse("") + ", tls=" + tls + "]";
    }
}
