package org.taskprogress.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog.Entry;

/**
 * What Redis has confirmed but may still lose: a failover takes away what the promoted replica has not got, a crash what was not on
 * the disk yet. The newest {@value #CAPACITY} at most. Thread-safe.
 */
final class UnsecuredEvents {

    private static final int CAPACITY = 10_000;

    private final Deque<Confirmed> events = new ArrayDeque<>();
    private long count;

    /**
     * @param number counts the confirmations
     * @param at by {@link System#nanoTime}
     */
    record Confirmed(Entry entry, Cursor id, long number, long at) {}

    synchronized void add(Entry entry, Cursor id) {
        events.addLast(new Confirmed(entry, id, ++count, System.nanoTime()));
        if (events.size() > CAPACITY) {
            events.removeFirst();
        }
    }

    synchronized boolean isEmpty() {
        return events.isEmpty();
    }

    /** How many were added so far: what {@link #secured} refers to. */
    synchronized long count() {
        return count;
    }

    /** A replica has all up to this count. */
    synchronized void secured(long upTo) {
        while (!events.isEmpty() && events.getFirst().number() <= upTo) {
            events.removeFirst();
        }
    }

    synchronized void forgetOlderThan(Duration age) {
        long oldest = System.nanoTime() - age.toNanos();
        while (!events.isEmpty() && events.getFirst().at() - oldest < 0) {
            events.removeFirst();
        }
    }

    /** All, in the order of their ids: several threads may have added theirs in another one. */
    synchronized List<Confirmed> inOrder() {
        return events.stream().sorted(Comparator.comparing(Confirmed::id)).toList();
    }
}
