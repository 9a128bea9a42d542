package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskprogress.progress.EventBuilder.anEvent;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.taskprogress.progress.Backoff;
import org.taskprogress.progress.EventJson;
import org.taskprogress.progress.ForeignMessages;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.TaskId;
import org.taskprogress.testing.RedisServer;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.XAddParams;

class RedisSubscriberTest {

    private static final String PERSISTENT = "persistent";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final TaskId task = TaskId.random();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final ForeignMessages foreign =
            (channel, payload) -> heard.add(new String(payload, StandardCharsets.UTF_8));

    private RedisServer server;
    private RedisClient redis;
    private RedisProgressLog log;

    @BeforeEach
    void start(TestInfo test) {
        server = test.getTags().contains(PERSISTENT) ? RedisServer.startPersistent() : RedisServer.start();
        opened.add(server);
        redis = RedisClient.create(server.url());
        opened.add(redis);
        var connections = new MasterConnections(RedisEndpoint.parse(server.url()));
        opened.add(connections);
        log = new RedisProgressLog(connections, RedisProgressLog.Bounds.DEFAULT);
    }

    @AfterEach
    void closeInReverse() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private RedisSubscriber subscribe(RecordingListener listener) {
        var subscriber = new RedisSubscriber(RedisEndpoint.parse(server.url()), log, listener, foreign, Thread::new);
        opened.add(subscriber);
        subscriber.start();
        await().atMost(LIMIT).until(subscriber::isConnected);
        return subscriber;
    }

    private void append(int from, int to) {
        for (int n = from; n <= to; n++) {
            log.append(anEvent().of(task).progressed(), new Source("1", n));
        }
    }

