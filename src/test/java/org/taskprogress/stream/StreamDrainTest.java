package org.taskprogress.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskprogress.stream.StreamsFixture.watching;
import static org.taskprogress.stream.Work.aTask;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.taskprogress.task.TaskStatus;

@Timeout(30)
class StreamDrainTest {

    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    private final StreamsFixture world = new StreamsFixture(StreamSettings.DEFAULTS);
    private final Work task = aTask("a");

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    @Test
    void closesAllStreamsOverTheTime() {
        world.rows.put(task.id(), task.row(TaskStatus.RUNNING));
        var clients = new ArrayList<ClientRecorder>();
        for (int i = 0; i < 10; i++) {
            clients.add(world.open(watching(task), Resume.FRESH));
        }
        world.settle();
        long begin = System.nanoTime();
        new StreamDrain(world.streams, Duration.ofMillis(500), scheduler).run();
        var took = Duration.ofNanos(System.nanoTime() - begin);
        world.settle();

        assertThat(took).isBetween(Duration.ofMillis(450), Duration.ofMillis(1_600));
        assertThat(clients).allMatch(ClientRecorder::isClosed);
        assertThat(world.streams.isDraining()).isTrue();
        assertThat(world.counts.closed).isEqualTo(Map.of(CloseReason.SHUTDOWN, 10));
        assertThat(world.streams.places()).isZero();
    }

    @Test
    void takesNoTimeWhereNobodyWatchesAndMayBeDoneAgain() {
        var drain = new StreamDrain(world.streams, Duration.ofHours(1), scheduler);
        drain.run();
        drain.run();

        assertThat(world.streams.isDraining()).isTrue();
    }

    @Test
    void aHurriedStopClosesTheRestAtOnce() {
        world.rows.put(task.id(), task.row(TaskStatus.RUNNING));
        var client = world.open(watching(task), Resume.FRESH);
        world.settle();
        Thread.currentThread().interrupt();
        new StreamDrain(world.streams, Duration.ofHours(1), scheduler).run();
        assertThat(Thread.interrupted()).isTrue();
        world.settle();

        assertThat(client.isClosed()).isTrue();
    }
}
