package org.taskprogress.redis;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.taskprogress.progress.Backoff;
import org.taskprogress.progress.ForeignMessages;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.store.DataDirectory;

/**
 * Gives the application its log, its publisher and its subscription, from the Redis that {@link RedisSettings} names, or else one of its
 * own below the data directory. Each event that was recorded from here is fired as {@link RecordedEvent}, on the
 * publisher's thread.
 */
@ApplicationScoped
class RedisBeans {

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    @Resource
    private ManagedThreadFactory threads;

    void start(
            @Observes @Priority(30) Startup startup,
            ProgressPublisher publisher,
            RedisSubscriber subscriber,
            MetricRegistry metrics) {
        metrics.gauge("task_progress_gaps_healed_total", subscriber, RedisSubscriber::gapsHealed);
        metrics.gauge("task_progress_events_waiting", publisher, ProgressPublisher::waiting);
        publisher.start();
        subscriber.start();
    }

    /** The publisher first: what waits in it is still to be recorded. */
    void stop(
            @Observes @Priority(30) Shutdown shutdown,
            ProgressPublisher publisher,
            RedisSubscriber subscriber,
            OpenRedis redis) {
        publisher.close();
        subscriber.close();
        redis.close();
    }

    @Produces
    @Singleton
    OpenRedis redis(RedisSettings settings, DataDirectory data) {
        return settings.deployment()
                .map(OpenRedis::at)
                .orElseGet(() -> OpenRedis.ownIn(data.directory("redis"), settings.port(), threads));
    }

    @Produces
    @Singleton
    ProgressLog log(OpenRedis redis) {
        return new RedisProgressLog(redis.connections(), RedisProgressLog.Bounds.DEFAULT);
    }

    @Produces
    @Singleton
    ProgressPublisher publisher(ProgressLog log, Event<RecordedEvent> recorded) {
        var backoff = new Backoff(
                FIRST_WAIT, LONGEST_WAIT, () -> ThreadLocalRandom.current().nextDouble());
        return new ProgressPublisher(
                log,
                ProgressPublisher.DEFAULT_CAPACITY,
                backoff,
                (event, appended) -> recorded.fire(new RecordedEvent(appended.id(), appended.seq(), event)),
                threads);
    }

    @Produces
    @Singleton
    RedisSubscriber subscriber(
            OpenRedis redis, ProgressLog log, @Any Instance<ProgressListener> listeners, ForeignMessages foreign) {
        return new RedisSubscriber(
                redis.deployment(), log, new AllListeners(listeners.stream().toList()), foreign, threads);
    }

    @Produces
    @Singleton
    RedisReadiness readiness(OpenRedis redis) {
        return new RedisReadiness(redis.deployment());
    }
}
