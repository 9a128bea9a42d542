package org.taskprogress.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.SafeEncoder;

/**
 * A connection that listens to patterns of channels, at the master. Jedis's own {@code psubscribe} reads without a time limit, so a server that
 * hangs would never be noticed; here each read ends after {@link #SILENCE_LIMIT}, and pings see to it that a living server is never
 * silent so long. One thread reads, another one pings.
 */
final class Subscription extends MasterConnection {

    /** How long a dead or hanging server, or a half-open connection, can go unnoticed. */
    static final Duration SILENCE_LIMIT = Duration.ofSeconds(3);

    /** Shorter, so that a server that hangs is not waited for while another one is made master. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);

    /** Something that came in. */
    sealed interface Incoming {}

    /**
     * A message, not decoded yet: it may be ten megabytes of anything.
     *
     * @param payload nobody else's
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Message(String channel, byte[] payload) implements Incoming {

        private static final byte[] FRONT_OF_SCRIPT = SafeEncoder.encode("{\"cursor\":{\"id\":\"");

        /** Whether {@code emit.lua} has published it, by its looks. */
        boolean isOfScript() {
            int length = FRONT_OF_SCRIPT.length;
            return payload.length > length && Arrays.equals(payload, 0, length, FRONT_OF_SCRIPT, 0, length);
        }

        String text() {
            return SafeEncoder.encode(payload);
        }
    }

    /** The answer to a ping. */
    record Pong() implements Incoming {}

    private final HostAndPort address;

    private Subscription(HostAndPort address, RedisDeployment deployment) {
        super(address, deployment.config(CONNECT_LIMIT, CONNECT_LIMIT));
        this.address = address;
    }

    /**
     * Connects, and returns once the server has confirmed: nothing that is published from then on can be missed on a good connection.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if that fails
     */
    static Subscription open(RedisDeployment deployment, List<String> patterns) {
        var subscription = new Subscription(deployment.master(), deployment);
        try {
            subscription.sendCommand(Protocol.Command.PSUBSCRIBE, patterns.toArray(String[]::new));
            patterns.forEach(each -> subscription.getOne());
            subscription.setSoTimeout((int) SILENCE_LIMIT.toMillis());
            return subscription;
        } catch (RuntimeException e) { // whatever it was, the socket must not be left behind
            subscription.close();
            throw e;
        }
    }

    /**
     * Waits for what comes next.
     *
     * @throws redis.clients.jedis.exceptions.JedisConnectionException after {@link #SILENCE_LIMIT}, or when the connection ends
     */
    Incoming next() {
        while (true) {
            var reply = (List<?>) getUnflushedObject();
            String kind = text(reply.get(0));
            if (kind.equals("pmessage")) {
                return new Message(text(reply.get(2)), (byte[]) reply.get(3));
            }
            if (kind.equals("pong")) {
                return new Pong();
            }
        }
    }

    /** Asks for a sign of life. Called from another thread than {@link #next}: nobody else writes once the subscription stands. */
    void sendPing() {
        sendCommand(Protocol.Command.PING);
        flush();
    }

    /** Which server it listens to. */
    HostAndPort address() {
        return address;
    }

    /** Ends a {@link #next} that waits. Thread-safe. */
    void abort() {
        try {
            forceDisconnect();
        } catch (IOException e) {
            throw new IllegalStateException("closing a socket quietly does not fail", e);
        }
    }

    private static String text(Object bulk) {
        return SafeEncoder.encode((byte[]) bulk);
    }
}
