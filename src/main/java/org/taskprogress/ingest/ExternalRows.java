package org.taskprogress.ingest;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.taskprogress.progress.Cursor;
import org.taskprogress.task.ExternalWork;
import org.taskprogress.task.ExternalWork.State;
import org.taskprogress.task.TaskId;

/**
 * Brings the rows of external tasks up to date with what was recorded from here, away from the thread that records: only the newest
 * state of each task is kept until then, and of no more tasks than may change within one flush. Thread-safe.
 */
final class ExternalRows {

    private static final System.Logger LOG = System.getLogger(ExternalRows.class.getName());
    private static final int MAX_WAITING = 10_000;
    private static final int COUNT_BITS = 20;

    private final ExternalWork work;
    private final Map<TaskId, Change> waiting = new ConcurrentHashMap<>();

    private record Change(State state, Cursor event) {

        /** The newer one says all but the stages that it need not repeat. */
        Change followedBy(Change newer) {
            State next = newer.state();
            boolean sameAttempt = next.attempt() == state.attempt();
            return sameAttempt && next.stages().isEmpty()
                    ? new Change(next.with(state.stages()), newer.event())
                    : newer;
        }
    }

    ExternalRows(ExternalWork work) {
        this.work = work;
    }

    /** This state was recorded as this event. While too many wait, a further task's row stays behind until its next event. */
    void changed(State state, Cursor event) {
        if (waiting.size() < MAX_WAITING || waiting.containsKey(state.id())) {
            waiting.merge(state.id(), new Change(state, event), Change::followedBy);
        }
    }

    /** Writes what has changed; what can't be written now is kept. To be called about twice a second, by one thread at a time. */
    synchronized void flush() {
        for (Iterator<Map.Entry<TaskId, Change>> each = waiting.entrySet().iterator(); each.hasNext(); ) {
            var entry = each.next();
            Change change = entry.getValue();
            try {
                work.progressed(change.state(), change.event().toString(), order(change.event()));
                waiting.remove(entry.getKey(), change);
            } catch (ConnectionException away) {
                LOG.log(System.Logger.Level.DEBUG, "rows not written, will be", away);
                return;
            } catch (JdbiException fault) {
                LOG.log(System.Logger.Level.WARNING, "task=" + entry.getKey() + " row not written", fault);
                waiting.remove(entry.getKey(), change);
            }
        }
    }

    int size() {
        return waiting.size();
    }

    /** Ids of events as numbers in the same order: no millisecond has a million events. */
    static long order(Cursor event) {
        long most = (1L << COUNT_BITS) - 1;
        return (event.millis() << COUNT_BITS) | Math.min(event.sequence(), most);
    }
}
