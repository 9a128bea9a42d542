package org.taskprogress.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * A single server.
 *
 * @param url {@code redis://} or {@code rediss://[user:password@]host:port[/database]}; holds a password, so it is never logged
 */
public record RedisEndpoint(URI url) implements RedisDeployment {

    /** @throws IllegalArgumentException if the URL is none of Redis; the text doesn't repeat it */
    public RedisEndpoint {
        boolean known = JedisURIHelper.isRedisScheme(url) || JedisURIHelper.isRedisSSLScheme(url);
        if (!known || !JedisURIHelper.isValid(url)) {
            throw notAnUrl();
        }
    }

    /**
     * From the text of a setting. The cause is left out, since it would repeat the text.
     *
     * @throws IllegalArgumentException as the constructor does
     */
    public static RedisEndpoint parse(String url) {
        try {
            return new RedisEndpoint(new URI(url.strip()));
        } catch (URISyntaxException e) {
            throw notAnUrl();
        }
    }

    private static IllegalArgumentException notAnUrl() {
        return new IllegalArgumentException(
                "the Redis URL must look like redis://host:6379 or rediss://user:password@host:6379");
    }

    @Override
    public HostAndPort master() {
        return JedisURIHelper.getHostAndPort(url);
    }

    @Override
    public boolean canMove() {
        return false;
    }

    @Override
    public JedisClientConfig config(Duration connectLimit, Duration readLimit) {
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
        return master().toString();
    }
}
