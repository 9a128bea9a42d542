package org.taskprogress.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskprogress.stream.StreamsFixture.watching;
import static org.taskprogress.stream.Work.aTask;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.taskprogress.task.TaskStatus;

/** Many threads at once. */
@Timeout(60)
class StalledClientsTest {

    private final ExecutorService writers = Executors.newFixedThreadPool(4);
    private final ExecutorService readers = Executors.newFixedThreadPool(2);
    private final StreamsFixture world = new StreamsFixture(StreamSettings.DEFAULTS, readers, writers);
    private final Work task = aTask("a");

    @AfterEach
    void stop() {
        writers.shutdownNow();
        readers.shutdownNow();
    }

    @Test
    void aStalledClientDelaysNobodyAndIsGivenUp() {
        world.rows.put(task.id(), task.row(TaskStatus.RUNNING));
        var stalled = new Stalled();
        world.streams.open(
                world.streams
                        .admit(StreamsFixture.caller("mallory"), watching(task), NamedFormat.TASKS, Resume.FRESH)
                        .orElseThrow(),
                stalled);
        await().until(stalled.reached::get);
        var healthy = new ArrayList<ClientRecorder>();
        for (int i = 0; i < 10; i++) {
            healthy.add(world.open(watching(task), Resume.FRESH));
        }
        for (int i = 1; i <= 100; i++) {
            world.publish(task.at(i).progressed());
        }
        await().untilAsserted(() -> assertThat(healthy)
                .allSatisfy(client -> assertThat(client.lastEventId()).isEqualTo("100-0")));

        world.now = world.now.plus(Duration.ofSeconds(31));
        world.streams.tick();
        assertThat(world.counts.closed).containsEntry(CloseReason.STALLED, 1);
        assertThat(world.streams.places()).isEqualTo(10);
        stalled.release.countDown();
        await().until(stalled.closed::get);
    }

    private static final class Stalled implements EventWriter {
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicBoolean reached = new AtomicBoolean();
        final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public void write(List<Frame> frames) throws IOException {
            reached.set(true);
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    /** Watchers come back at random wherever they were; whatever happens, each holds every event once. */
    @Test
    void everyWatcherHoldsEveryEventHoweverOftenItReconnects() throws Exception {
        int tasks = 10;
        int events = 1_000;
        var works = new ArrayList<Work>();
        for (int i = 0; i < tasks; i++) {
            var work = aTask("task-" + i);
            works.add(work);
            world.rows.put(work.id(), work.row(TaskStatus.RUNNING));
            // The first event is there before anybody watches, so that every watcher holds all numbers
            world.publish(work.progressed());
        }
        var threads = Executors.newCachedThreadPool();
        var told = new Semaphore(50);
        var publishing = new ArrayList<Future<?>>();
        var watching = new ArrayList<Future<Integer>>();
        var watchers = new ArrayList<Watcher>();
        for (Work work : works) {
            for (int i = 0; i < 3; i++) {
                var watcher =
                        new Watcher(world, work, new Random(31L * i + work.id().hashCode()));
                watchers.add(watcher);
                watching.add(threads.submit(watcher));
            }
            publishing.add(threads.submit(() -> {
                for (int n = 2; n < events; n++) {
                    told.acquire();
                    world.record(
                            work.at(n * 100 / events).in("stage-" + n / 100).progressed());
                }
                told.acquire();
                return world.record(work.completed());
            }));
        }
        for (int heard = 0; heard < tasks * (events - 1); heard++) {
            world.log.tellOne(world.streams.listener());
            told.release();
        }
        int connections = 0;
        for (var publisher : publishing) {
            publisher.get();
        }
        for (var watcher : watching) {
            connections += watcher.get();
        }
        threads.shutdown();
        assertThat(connections).isGreaterThan(3 * tasks);

        for (Watcher watcher : watchers) {
            Seen.provesThatNothingIsMissing(watcher.all());
            var seqs = Seen.seqs(watcher.all(), watcher.work());
            assertThat(seqs.get(0)).isEqualTo(1);
            assertThat(seqs.get(seqs.size() - 1)).isEqualTo(events);
        }
        await().untilAsserted(() -> assertThat(world.streams.places()).isZero());
        assertThat(world.streams.channels()).isZero();
        assertThat(world.counts.closed).doesNotContainKey(CloseReason.FAULT);
    }
}
