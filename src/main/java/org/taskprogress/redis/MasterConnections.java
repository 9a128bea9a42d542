package org.taskprogress.redis;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ConnectionProvider;

/**
 * A pool of at most {@value #MAX_CONNECTIONS} connections to the present master. Where the master can change it is asked for again
 * once a second, by whoever needs a connection then. Connects at first use, so it can be made while Redis is away. Thread-safe.
 */
public final class MasterConnections implements ConnectionProvider {

    private static final System.Logger LOG = System.getLogger(MasterConnections.class.getName());
    private static final Duration TIME_LIMIT = Duration.ofSeconds(2);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
    private static final int MAX_CONNECTIONS = 16;

    private final RedisDeployment deployment;
    private final JedisClientConfig config;
    private final RedisClient client;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable Place place;
    private volatile boolean closed;

    /** @param lookedAt by {@link System#nanoTime} */
    private record Place(HostAndPort master, ConnectionPool pool, long lookedAt) {}

    public MasterConnections(RedisDeployment deployment) {
        this.deployment = deployment;
        this.config = deployment.config(TIME_LIMIT, TIME_LIMIT);
        this.client = RedisClient.builder()
                .connectionProvider(this)
                .clientConfig(config)
                .build();
    }

    /** Commands that any connection will do for. */
    RedisClient client() {
        return client;
    }

    /** One for the caller alone; closing it gives it back. */
    @Override
    public MasterConnection getConnection() {
        return (MasterConnection) pool().getResource();
    }

    @Override
    public MasterConnection getConnection(CommandArguments arguments) {
        return getConnection();
    }

    /** Connections that are in use end when they are given back. */
    @Override
    public void close() {
        looking.lock();
        try {
            closed = true;
            if (place != null) {
                place.pool().close();
            }
        } finally {
            looking.unlock();
        }
    }

    private ConnectionPool pool() {
        Place known = place;
        if (known != null && !isDue(known)) {
            return known.pool();
        }
        if (known == null) {
            looking.lock();
        } else if (!looking.tryLock()) { // another one looks already, and may have to wait for an answer
            return known.pool();
        }
        try {
            return look(place).pool();
        } finally {
            looking.unlock();
        }
    }

    private boolean isDue(Place known) {
        return deployment.canMove() && System.nanoTime() - known.lookedAt() >= LOOK_INTERVAL.toNanos();
    }

    private Place look(@Nullable Place known) {
        if (known != null && (closed || !isDue(known))) {
            return known;
        }
        HostAndPort master = master(known);
        ConnectionPool pool;
        if (known != null && known.master().equals(master)) {
            pool = known.pool();
        } else {
            pool = newPool(master);
            if (known != null) {
                LOG.log(System.Logger.Level.INFO, "the master of Redis is {0} now", master);
                known.pool().close();
            }
        }
        var found = new Place(master, pool, System.nanoTime());
        place = found;
        return found;
    }

    /** Those who know it may be away while it is well. */
    private HostAndPort master(@Nullable Place known) {
        try {
            return deployment.master();
        } catch (JedisException e) {
            if (known == null) {
                throw e;
            }
            LOG.log(System.Logger.Level.DEBUG, "nobody says where Redis is, so it stays: {0}", e.getMessage());
            return known.master();
        }
    }

    private ConnectionPool newPool(HostAndPort master) {
        var limits = new ConnectionPoolConfig();
        limits.setMaxTotal(MAX_CONNECTIONS);
        limits.setMaxIdle(MAX_CONNECTIONS);
        limits.setMaxWait(TIME_LIMIT);
        limits.setJmxEnabled(false);
        return new ConnectionPool(new Factory(master, config), limits);
    }

    private static final class Factory extends ConnectionFactory {
        private final HostAndPort master;
        private final JedisClientConfig config;

        Factory(HostAndPort master, JedisClientConfig config) {
            super(master, config);
            this.master = master;
            this.config = config;
        }

        @Override
        public PooledObject<Connection> makeObject() {
            return new DefaultPooledObject<>(new MasterConnection(master, config));
        }
    }
}