    private static void awaitEvents(RecordingListener listener, int count) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(listener.events()).hasSize(count));
    }

    @Test
    void beginsAtTheHeadOfTheLog() {
        append(1, 5);
        var listener = new RecordingListener();
        subscribe(listener);
        append(6, 8);

        awaitEvents(listener, 3);
        assertThat(listener.events()).extracting(RecordedEvent::seq).containsExactly(6L, 7L, 8L);
        assertThat(listener.losses()).isEqualTo(1);
    }

    @Test
    void everyInstanceSeesTheSameOrder() throws Exception {
        var one = new RecordingListener();
        var other = new RecordingListener();
        subscribe(one);
        subscribe(other);
        var writers = new ArrayList<CompletableFuture<Void>>();
        for (int writer = 0; writer < 4; writer++) {
            var of = TaskId.random();
            writers.add(CompletableFuture.runAsync(() -> {
                for (int n = 1; n <= 250; n++) {
                    log.append(anEvent().of(of).progressed(), new Source("1", n));
                }
            }));
        }
        CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get();

        awaitEvents(one, 1_000);
        awaitEvents(other, 1_000);
        assertThat(one.events()).isEqualTo(other.events());
        one.assertWhole();
    }

    @Test
    void losesAndDoublesNothingWhileItsConnectionIsCutAgainAndAgain() throws Exception {
        var listener = new RecordingListener();
        var subscriber = subscribe(listener);
        var writing = CompletableFuture.runAsync(() -> append(1, 20_000));
        int cuts = 0;
        while (!writing.isDone()) {
            await().atMost(LIMIT).until(() -> subscriber.isConnected() || writing.isDone());
            cutSubscriptions();
            cuts++;
        }
        writing.get();

        awaitEvents(listener, 20_000);
        listener.assertWhole();
        assertThat(cuts).isGreaterThan(2);
        assertThat(listener.losses()).isEqualTo(2);
        assertThat(subscriber.gapsHealed()).isPositive();
    }

    private void cutSubscriptions() {
        try (var connection = redis.getPool().getResource()) {
            connection.executeCommand(new CommandArguments(Protocol.Command.CLIENT)
                    .add("KILL")
                    .add("TYPE")
                    .add("PUBSUB"));
        }
    }

    @Test
    void deliversALastEventThatNoMessageBrought() {
        var listener = new RecordingListener();
        var subscriber = subscribe(listener);
        append(1, 1);
        awaitEvents(listener, 1);
        appendUnpublished(2);

        awaitEvents(listener, 2);
        listener.assertWhole();
        assertThat(subscriber.gapsHealed()).isEqualTo(1);
    }

    /** As if the message had got lost on its way. */
    private void appendUnpublished(long seq) {
        var before = log.head();
        var id = before.millis() + 1 + "-0";
        var payload = EventJson.write(anEvent().of(task).progressed());
        redis.xadd(
                Keys.LOG,
                XAddParams.xAddParams().id(id),
                Map.of("e", payload, "n", Long.toString(seq), "p", before.toString(), "o", "alice"));
        redis.hset(Keys.LAST, "id", id);
    }

    @Test
    void noticesAHangingServerWithin3SecondsAndHeals() {
        var listener = new RecordingListener();
        var subscriber = subscribe(listener);
        append(1, 10);
        awaitEvents(listener, 10);

        server.freeze();
        await().atMost(Duration.ofMillis(3_200)).until(() -> !subscriber.isConnected());
        server.resume();
        append(11, 20);

        awaitEvents(listener, 20);
        listener.assertWhole();
        assertThat(listener.losses()).isEqualTo(2);
    }

    @Test
    @Tag(PERSISTENT)
    void goesOnAfterACrashOfAServerThatKeptItsData() {
        var listener = new RecordingListener();
        subscribe(listener);
        var publisher = publisher();
        publish(publisher, 1, 2_000);
        await().atMost(LIMIT).until(() -> listener.events().size() > 100);
        server.kill();
        publish(publisher, 2_001, 3_000);
        server.restart();

        awaitEvents(listener, 3_000);
        listener.assertWhole();
        assertThat(listener.losses()).isEqualTo(2);
    }

    @Test
    void tellsThatContinuityIsLostWhenTheServerComesBackEmpty() {
        var listener = new RecordingListener();
        subscribe(listener);
        var publisher = publisher();
        publish(publisher, 1, 100);
        awaitEvents(listener, 100);
        // What was published but not confirmed yet would be sent again
        await().atMost(LIMIT).until(() -> publisher.waiting() == 0);
        server.kill();
        server.restart();

        await().atMost(LIMIT).until(() -> listener.losses() == 3);
        publish(publisher, 101, 110);
        awaitEvents(listener, 110);
        assertThat(listener.events().get(100).seq()).isEqualTo(1);
    }

    private ProgressPublisher publisher() {
        var publisher = new ProgressPublisher(
                log,
                ProgressPublisher.DEFAULT_CAPACITY,
                new Backoff(Duration.ofMillis(20), Duration.ofMillis(200), () -> 0),
                (event, appended) -> {},
                Thread::new);
        opened.add(publisher);
        publisher.start();
        return publisher;
    }

    private void publish(ProgressPublisher publisher, int from, int to) {
        for (int n = from; n <= to; n++) {
            publisher.publish(anEvent().of(task).progressed(), new Source("1", n));
        }
    }

    @Test
    void countsButDoesNotDeliverWhatIsNotOfTheScript() {
        var listener = new RecordingListener();
        subscribe(listener);
        redis.publish("task_progress:alice:" + task, "{\"task_id\":\"x\",\"progress\":5}");
        redis.publish("task_progress:alice:" + task, "\u0000 no JSON");
        append(1, 1);

        awaitEvents(listener, 1);
        assertThat(heard).containsExactly("{\"task_id\":\"x\",\"progress\":5}", "\u0000 no JSON");
    }

    @Test
    void survivesAListenerThatThrows() {
        var listener = new RecordingListener();
        var subscriber = new RedisSubscriber(
                RedisEndpoint.parse(server.url()), log, new ThrowingListener(listener), foreign, Thread::new);
        opened.add(subscriber);
        subscriber.start();
        await().atMost(LIMIT).until(subscriber::isConnected);
        append(1, 3);

        awaitEvents(listener, 3);
    }

    @Test
    void endsItsThreadsWithinASecond() {
        var threads = new ArrayList<Thread>();
        var subscriber =
                new RedisSubscriber(RedisEndpoint.parse(server.url()), log, new RecordingListener(), foreign, work -> {
                    threads.add(new Thread(work));
                    return threads.get(threads.size() - 1);
                });
        subscriber.start();
        await().atMost(LIMIT).until(subscriber::isConnected);
        server.freeze();

        long begin = System.nanoTime();
        subscriber.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
        assertThat(threads).hasSize(2).noneMatch(Thread::isAlive);
        server.resume();
    }

    private record ThrowingListener(RecordingListener then) implements ProgressListener {
        @Override
        public void recorded(RecordedEvent event) {
            then.recorded(event);
            throw new IllegalStateException("a fault of the listener");
        }

        @Override
        public void continuityLost() {
            then.continuityLost();
        }
    }
}
