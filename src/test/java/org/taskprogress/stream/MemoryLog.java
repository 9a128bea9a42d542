package org.taskprogress.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;

/**
 * A log in memory, ordered like the real one, whose faults the test makes: it can be trimmed, emptied, away, and its listener hears of
 * events when the test says so. Thread-safe.
 */
final class MemoryLog implements ProgressLog {

    private final List<RecordedEvent> events = new ArrayList<>();
    private final Map<TaskId, Long> seqs = new HashMap<>();
    private final Map<TaskId, RecordedEvent> newest = new HashMap<>();
    private final Map<Source, Appended> sources = new HashMap<>();
    private final Deque<RecordedEvent> unheard = new ArrayDeque<>();
    private final Deque<Runnable> interruptions = new ArrayDeque<>();
    private Cursor trimmedUpTo = Cursor.START;
    private Cursor born = Cursor.START;
    private Cursor head = Cursor.START;
    private long clock;
    private boolean away;

    @Override
    public synchronized List<Outcome> append(List<Entry> entries) {
        answer();
        return entries.stream()
                .<Outcome>map(entry -> append(entry.event(), entry.source()))
                .toList();
    }

    @Override
    public synchronized Appended append(ProgressEvent event, Source source) {
        Appended first = sources.get(source);
        if (first != null) {
            return new Appended(first.id(), first.seq(), true);
        }
        var recorded = record(event);
        var appended = new Appended(recorded.id(), recorded.seq(), false);
        sources.put(source, appended);
        return appended;
    }

    /** Records an event, heard of by nobody yet. */
    synchronized RecordedEvent record(ProgressEvent event) {
        clock++;
        born = head.equals(Cursor.START) ? new Cursor(clock, 0) : born;
        head = new Cursor(clock, 0);
        long seq = seqs.merge(event.progress().task(), 1L, Long::sum);
        var recorded = new RecordedEvent(head, seq, event);
        events.add(recorded);
        newest.put(event.progress().task(), recorded);
        unheard.add(recorded);
        notifyAll();
        return recorded;
    }

    /** Tells the listener of everything that it has not heard of; one thread at a time. */
    void tell(ProgressListener listener) {
        while (true) {
            RecordedEvent next;
            synchronized (this) {
                next = unheard.poll();
            }
            if (next == null) {
                return;
            }
            listener.recorded(next);
        }
    }

    /** Tells the listener of the oldest event that it has not heard of, if there is one. */
    void tellNext(ProgressListener listener) {
        RecordedEvent next;
        synchronized (this) {
            next = unheard.poll();
        }
        if (next != null) {
            listener.recorded(next);
        }
    }

    /** Waits for an event that the listener has not heard of, and tells it. */
    void tellOne(ProgressListener listener) throws InterruptedException {
        RecordedEvent next;
        synchronized (this) {
            while (unheard.isEmpty()) {
                wait();
            }
            next = unheard.remove();
        }
        listener.recorded(next);
    }

    @Override
    public List<RecordedEvent> newest(Collection<TaskId> tasks) {
        interrupt();
        synchronized (this) {
            answer();
            return tasks.stream()
                    .flatMap(task -> Stream.ofNullable(newest.get(task)))
                    .sorted(Comparator.comparing(RecordedEvent::id))
                    .toList();
        }
    }

    @Override
    public Replay after(TaskId task, Cursor after, int limit) {
        return read(event -> event.event().progress().task().equals(task), after, limit);
    }

    @Override
    public Replay after(Owner owner, Cursor after, int limit) {
        return read(event -> event.event().progress().owner().equals(owner), after, limit);
    }

    @Override
    public Replay after(Cursor after, int limit) {
        return read(event -> true, after, limit);
    }

    private Replay read(Predicate<RecordedEvent> which, Cursor after, int limit) {
        interrupt();
        synchronized (this) {
            answer();
            var found = events.stream()
                    .filter(which)
                    .filter(event -> event.id().isAfter(after))
                    .limit(limit)
                    .toList();
            boolean known = after.equals(Cursor.START) || !(born.isAfter(after) || after.isAfter(head));
            boolean gapless = known && !trimmedUpTo.isAfter(after);
            Cursor last = found.isEmpty() ? after : found.get(found.size() - 1).id();
            return new Replay(found, gapless, last, found.size() == limit);
        }
    }

    @Override
    public Cursor head() {
        interrupt();
        synchronized (this) {
            answer();
            return head;
        }
    }

    @Override
    public synchronized void forget(TaskId task) {
        events.removeIf(event -> event.event().progress().task().equals(task));
        newest.remove(task);
    }

    /** Forgets everything up to an event. */
    synchronized void trimUpTo(Cursor cursor) {
        events.removeIf(event -> !event.id().isAfter(cursor));
        trimmedUpTo = cursor;
    }

    /** Loses everything, as a Redis does that is started again without its data. Ids go on, as the clock does. */
    synchronized void empty() {
        events.clear();
        newest.clear();
        seqs.clear();
        sources.clear();
        unheard.clear();
        trimmedUpTo = Cursor.START;
        born = Cursor.START;
        head = Cursor.START;
    }

    /** The listener will never hear of what it has not heard of yet. */
    synchronized void forgetUnheard() {
        unheard.clear();
    }

    synchronized void setAway(boolean away) {
        this.away = away;
    }

    /** What happens before each of the next reads, in turn. */
    synchronized void beforeReads(List<Runnable> interruptions) {
        this.interruptions.clear();
        this.interruptions.addAll(interruptions);
    }

    private void interrupt() {
        Runnable interruption;
        synchronized (this) {
            interruption = interruptions.poll();
        }
        if (interruption != null) {
            interruption.run();
        }
    }

    private void answer() {
        if (away) {
            throw new LogUnavailableException("away", new IllegalStateException("the test says so"));
        }
    }
}
