package org.taskprogress.progress;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;

/**
 * Port: the recorded events of all tasks, in one order. Thread-safe. Every method throws {@link LogUnavailableException} when the log
 * can't be reached within its time limit; then nothing is known of whether an append took place, and repeating it is harmless.
 */
public interface ProgressLog {

    /**
     * Records events in this order, in one round trip, and tells every listener of every instance. A repeat of the same source and
     * number changes nothing and gets what the first one got. An event that can never be recorded is refused; the others are
     * recorded all the same.
     *
     * @return what became of each, in the same order
     */
    List<Outcome> append(List<Entry> entries);

    /**
     * Records one event.
     *
     * @throws IllegalArgumentException if it can never be recorded, for instance since its task is another owner's
     */
    default Appended append(ProgressEvent event, Source source) {
        Outcome outcome = append(List.of(new Entry(event, source))).get(0);
        if (outcome instanceof Refused refused) {
            throw new IllegalArgumentException(refused.reason());
        }
        return (Appended) outcome;
    }

    /**
     * Sees to it that what was recorded outlives a change of the server, and records again what did not. To be called about once a
     * second while nothing is appended.
     */
    default void secure() {}

    /** The newest event of each of the tasks, in the order of their ids; a task without events is left out. */
    List<RecordedEvent> newest(Collection<TaskId> tasks);

    /**
     * The events of one task after a cursor, oldest first.
     *
     * @param limit at most so many; ask again from the last one's id
     */
    Replay after(TaskId task, Cursor after, int limit);

    /** The events of all tasks of one owner after a cursor, oldest first, at most {@code limit}. */
    Replay after(Owner owner, Cursor after, int limit);

    /** The events of all tasks after a cursor, oldest first, at most {@code limit}. */
    Replay after(Cursor after, int limit);

    /** The id of the newest event of all, {@link Cursor#START} if there is none. */
    Cursor head();

    /** Deletes what is recorded of a task. */
    void forget(TaskId task);

    /** An event, and who says so. */
    record Entry(ProgressEvent event, Source source) {}

    /**
     * Who recorded it: makes repeats harmless.
     *
     * @param name names a sender whose numbers only grow, for instance one attempt of a task; 1–200 characters
     * @param number the sender's own count, from 1
     * @param memory for how long a repeat is known; empty: for as long as the task is. Short for names of which a task has many
     */
    record Source(String name, long number, Optional<Duration> memory) {
        public Source(String name, long number) {
            this(name, number, Optional.empty());
        }
    }

    /** What became of an event. */
    sealed interface Outcome {}

    /**
     * It can never be recorded; repeating is no use.
     *
     * @param reason for the log
     */
    record Refused(String reason) implements Outcome {}

    /**
     * Where an event was recorded.
     *
     * @param id where the event stands in the log
     * @param seq its number among its task's events
     * @param repeated whether it had been recorded before
     */
    record Appended(Cursor id, long seq, boolean repeated) implements Outcome {}

    /**
     * A part of the log.
     *
     * @param events oldest first
     * @param gapless false if events between the cursor and the first of these are no longer kept, or the cursor is none of this
     *     log's (it lies after the newest event): then they can't be handed over as a continuation
     * @param last the place up to which this part was read: go on from here. At least the last event's id; later if events of other
     *     owners followed it
     * @param more whether there may be more after {@code last}
     */
    record Replay(List<RecordedEvent> events, boolean gapless, Cursor last, boolean more) {}

    /** The log can't be reached, or did not answer in time. */
    final class LogUnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public LogUnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
