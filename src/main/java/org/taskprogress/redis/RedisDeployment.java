package org.taskprogress.redis;

import java.time.Duration;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/**
 * Which Redis, and how we talk to it: a single server, one that Sentinels watch, or a Cluster. All of our keys are of one slot, so in
 * each of them there is one server that has them all and takes writes. Thread-safe; {@code toString} shows no password.
 */
public sealed interface RedisDeployment permits RedisEndpoint, RedisSentinels, RedisCluster {

    /**
     * The server that has our keys now. Asks for it, so it may take about a second where it can change.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if nobody can say
     */
    HostAndPort master();

    /** Whether {@link #master} may be another one the next time. */
    boolean canMove();

    /** How to connect to the master: RESP2, since under RESP3 a PING can end a subscription (Jedis 8.0), and with these limits. */
    JedisClientConfig config(Duration connectLimit, Duration readLimit);
}
