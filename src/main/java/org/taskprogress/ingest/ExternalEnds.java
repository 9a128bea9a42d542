package org.taskprogress.ingest;

import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.EndPublisher;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.ProgressEvent.Progressed;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLog.Appended;
import org.taskprogress.progress.ProgressLog.Entry;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.ExternalWork;
import org.taskprogress.task.ExternalWork.End;
import org.taskprogress.task.ExternalWork.State;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskStatus;

/**
 * Ends the attempts of external tasks: the row first, then the log, by the same outbox as ours, so that each has exactly one end
 * whatever breaks in between. Every instance may try; one of them succeeds. Thread-safe.
 */
final class ExternalEnds {

    /** A worker that says "completed, 100 %" as plain progress may say it once more as an end, with its result. */
    static final Duration SILENCE = Duration.ofSeconds(2);

    private static final int BATCH = 100;
    private static final int MAX_EVENTS = 1_000;

    private final TaskRepository tasks;
    private final ExternalWork work;
    private final ProgressLog log;
    private final EndPublisher ends;
    private final InstantSource clock;

    ExternalEnds(TaskRepository tasks, ExternalWork work, ProgressLog log, EndPublisher ends, InstantSource clock) {
        this.tasks = tasks;
        this.work = work;
        this.log = log;
        this.ends = ends;
        this.clock = clock;
    }

    /**
     * What came of it.
     *
     * @param here whether it was ended by this, and not before by somebody else
     * @param id the end in the log, if somebody waits for it
     */
    record Ended(boolean here, Optional<Cursor> id) {}

    Ended end(Said said, End end) {
        if (said.answer().isAwaited()) {
            // If it is away, that must show before anything is done
            log.head();
        }
        boolean here = work.ended(end);
        Optional<Task> task = here ? tasks.find(said.task()) : Optional.empty();
        if (task.isEmpty()) {
            return new Ended(here, Optional.empty());
        }
        if (!said.answer().isAwaited()) {
            ends.publish(task.get());
            return new Ended(true, Optional.empty());
        }
        ends.settle(task.get());
        return new Ended(true, idOf(said.task(), task.get().attempt()));
    }

    /** Whether a message after the end repeats one that was taken in before it, by its Idempotency-Key; then it is answered so. */
    boolean isRepeat(Said said) {
        Optional<Task> found = tasks.find(said.task());
        if (said.key().isEmpty() || found.isEmpty()) {
            return false;
        }
        Task task = found.get();
        ends.settle(task);
        OptionalInt attempt = work.attemptEndedBy(task.id(), said.key().get());
        Optional<Cursor> before = attempt.isPresent() ? idOf(task.id(), attempt.getAsInt()) : idOfProgress(said, task);
        before.ifPresent(id -> said.answer().recorded(id, true));
        return before.isPresent();
    }

    /** After the end nothing is recorded, but what was is still known by its key. */
    private Optional<Cursor> idOfProgress(Said said, Task task) {
        var event = new Progressed(Progress.of(task, clock.instant()), Optional.empty());
        Optional<Cursor> end = idOf(task.id(), task.attempt());
        return log.append(List.of(new Entry(event, said.source()))).stream()
                .filter(Appended.class::isInstance)
                .map(appended -> ((Appended) appended).id())
                .filter(id -> !end.equals(Optional.of(id)))
                .findFirst();
    }

    private Optional<Cursor> idOf(TaskId id, int attempt) {
        return log.after(id, Cursor.START, MAX_EVENTS).events().stream()
                .filter(event ->
                        event.event().isTerminal() && event.event().progress().attempt() == attempt)
                .map(RecordedEvent::id)
                .findFirst();
    }

    /** Ends those whose worker said by plain progress that it is done, as the first design does. To be called about once a second. */
    void endTheSilent() {
        for (TaskId id : work.silentlyEnded(SILENCE, BATCH)) {
            tasks.find(id)
                    .filter(task -> work.ended(silentEnd(task)))
                    .flatMap(task -> tasks.find(id))
                    .ifPresent(ends::publish);
        }
    }

    private static End silentEnd(Task task) {
        boolean well = task.stage().equals(Payloads.COMPLETED);
        TaskStatus outcome = well ? TaskStatus.SUCCEEDED : TaskStatus.ofWireName(task.stage());
        String text = task.message().isBlank() ? (well ? "Done" : "Failed") : task.message();
        var last = new State(
                task.id(),
                task.attempt(),
                task.percent(),
                task.stage(),
                task.stagePercent(),
                text,
                Optional.empty(),
                task.details(),
                List.of());
        return new End(
                last,
                outcome,
                well ? Optional.empty() : Optional.of(text),
                JsonValue.EMPTY_JSON_OBJECT,
                Optional.empty());
    }
}
