package org.taskprogress.progress;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in the log of all events: the id of a Redis stream entry, and the {@code id} of a Server-Sent Event. Ids only grow.
 *
 * @param millis milliseconds since the epoch when the event was recorded, by the clock of Redis
 * @param sequence counts the events of one millisecond, from 0
 */
public record Cursor(long millis, long sequence) implements Comparable<Cursor> {

    /** Before every event. */
    public static final Cursor START = new Cursor(0, 0);

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
    private static final Comparator<Cursor> ORDER =
            Comparator.comparingLong(Cursor::millis).thenComparingLong(Cursor::sequence);

    public Cursor {
        if (millis < 0 || sequence < 0) {
            throw new IllegalArgumentException("a cursor is not negative");
        }
    }

    /** Reads {@code millis-sequence}; empty if the text is anything else. */
    public static Optional<Cursor> parse(String text) {
        var form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new Cursor(Long.parseLong(form.group(1)), Long.parseLong(form.group(2))))
                : Optional.empty();
    }

    public boolean isAfter(Cursor other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Cursor other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return millis + "-" + sequence;
    }
}
