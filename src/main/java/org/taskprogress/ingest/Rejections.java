package org.taskprogress.ingest;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Counts what is dropped, and says so in the log, at most once a minute for each reason: whoever floods us must not fill it. Thread-safe. */
final class Rejections {

    private static final System.Logger LOG = System.getLogger(Rejections.class.getName());
    private static final Duration LOG_PAUSE = Duration.ofMinutes(1);
    private static final int MAX_NAME = 200;

    private final Consumer<Reason> counter;
    private final InstantSource clock;
    private final Map<Reason, Instant> logged = new ConcurrentHashMap<>();

    /** @param counter counts one; must be quick */
    Rejections(Consumer<Reason> counter, InstantSource clock) {
        this.counter = counter;
        this.clock = clock;
    }

    /** Something of this channel, or of this task, was dropped. */
    void count(Reason reason, String origin) {
        counter.accept(reason);
        Instant now = clock.instant();
        Instant before = logged.get(reason);
        if (before == null || Duration.between(before, now).compareTo(LOG_PAUSE) >= 0) {
            logged.put(reason, now);
            LOG.log(
                    reason == Reason.CLAMPED ? System.Logger.Level.DEBUG : System.Logger.Level.INFO,
                    "a worker''s message was not taken as it came reason={0} channel={1}",
                    reason.label(),
                    harmless(origin));
        }
    }

    /** Names come from outside: no control characters, which could forge lines, and not too much of them. */
    static String harmless(String name) {
        var harmless = new StringBuilder();
        name.codePoints()
                .limit(MAX_NAME)
                .map(each -> Character.isISOControl(each)
                                || Character.getType(each) == Character.FORMAT
                                || Character.getType(each) == Character.LINE_SEPARATOR
                                || Character.getType(each) == Character.PARAGRAPH_SEPARATOR
                                || Character.getType(each) == Character.SURROGATE
                        ? '?'
                        : each)
                .forEach(harmless::appendCodePoint);
        return harmless.toString();
    }
}
