package org.taskprogress.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Closes all streams, one after another over some time, so that their clients don't fall on the next instance all at once. */
final class StreamDrain {

    private StreamDrain() {}

    /** Returns when all were told to end; waits for that at most for {@code time} and a little. */
    static void close(List<Subscription> streams, Duration time, ScheduledExecutorService scheduler) {
        if (streams.isEmpty()) {
            return;
        }
        var told = new CountDownLatch(streams.size());
        long step = time.toNanos() / streams.size();
        for (int i = 0; i < streams.size(); i++) {
            Subscription stream = streams.get(i);
            var unused = scheduler.schedule(
                    () -> {
                        stream.end(CloseReason.SHUTDOWN);
                        told.countDown();
                    },
                    step * i,
                    TimeUnit.NANOSECONDS);
        }
        try {
            if (!told.await(time.toMillis() + 1_000, TimeUnit.MILLISECONDS)) {
                streams.forEach(stream -> stream.end(CloseReason.SHUTDOWN));
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            streams.forEach(stream -> stream.end(CloseReason.SHUTDOWN));
        }
    }
}
