package org.taskprogress.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.Backoff;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.redis.RedisParts;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskType;
import org.taskprogress.testing.RedisServer;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressServer;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/**
 * Many watchers of many tasks while everything that can break does: watchers come and go at random, Redis is killed, frozen and cut
 * off, the server is killed. At the end each watcher holds each of its task's numbers once and in order. {@code -Dchaos.seconds} makes
 * it longer, {@code -Dchaos.seed} repeats a run's random choices.
 */
class ChaosIT {

    private static final System.Logger LOG = System.getLogger(ChaosIT.class.getName());
    private static final int TASKS = 50;
    private static final int WATCHERS = 200;
    private static final int EVENTS_A_SECOND = 20;
    private static final int STAGES = 10;
    private static final Owner ALICE = new Owner("alice");

    private final int seconds = Integer.getInteger("chaos.seconds", 30);
    private final long seed = Long.getLong("chaos.seed", System.nanoTime());
    private final AtomicLong received = new AtomicLong();
    private final Map<String, Duration> untilFirstEvent = new LinkedHashMap<>();

    private RedisServer redis;
    private TaskProgressServer server;

    @BeforeEach
    void start() {
        redis = RedisServer.startPersistent();
        server = TaskProgressServer.start(Map.of("REDIS_URL", redis.url(), "STREAM_MAX_PER_USER", "1000"));
    }

    @AfterEach
    void stop() {
        server.close();
        redis.close();
    }

    @Test
    void everyWatcherHoldsEveryEventWhateverBreaks() throws Exception {
        LOG.log(System.Logger.Level.INFO, "seed {0}, {1} s", String.valueOf(seed), String.valueOf(seconds));
        ExecutorService threads = Executors.newCachedThreadPool();
        ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
        try (var parts = new RedisParts(redis.url());
                var worker = new ProgressPublisher(
                        parts.log(),
                        100_000,
                        new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1), () -> 0.5),
                        (event, appended) -> {},
                        Thread::new)) {
            worker.start();
            TaskProgressClient alice = server.as("alice");
            List<TaskId> tasks = register(server.as("worker"));
            var watchers = new ArrayList<ChaosWatcher>();
            var watching = new ArrayList<Future<?>>();
            for (int i = 0; i < WATCHERS; i++) {
                var watcher = new ChaosWatcher(alice, tasks.get(i % TASKS).value(), new Random(seed + i), received);
                watchers.add(watcher);
                watching.add(threads.submit(watcher));
            }
            Awaitility.await("all watch")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> watchers.stream().allMatch(ChaosWatcher::hasBegun));

            int events = seconds * EVENTS_A_SECOND;
            var sent = new AtomicLong();
            var publishing = pace.scheduleAtFixedRate(
                    () -> {
                        long number = sent.incrementAndGet();
                        if (number <= events) {
                            tasks.forEach(task -> worker.publish(event(task, number, events), source(task, number)));
                        }
                    },
                    0,
                    1_000 / EVENTS_A_SECOND,
                    TimeUnit.MILLISECONDS);
            breakThings(sent, events);
            Awaitility.await("all is published")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> sent.get() >= events && worker.waiting() == 0);
            publishing.cancel(false);
            Awaitility.await("every watcher has been told the end")
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(watchers)
                            .filteredOn(watcher -> !watcher.isDone())
                            .isEmpty());
            for (Future<?> each : watching) {
                each.get(1, TimeUnit.MINUTES);
            }

            report(watchers);
            for (ChaosWatcher watcher : watchers) {
                Telling.assertWithoutHole(watcher.told());
                assertThat(watcher.told().get(0).seq()).isEqualTo(1);
                assertThat(watcher.told()).filteredOn(Telling::isEnd).hasSize(1);
                assertThat(watcher.told().get(watcher.told().size() - 1).isEnd())
                        .isTrue();
                assertThat(watcher.resyncs()).isZero();
            }
        } finally {
            pace.shutdownNow();
            threads.shutdownNow();
        }
    }

    private static List<TaskId> register(TaskProgressClient worker) {
        return IntStream.range(0, TASKS)
                .mapToObj(n -> {
                    var task = Json.createObjectBuilder()
                            .add("task_id", "chaos-" + n)
                            .add("owner", ALICE.subject())
                            .add("type", "external");
                    var answer = worker.send(worker.request("/api/v1/tasks")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(task.build().toString())));
                    assertThat(answer.status()).isEqualTo(201);
                    return new TaskId("chaos-" + n);
                })
                .toList();
    }

    private static ProgressEvent event(TaskId task, long number, int events) {
        boolean last = number == events;
        var progress = new Progress(
                task,
                ALICE,
                TaskType.EXTERNAL,
                1,
                (int) (number * 100 / events),
                last ? "completed" : "stage-" + number * STAGES / events,
                number * STAGES * 100.0 / events % 100,
                "Event " + number + " of " + events,
                Instant.now(),
                JsonValue.EMPTY_JSON_OBJECT);
        return last
                ? new ProgressEvent.Completed(progress, JsonValue.EMPTY_JSON_OBJECT)
                : new ProgressEvent.Progressed(progress, Optional.empty());
    }

    private static Source source(TaskId task, long number) {
        return new Source("chaos/" + task, number);
    }

    /** One fault after another, spread over the run. */
    private void breakThings(AtomicLong sent, int events) throws InterruptedException {
        Map<String, Fault> faults = new LinkedHashMap<>();
        faults.put("subscriber's connection killed", () -> command("KILL", "TYPE", "pubsub"));
        faults.put("Redis frozen for 5 s", () -> {
            redis.freeze();
            TimeUnit.SECONDS.sleep(5);
            redis.resume();
        });
        faults.put("Redis killed and restarted", () -> {
            redis.kill();
            redis.restart();
        });
        faults.put("all connections to Redis killed", () -> command("KILL", "TYPE", "normal"));
        faults.put("server killed and restarted", () -> {
            server.kill();
            server.restart();
        });
        int step = events / (faults.size() + 1);
        int turn = 0;
        for (var fault : faults.entrySet()) {
            int due = ++turn * step;
            Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> sent.get() >= due);
            fault.getValue().happen();
            long before = received.get();
            Instant over = Instant.now();
            Awaitility.await("events after: " + fault.getKey())
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> received.get() > before);
            untilFirstEvent.put(fault.getKey(), Duration.between(over, Instant.now()));
        }
    }

    private void command(String... words) {
        URI address = URI.create(redis.url());
        try (var jedis = new Jedis(address)) {
            jedis.sendCommand(Protocol.Command.CLIENT, words);
        }
    }

    private void report(List<ChaosWatcher> watchers) {
        long told =
                watchers.stream().mapToLong(watcher -> watcher.told().size()).sum();
        long skipped = watchers.stream()
                .flatMap(watcher -> watcher.told().stream())
                .mapToLong(Telling::skipped)
                .sum();
        long connections =
                watchers.stream().mapToLong(ChaosWatcher::connections).sum();
        LOG.log(
                System.Logger.Level.INFO,
                "events told {0}, skipped by conflation {1}, connections {2}; from the end of a fault to the next event: {3}",
                String.valueOf(told),
                String.valueOf(skipped),
                String.valueOf(connections),
                untilFirstEvent);
    }

    /** Something that breaks, and is mended when it returns. */
    private interface Fault {
        void happen() throws InterruptedException;
    }
}
