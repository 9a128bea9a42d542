package org.taskprogress.progress;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.taskprogress.progress.ProgressEvent.Progressed;
import org.taskprogress.progress.ProgressLog.Entry;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.task.TaskId;

/**
 * Events that wait to be recorded, in order. Once it is full, progress of the same task in the same stage is conflated to the newest,
 * until half has gone. Stage changes and ends are always kept, and also take room beyond the capacity: so there are at most
 * {@code capacity} and one more for each stage of each attempt that ran meanwhile, which the work itself bounds. Not thread-safe.
 */
final class PublishBuffer {

    private final int capacity;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** The last of each task: only with it may a newer one be conflated, or the order within the task would turn round. */
    private final Map<TaskId, Waiting> lastOf = new HashMap<>();

    private boolean conflating;
    private long conflated;

    PublishBuffer(int capacity) {
        this.capacity = capacity;
    }

    /** One event and its source. Its content is replaced when a newer one is conflated with it, in the older one's place. */
    static final class Waiting {
        private ProgressEvent event;
        private Source source;
        private boolean taken;

        private Waiting(ProgressEvent event, Source source) {
            this.event = event;
            this.source = source;
        }

        Entry entry() {
            return new Entry(event, source);
        }

        private TaskId task() {
            return event.progress().task();
        }

        private boolean takesIn(ProgressEvent newer, Source itsSource) {
            return !taken
                    && event instanceof Progressed
                    && newer instanceof Progressed
                    && event.progress().stage().equals(newer.progress().stage())
                    && event.progress().attempt() == newer.progress().attempt()
                    && source.name().equals(itsSource.name());
        }
    }

    void add(ProgressEvent event, Source source) {
        if (!conflating && waiting.size() >= capacity) {
            conflating = true;
            conflateAll();
        }
        append(new Waiting(event, source));
    }

    /** The oldest events, at most so many; from now on they are not changed any more. */
    List<Waiting> take(int most) {
        var oldest = waiting.stream().limit(most).toList();
        oldest.forEach(event -> event.taken = true);
        return oldest;
    }

    /** So many of the events taken are done with. */
    void remove(int done) {
        for (int i = 0; i < done; i++) {
            Waiting event = waiting.removeFirst();
            lastOf.remove(event.task(), event);
        }
        if (waiting.size() <= capacity / 2) {
            conflating = false;
        }
    }

    int size() {
        return waiting.size();
    }

    long conflated() {
        return conflated;
    }

    private void append(Waiting added) {
        var last = lastOf.get(added.task());
        if (conflating && last != null && last.takesIn(added.event, added.source)) {
            last.event = added.event;
            last.source = added.source;
            conflated++;
        } else {
            waiting.addLast(added);
            lastOf.put(added.task(), added);
        }
    }

    private void conflateAll() {
        var all = new ArrayDeque<>(waiting);
        waiting.clear();
        lastOf.clear();
        all.forEach(this::append);
    }
}
