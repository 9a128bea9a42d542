package org.taskprogress.system;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.taskprogress.testing.SseEvent;
import org.taskprogress.testing.SseRecorder;
import org.taskprogress.testing.TaskProgressClient;

/** Watches one task to its end, and goes away and comes back at random, as a browser on a train does. */
final class ChaosWatcher implements Runnable {

    private static final int LONGEST_STAY_MILLIS = 8_000;
    private static final int LONGEST_PAUSE_MILLIS = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final TaskProgressClient client;
    private final String task;
    private final Random random;
    private final AtomicLong received;

    private final List<Telling> told = new ArrayList<>();
    private String cursor = "";
    private int connections;
    private int resyncs;
    private volatile boolean ended;
    private volatile int status;
    private volatile boolean begun;

    /** @param received counts the events of all watchers */
    ChaosWatcher(TaskProgressClient client, String task, Random random, AtomicLong received) {
        this.client = client;
        this.task = task;
        this.random = random;
        this.received = received;
    }

    @Override
    public void run() {
        Instant giveUp = Instant.now().plus(PATIENCE);
        try {
            while (!ended && Instant.now().isBefore(giveUp)) {
                visit();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void visit() throws InterruptedException {
        var request = client.stream(task);
        if (!cursor.isEmpty()) {
            request.lastEventId(cursor);
        }
        Instant leave = Instant.now().plusMillis(random.nextInt(LONGEST_STAY_MILLIS));
        try (SseRecorder recorder = request.open()) {
            status = recorder.status();
            if (status == 200) {
                connections++;
                begun = true;
            }
            // The client has been told the end, says the server; the test looks whether it has
            ended |= status == 204;
            int seen = 0;
            while (status == 200 && !recorder.isOver() && Instant.now().isBefore(leave)) {
                TimeUnit.MILLISECONDS.sleep(20);
                seen = take(recorder, seen);
            }
            take(recorder, seen);
        } catch (RuntimeException | AssertionError unreachable) {
            // The server is away; what came before is taken already
        }
    }

    private int take(SseRecorder recorder, int seen) {
        List<SseEvent> events = recorder.events();
        for (SseEvent event : events.subList(seen, events.size())) {
            if (event.event().equals("resync")) {
                resyncs++;
            }
            event.id().ifPresent(id -> cursor = id);
            if (Telling.isRecorded(event)) {
                Telling telling = Telling.of(event);
                told.add(telling);
                ended |= telling.isEnd();
                received.incrementAndGet();
            }
        }
        return events.size();
    }

    @Override
    public String toString() {
        return task + ": " + told.size() + " told, cursor " + cursor + ", last status " + status;
    }

    boolean isDone() {
        return ended;
    }

    boolean hasBegun() {
        return begun;
    }

    List<Telling> told() {
        return told;
    }

    int connections() {
        return connections;
    }

    int resyncs() {
        return resyncs;
    }
}
