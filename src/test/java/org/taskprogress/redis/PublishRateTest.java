package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskprogress.progress.EventBuilder.anEvent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.Backoff;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.task.TaskId;
import org.taskprogress.testing.RedisServer;

/** How fast one thread can publish, and how fast that is recorded; the figures are in the log. */
class PublishRateTest {

    private static final System.Logger LOG = System.getLogger(PublishRateTest.class.getName());
    private static final int EVENTS = 50_000;
    private static final int LEAST_RATE = 10_000;

    @Test
    void publishingNeverWaitsForRedis() {
        List<ProgressEvent.Progressed> events = IntStream.range(0, 50)
                .mapToObj(n -> anEvent().of(TaskId.random()).progressed())
                .toList();
        try (var server = RedisServer.start();
                var connections = new MasterConnections(RedisEndpoint.parse(server.url()));
                var publisher = new ProgressPublisher(
                        new RedisProgressLog(connections, RedisProgressLog.Bounds.DEFAULT),
                        EVENTS,
                        new Backoff(Duration.ofMillis(1), Duration.ofMillis(100), () -> 0),
                        (event, appended) -> {},
                        Thread::new)) {
            publisher.start();
            long begin = System.nanoTime();
            for (int n = 0; n < EVENTS; n++) {
                publisher.publish(events.get(n % events.size()), new Source("run/1", n / events.size() + 1));
            }
            long published = System.nanoTime();
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> publisher.waiting() == 0);
            long recorded = System.nanoTime();

            LOG.log(
                    System.Logger.Level.INFO,
                    "published={0}/s recorded={1}/s",
                    rate(published - begin),
                    rate(recorded - begin));
            assertThat(rate(published - begin)).isGreaterThan(LEAST_RATE);
            assertThat(publisher.conflated()).isZero();
            assertThat(publisher.refused()).isZero();
        }
    }

    private static long rate(long nanos) {
        return EVENTS * TimeUnit.SECONDS.toNanos(1) / nanos;
    }
}
