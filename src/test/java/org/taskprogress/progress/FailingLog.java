package org.taskprogress.progress;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;

/** A log that takes events in only while it is let, and gives only the newest of each task. */
public final class FailingLog implements ProgressLog {

    /** A message that the log refuses for good. */
    public static final String UNACCEPTABLE = "unacceptable";

    private final List<ProgressEvent> recorded = new ArrayList<>();
    private final List<Object> sources = new ArrayList<>();
    private final List<Integer> batches = new ArrayList<>();
    private int secured;
    private boolean failing;
    private boolean faulty;
    private boolean failingOnceAfterRecording;

    public synchronized void fail(boolean failing) {
        this.failing = failing;
    }

    public synchronized void failAfterRecording() {
        failingOnceAfterRecording = true;
    }

    public synchronized List<ProgressEvent> recorded() {
        return List.copyOf(recorded);
    }

    /** Has each append of more than one event fail in a way that the port knows nothing of. */
    public synchronized void failOddly() {
        faulty = true;
    }

    /** How many events each append brought. */
    public synchronized List<Integer> batches() {
        return List.copyOf(batches);
    }

    /** How many times it was asked to secure what it has. */
    public synchronized int secured() {
        return secured;
    }

    @Override
    public synchronized void secure() {
        secured++;
        if (failing) {
            throw new LogUnavailableException("switched off", new IllegalStateException());
        }
    }

    @Override
    public synchronized List<Outcome> append(List<Entry> entries) {
        if (faulty && entries.size() > 1) {
            throw new IllegalStateException("a fault");
        }
        batches.add(entries.size());
        return entries.stream().map(entry -> append(entry)).toList();
    }

    private Outcome append(Entry entry) {
        ProgressEvent event = entry.event();
        Source source = entry.source();
        if (failing) {
            throw new LogUnavailableException("switched off", new IllegalStateException());
        }
        if (event.progress().message().equals(UNACCEPTABLE)) {
            return new Refused("refused");
        }
        var key = List.of(event.progress().task(), source);
        boolean repeated = sources.contains(key);
        if (!repeated) {
            recorded.add(event);
            sources.add(key);
        }
        if (failingOnceAfterRecording) {
            failingOnceAfterRecording = false;
            throw new LogUnavailableException("no answer", new IllegalStateException());
        }
        return new Appended(new Cursor(1, recorded.size()), recorded.size(), repeated);
    }

    @Override
    public synchronized List<RecordedEvent> newest(Collection<TaskId> tasks) {
        if (failing) {
            throw new LogUnavailableException("switched off", new IllegalStateException());
        }
        return IntStream.range(0, recorded.size())
                .filter(at -> tasks.contains(recorded.get(at).progress().task()))
                .mapToObj(at -> new RecordedEvent(new Cursor(1, at + 1), at + 1, recorded.get(at)))
                .collect(Collectors.toMap(
                        event -> event.event().progress().task(), Function.identity(), (older, newer) -> newer))
                .values()
                .stream()
                .sorted(Comparator.comparing(RecordedEvent::id))
                .toList();
    }

    @Override
    public Replay after(TaskId task, Cursor after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Replay after(Owner owner, Cursor after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Replay after(Cursor after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Cursor head() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void forget(TaskId task) {
        throw new UnsupportedOperationException();
    }
}
