package org.taskprogress.progress;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;

/** A log that takes events in only while it is let; it can't be read. */
public final class FailingLog implements ProgressLog {

    /** A message that the log refuses for good. */
    public static final String UNACCEPTABLE = "unacceptable";

    private final List<ProgressEvent> recorded = new ArrayList<>();
    private final List<Object> sources = new ArrayList<>();
    private boolean failing;
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

    @Override
    public synchronized Appended append(ProgressEvent event, Source source) {
        if (failing) {
            throw new LogUnavailableException("switched off", new IllegalStateException());
        }
        if (event.progress().message().equals(UNACCEPTABLE)) {
            throw new IllegalArgumentException("refused");
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
    public List<RecordedEvent> newest(Collection<TaskId> tasks) {
        throw new UnsupportedOperationException();
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
