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

    private final RedisDeployment deployment;

    public RedisReadiness(RedisDeployment deployment) {
        this.deployment = deployment;
    }

    /** What is wrong, empty if nothing; takes half a second for connecting and for each answer of each server asked at most. */
    public Optional<String> problem() {
        try (var connection = new Connection(deployment.master(), deployment.config(LIMIT, LIMIT))) {
            return connection.ping() ? Optional.empty() : Optional.of("Redis gives a wrong answer");
        } catch (JedisException e) {
            return Optional.of("Redis at " + deployment + " does not answer: " + e.getMessage());
        }
    }
}
