package org.taskprogress.redis;

import java.time.Duration;
import java.util.Optional;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Whether Redis answers. On a connection of its own, so that a pool that waits for a hanging server does not delay the answer.
 * Thread-safe.
 */
public final class RedisReadiness {

    private static final Duration LIMIT = Duration.ofMillis(500);

    private final RedisEndpoint endpoint;

    public RedisReadiness(RedisEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** What is wrong, empty if nothing; takes half a second for connecting and for each answer at most. */
    public Optional<String> problem() {
        try (var connection = new Connection(endpoint.address(), endpoint.config(LIMIT, LIMIT))) {
            return connection.ping() ? Optional.empty() : Optional.of("Redis gives a wrong answer");
        } catch (JedisException e) {
            return Optional.of("Redis at " + endpoint + " does not answer: " + e.getMessage());
        }
    }
}
