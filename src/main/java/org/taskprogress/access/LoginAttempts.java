package org.taskprogress.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Slows down the guessing of passwords: after some failures within a window, an account or an address has to wait until the window
 * is over. Thread-safe; remembers a bounded number of names, the longest unused are forgotten first.
 */
final class LoginAttempts {

    private final int maxFailures;
    private final Duration window;
    private final Clock clock;
    private final Map<String, Failures> failures;

    LoginAttempts(int maxFailures, Duration window, int maxNames, Clock clock) {
        this.maxFailures = maxFailures;
        this.window = window;
        this.clock = clock;
        this.failures = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
                return size() > maxNames;
            }
        };
    }

    /** How long this name still has to wait; empty if it may try now. */
    synchronized Optional<Duration> waitFor(String name) {
        Failures known = failures.get(name);
        Instant now = clock.instant();
        if (known == null || known.count < maxFailures || !now.isBefore(known.since.plus(window))) {
            return Optional.empty();
        }
        return Optional.of(Duration.between(now, known.since.plus(window)));
    }

    synchronized void failed(String name) {
        Instant now = clock.instant();
        failures.merge(
                name,
                new Failures(now, 1),
                (known, first) ->
                        now.isBefore(known.since.plus(window)) ? new Failures(known.since, known.count + 1) : first);
    }

    /** Takes one failure back: others that share the name, such as an address, may have failed meanwhile. */
    synchronized void forgive(String name) {
        failures.computeIfPresent(
                name, (same, known) -> known.count > 1 ? new Failures(known.since, known.count - 1) : null);
    }

    synchronized void succeeded(String name) {
        failures.remove(name);
    }

    private record Failures(Instant since, int count) {}
}
