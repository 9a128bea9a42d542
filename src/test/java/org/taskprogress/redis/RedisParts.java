package org.taskprogress.redis;

import java.net.URI;
import org.taskprogress.progress.ForeignMessages;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog;
import redis.clients.jedis.RedisClient;

/** What an instance has of Redis, for tests of other packages. */
public final class RedisParts implements AutoCloseable {

    private final RedisEndpoint endpoint;
    private final RedisClient client;
    private final ProgressLog log;

    public RedisParts(String url) {
        endpoint = new RedisEndpoint(URI.create(url));
        client = endpoint.client();
        log = new RedisProgressLog(client, RedisProgressLog.Bounds.DEFAULT);
    }

    public ProgressLog log() {
        return log;
    }

    public void publish(String channel, String message) {
        client.publish(channel, message);
    }

    /** Begins to listen. */
    public RedisSubscriber subscribe(ProgressListener listener, ForeignMessages foreign) {
        var subscriber = new RedisSubscriber(endpoint, log, listener, foreign, Thread::new);
        subscriber.start();
        return subscriber;
    }

    @Override
    public void close() {
        client.close();
    }
}
