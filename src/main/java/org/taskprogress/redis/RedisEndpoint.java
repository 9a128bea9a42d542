package org.taskprogress.redis;

import java.net.URI;
import java.time.Duration;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * Which Redis, and how we talk to it: RESP2, since under RESP3 a PING can end a subscription (Jedis 8.0), and never without a time
 * limit.
 *
 * @param url {@code redis://} or {@code rediss://[user:password@]host:port[/database]}; holds a password, so it is never logged
 */
public record RedisEndpoint(URI url) {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(2);
    private static final int MAX_CONNECTIONS = 16;

    /** @throws IllegalArgumentException if the URL is none of Redis; the text doesn't repeat it */
    public RedisEndpoint {
        boolean known = JedisURIHelper.isRedisScheme(url) || JedisURIHelper.isRedisSSLScheme(url);
        if (!known || !JedisURIHelper.isValid(url)) {
            throw new IllegalArgumentException(
                    "the Redis URL must look like redis://host:6379 or rediss://user:password@host:6379");
        }
    }

    /** A pool of at most {@value #MAX_CONNECTIONS} connections; the caller closes it. Connects at first use. */
    RedisClient client() {
        var pool = new ConnectionPoolConfig();
        pool.setMaxTotal(MAX_CONNECTIONS);
        pool.setMaxIdle(MAX_CONNECTIONS);
        pool.setMaxWait(TIME_LIMIT);
        pool.setJmxEnabled(false);
        return RedisClient.builder()
                .hostAndPort(address())
                .clientConfig(config(TIME_LIMIT, TIME_LIMIT))
                .poolConfig(pool)
                .build();
    }

    HostAndPort address() {
        return JedisURIHelper.getHostAndPort(url);
    }

    JedisClientConfig config(Duration connectLimit, Duration readLimit) {
        return DefaultJedisClientConfig.builder(url)
                .resp2()
                .connectionTimeoutMillis((int) connectLimit.toMillis())
                .socketTimeoutMillis((int) readLimit.toMillis())
                .clientName("task-progress")
                .build();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return address().toString();
    }
}
