package org.taskprogress.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Estimates the time to the end of one run from its speed so far. Says nothing while there is too little to go by. Not thread-safe.
 */
final class TimeLeft {

    private static final Duration LEAST_ELAPSED = Duration.ofSeconds(2);
    private static final double LEAST_PERCENT = 5;

    private final Instant startedAt;
    private final double startPercent;

    /**
     * Begins with a run.
     *
     * @param startPercent where it goes on: what an earlier run has done says nothing of this one's speed
     */
    TimeLeft(Instant startedAt, double startPercent) {
        this.startedAt = startedAt;
        this.startPercent = startPercent;
    }

    Optional<Duration> at(Instant now, double percent) {
        Duration elapsed = Duration.between(startedAt, now);
        double done = percent - startPercent;
        if (elapsed.compareTo(LEAST_ELAPSED) < 0 || done < LEAST_PERCENT) {
            return Optional.empty();
        }
        double secondsLeft = elapsed.toMillis() / 1_000.0 * (100 - percent) / done;
        return Optional.of(Duration.ofSeconds(Math.round(secondsLeft)));
    }
}
