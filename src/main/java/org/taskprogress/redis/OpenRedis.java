package org.taskprogress.redis;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadFactory;

/**
 * The Redis that this instance uses: somebody's, or one of its own. Closing it ends the connections, and an own
 * server with them. Thread-safe.
 */
final class OpenRedis implements AutoCloseable {

    private final Optional<EmbeddedRedis> own;
    private final RedisDeployment deployment;
    private final MasterConnections connections;

    private OpenRedis(Optional<EmbeddedRedis> own, RedisDeployment deployment) {
        this.own = own;
        this.deployment = deployment;
        this.connections = new MasterConnections(deployment);
    }

    /** Somebody's; returns whether it can be reached now or not. */
    static OpenRedis at(RedisDeployment deployment) {
        return new OpenRedis(Optional.empty(), deployment);
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

    RedisDeployment deployment() {
        return deployment;
    }

    MasterConnections connections() {
        return connections;
    }

    @Override
    public void close() {
        connections.close();
        own.ifPresent(EmbeddedRedis::close);
    }
}
