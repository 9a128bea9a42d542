package org.taskprogress.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends the streams of an instance that is about to stop: from its beginning on the instance is not ready and admits nobody; then all
 * streams are closed, one after another over some time, so that their clients don't fall on the next instance all at once.
 */
final class StreamDrain implements Runnable {

    private final Streams streams;
    private final Duration time;
    private final ScheduledExecutorService scheduler;

    StreamDrain(Streams streams, Duration time, ScheduledExecutorService scheduler) {
        this.streams = streams;
        this.time = time;
        this.scheduler = scheduler;
    }

    /** Returns when all were told to end; waits for that at most for the time and a little. Doing it again does no harm. */
    @Override
    public void run() {
        streams.beginDraining();
        var open = streams.openStreams();
        if (!open.isEmpty()) {
            try {
                var unused = closeInTurn(open).await(time.toMillis() + 1_000, TimeUnit.MILLISECONDS);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
        closeRest();
    }

    private CountDownLatch closeInTurn(List<Subscription> open) {
        var told = new CountDownLatch(open.size());
        long step = time.toNanos() / open.size();
        for (int i = 0; i < open.size(); i++) {
            Subscription stream = open.get(i);
            var unused = scheduler.schedule(
                    () -> {
                        stream.end(CloseReason.SHUTDOWN);
                        told.countDown();
                    },
                    step * (i + 1),
                    TimeUnit.NANOSECONDS);
        }
        return told;
    }

    /** Those too that were admitted just before. */
    private void closeRest() {
        streams.openStreams().forEach(stream -> stream.end(CloseReason.SHUTDOWN));
    }
}
