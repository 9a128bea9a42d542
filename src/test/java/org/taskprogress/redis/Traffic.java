package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskprogress.progress.EventBuilder.anEvent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.taskprogress.progress.Backoff;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.TaskId;

/** A publisher that sends 200 events a second of ten tasks, and a subscriber that must get each once and in order. */
final class Traffic implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Traffic.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(25);
    private static final int TASKS = 10;

    private final List<TaskId> tasks =
            IntStream.range(0, TASKS).mapToObj(n -> TaskId.random()).toList();
    private final RecordingListener listener = new RecordingListener();
    private final ConcurrentSkipListSet<Long> arrivals = new ConcurrentSkipListSet<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final MasterConnections connections;
    private final ProgressPublisher publisher;
    private final RedisSubscriber subscriber;
    private volatile int sent;
    private int lossesBefore;

    /** @param watched where the subscriber listens, which may be another way to the same server */
    Traffic(RedisDeployment deployment, RedisDeployment watched) {
        connections = new MasterConnections(deployment);
        var log = new RedisProgressLog(connections, RedisProgressLog.Bounds.DEFAULT);
        publisher = new ProgressPublisher(
                log,
                ProgressPublisher.DEFAULT_CAPACITY,
                new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0),
                (event, appended) -> {},
                Thread::new);
        subscriber = new RedisSubscriber(watched, log, new Timing(), (channel, payload) -> {}, Thread::new);
        subscriber.start();
        publisher.start();
        await().atMost(LIMIT).until(subscriber::isConnected);
    }

    static Traffic of(RedisDeployment deployment) {
        return new Traffic(deployment, deployment);
    }

    /** Begins, and returns once events come through. */
    Traffic flowing() {
        var unused = clock.scheduleAtFixedRate(this::send, 0, 5, TimeUnit.MILLISECONDS);
        await().atMost(LIMIT).until(() -> arrivals.size() > 200);
        lossesBefore = listener.losses();
        return this;
    }

    private void send() {
        int n = sent;
        publisher.publish(
                anEvent().of(tasks.get(n % TASKS)).at(n % 100).progressed(), new Source("run/1", n / TASKS + 1));
        sent = n + 1;
    }

    RedisSubscriber subscriber() {
        return subscriber;
    }

    /** How often continuity was lost since events come through. */
    int losses() {
        return listener.losses() - lossesBefore;
    }

    List<RecordedEvent> events() {
        return listener.events();
    }

    /** Waits until something comes in after a moment, and tells how long that took. */
    Duration firstEventAfter(long nanos, String fault) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(10)).until(() -> arrivals.ceiling(nanos) != null);
        var took = Duration.ofNanos(arrivals.ceiling(nanos) - nanos);
        LOG.log(System.Logger.Level.INFO, "{0}: first event after {1} ms", fault, took.toMillis());
        return took;
    }

    /** Ends the sending, and checks that all came through: each once, in order, in one go. */
    void assertWhole() throws InterruptedException {
        clock.shutdown();
        assertThat(clock.awaitTermination(1, TimeUnit.SECONDS)).isTrue();
        await().atMost(LIMIT).until(() -> listener.events().size() >= sent);
        assertThat(listener.events()).hasSize(sent);
        listener.assertWhole();
        assertThat(publisher.conflated()).isZero();
        assertThat(publisher.refused()).isZero();
        LOG.log(System.Logger.Level.INFO, "events={0} lost=0 doubled=0 disordered=0", sent);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        publisher.close(Duration.ZERO);
        subscriber.close();
        connections.close();
    }

    private final class Timing implements ProgressListener {
        @Override
        public void recorded(RecordedEvent event) {
            listener.recorded(event);
            arrivals.add(System.nanoTime());
        }

        @Override
        public void continuityLost() {
            listener.continuityLost();
        }
    }
}
