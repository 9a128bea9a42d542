package org.taskprogress.stream;

import java.util.HashMap;
import java.util.Map;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.progress.StreamCounts;

/** What the instances tell each other of streams: here, of this one and of those that the test makes up. Thread-safe. */
final class CountsInMemory implements StreamCounts {

    private final Map<String, Integer> here = new HashMap<>();
    private final Map<String, Integer> elsewhere = new HashMap<>();
    private boolean away;
    private boolean forgotten;
    private int asked;

    @Override
    public synchronized boolean claim(String user, int count, int limit) {
        answer();
        boolean room = count + elsewhere.getOrDefault(user, 0) <= limit;
        if (room) {
            here.put(user, count);
        }
        return room;
    }

    @Override
    public synchronized boolean renew(Map<String, Integer> counts) {
        answer();
        here.putAll(counts);
        here.values().removeIf(count -> count == 0);
        return !forgotten;
    }

    @Override
    public synchronized void begin(Map<String, Integer> counts) {
        answer();
        here.clear();
        here.putAll(counts);
        forgotten = false;
    }

    private void answer() {
        asked++;
        if (away) {
            throw new LogUnavailableException("away", new IllegalStateException("the test says so"));
        }
    }

    synchronized void setAway(boolean away) {
        this.away = away;
    }

    /** The others give this instance up. */
    synchronized void forget() {
        forgotten = true;
        here.clear();
    }

    synchronized void openElsewhere(String user, int count) {
        elsewhere.put(user, count);
    }

    synchronized Map<String, Integer> here() {
        return Map.copyOf(here);
    }

    synchronized int asked() {
        return asked;
    }
}
