package org.taskprogress.redis;

import org.taskprogress.progress.ForeignMessages;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog;

/** What an instance has of Redis, for tests of other packages. */
public final class RedisParts implements AutoCloseable {

    private final RedisEndpoint endpoint;
    private final MasterConnections connections;
    private final ProgressLog log;

    public RedisParts(String url) {
        endpoint = RedisEndpoint.parse(url);
        connections = new MasterConnections(endpoint);
        log = new RedisProgressLog(connections, RedisProgressLog.Bounds.DEFAULT);
    }

    public ProgressLog log() {
        return log;
    }

    public void publish(String channel, String message) {
        connections.client().publish(channel, message);
    }

    /** Begins to listen. */
    public RedisSubscriber subscribe(ProgressListener listener, ForeignMessages foreign) {
        var subscriber = new RedisSubscriber(endpoint, log, listener, foreign, Thread::new);
        subscriber.start();
        return subscriber;
    }

    @Override
    public void close() {
        connections.close();
    }
}
