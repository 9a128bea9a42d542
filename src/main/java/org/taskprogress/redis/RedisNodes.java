package org.taskprogress.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** Servers of which each can answer the same question; who answered last is asked first. Thread-safe. */
final class RedisNodes {

    private static final Duration LIMIT = Duration.ofMillis(500);

    private final List<HostAndPort> addresses;
    private final JedisClientConfig config;
    private volatile int first;

    /** @throws IllegalArgumentException if there is none, or one is not of the form {@code host:port} */
    RedisNodes(List<String> addresses, RedisLogin login) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("at least one host:port is needed");
        }
        this.addresses = addresses.stream().map(RedisNodes::address).toList();
        this.config = login.config(LIMIT, LIMIT);
    }

    private static HostAndPort address(String text) {
        try {
            return HostAndPort.from(text.strip());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) { // Jedis's way to say that there is no port
            throw new IllegalArgumentException("a server of Redis is given as host:port", e);
        }
    }

    /**
     * Asks one after another, half a second each for connecting and answering at most.
     *
     * @param question empty if that server doesn't know
     * @throws JedisException if none knows
     */
    <T> T ask(Function<Connection, Optional<T>> question) {
        int begin = first;
        JedisException failure = new JedisConnectionException("none of " + this + " knows where Redis is");
        for (int i = 0; i < addresses.size(); i++) {
            int at = (begin + i) % addresses.size();
            @Nullable T answer = null;
            try (var connection = new Connection(addresses.get(at), config)) {
                answer = question.apply(connection).orElse(null);
            } catch (JedisException e) {
                failure = e;
            }
            if (answer != null) {
                first = at;
                return answer;
            }
        }
        throw failure;
    }

    @Override
    public String toString() {
        return addresses.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
    }
}
