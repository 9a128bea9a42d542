package org.taskprogress.progress;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.JdbiException;
import org.taskprogress.progress.ProgressEvent.Progressed;
import org.taskprogress.task.Lease;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskWork;

/**
 * Brings the rows of running tasks up to date with their events, away from the stages' threads, so that polling has an answer while
 * Redis is away. Keeps only the newest state of a task, so it is bounded by the tasks that run here. Thread-safe.
 */
public final class TaskStateWriter {

    private static final System.Logger LOG = System.getLogger(TaskStateWriter.class.getName());

    private final TaskWork work;
    private final TaskRepository tasks;
    private final Map<TaskId, State> states = new ConcurrentHashMap<>();

    public TaskStateWriter(TaskWork work, TaskRepository tasks) {
        this.work = work;
        this.tasks = tasks;
    }

    /** A task of this lease has changed. */
    void changed(Lease lease, Progressed event) {
        states.merge(
                lease.task(),
                new State(lease, event, Optional.empty(), false),
                (known, fresh) -> new State(lease, event, known.recordedFor(lease), false));
    }

    /** An event was recorded: its id goes into the row with a state that is at least as new; an end is noted as published. */
    public void recorded(RecordedEvent recorded) {
        ProgressEvent event = recorded.event();
        TaskId task = event.progress().task();
        if (event.isTerminal()) {
            tasks.endPublished(task, event.progress().attempt(), recorded.id().toString());
        } else {
            states.computeIfPresent(
                    task, (same, state) -> new State(state.lease(), state.event(), Optional.of(recorded.id()), false));
        }
    }

    /** Forgets a task whose run has ended here; what it had not written yet is in its end. */
    public void forget(TaskId task) {
        states.remove(task);
    }

    /**
     * Writes what has changed. To be called about twice a second. A state that can't be written now is kept. One thread at a time, or
     * the slower one would write its older state over the newer one.
     */
    public synchronized void flush() {
        for (Iterator<Map.Entry<TaskId, State>> each = states.entrySet().iterator(); each.hasNext(); ) {
            var entry = each.next();
            State state = entry.getValue();
            if (!state.written() && write(state)) {
                states.replace(entry.getKey(), state, state.asWritten());
            }
        }
    }

    private boolean write(State state) {
        Progress progress = state.event().progress();
        try {
            work.progressed(
                    state.lease(),
                    progress.percent(),
                    progress.stage(),
                    progress.stagePercent(),
                    progress.message(),
                    state.event().eta(),
                    state.recorded().map(Cursor::toString));
            return true;
        } catch (JdbiException away) {
            LOG.log(System.Logger.Level.DEBUG, "task=" + progress.task() + " state not written, will be", away);
            return false;
        }
    }

    /** The newest state of a task, and the newest of its events that is known to be recorded: never newer than the state. */
    private record State(Lease lease, Progressed event, Optional<Cursor> recorded, boolean written) {

        Optional<Cursor> recordedFor(Lease newer) {
            return lease.equals(newer) ? recorded : Optional.empty();
        }

        State asWritten() {
            return new State(lease, event, recorded, true);
        }
    }
}
