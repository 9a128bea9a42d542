package org.taskprogress.redis;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadFactory;
import redis.clients.jedis.RedisClient;

/**
 * The Redis that this instance uses: somebody's, given by its URL, or one of its own. Closing it ends the connections, and an own
 * server with them. Thread-safe.
 */
final class OpenRedis implements AutoCloseable {

    private final Optional<EmbeddedRedis> own;
    private final RedisEndpoint endpoint;
    private final RedisClient client;

    private OpenRedis(Optional<EmbeddedRedis> own, RedisEndpoint endpoint) {
        this.own = own;
        this.endpoint = endpoint;
        this.client = endpoint.client();
    }

    /** Somebody's; returns whether it can be reached now or not. */
    static OpenRedis at(URI url) {
        return new OpenRedis(Optional.empty(), new RedisEndpoint(url));
    }

    /**
     * One of our own.
     *
     * @throws EmbeddedRedis.CannotStartException with one line that says what to do
     */
    static OpenRedis ownIn(Path directory, OptionalInt port, ThreadFactory threads) {
        var own = EmbeddedRedis.start(directory, port, threads);
        return new OpenRedis(Optional.of(own), new RedisEndpoint(own.url()));
    }

    RedisEndpoint endpoint() {
        return endpoint;
    }

    RedisClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        own.ifPresent(EmbeddedRedis::close);
    }
}
