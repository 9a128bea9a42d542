package org.taskprogress.progress;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before each further try: twice as long each time up to a limit, of which a random half is taken off at most,
 * so that many that failed together don't come back together. Not thread-safe.
 */
public final class Backoff {

    private final Duration first;
    private final Duration longest;
    private final DoubleSupplier random;
    private Duration current;

    /** @param random numbers from 0 (inclusive) to 1 (exclusive) */
    public Backoff(Duration first, Duration longest, DoubleSupplier random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.current = first;
    }

    /** The wait before the next try. */
    public Duration next() {
        long millis = current.toMillis();
        Duration doubled = current.multipliedBy(2);
        current = doubled.compareTo(longest) < 0 ? doubled : longest;
        return Duration.ofMillis(millis - (long) (millis / 2.0 * random.getAsDouble()));
    }

    /** It worked: the next failure starts from the first wait. */
    public void reset() {
        current = first;
    }
}
