package org.taskprogress.ingest;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLog.Appended;
import org.taskprogress.progress.ProgressLog.Entry;
import org.taskprogress.progress.ProgressLog.Outcome;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.TaskType;

/**
 * Where messages are taken in, in their order: each is held against its task, and recorded. What can't be done now ends in an exception
 * and can be done again; the messages' names make that harmless. Used by one thread.
 */
final class Desk {

    private final KnownTasks known;
    private final ProgressLog log;
    private final ExternalRows rows;
    private final ExternalEnds ends;
    private final Rejections rejections;
    private final Consumer<Duration> recorded;
    private final InstantSource clock;

    /** @param recorded told of each event that was recorded from here, and how long after it had come */
    Desk(
            KnownTasks known,
            ProgressLog log,
            ExternalRows rows,
            ExternalEnds ends,
            Rejections rejections,
            Consumer<Duration> recorded,
            InstantSource clock) {
        this.known = known;
        this.log = log;
        this.rows = rows;
        this.ends = ends;
        this.rejections = rejections;
        this.recorded = recorded;
        this.clock = clock;
    }

    /**
     * Takes in the first of these, as many as can be recorded in one round trip, and removes them.
     *
     * @throws org.jdbi.v3.core.JdbiException if the database is away
     * @throws ProgressLog.LogUnavailableException if the log is
     */
    void takeIn(Deque<Said> left) {
        known.load(left);
        List<Taken> taken = progressOf(left);
        if (!taken.isEmpty()) {
            append(taken);
            taken.forEach(each -> left.removeFirst());
        } else if (!left.isEmpty() && isTakenInAlone(left.getFirst())) {
            left.removeFirst();
        }
    }

    /** Progress is recorded together, up to the next message that takes more than that. */
    private List<Taken> progressOf(Deque<Said> left) {
        var taken = new ArrayList<Taken>();
        for (Said said : left) {
            KnownTask task = known.get(said.task());
            Optional<Reason> objection = objection(said, task);
            if (task == null || objection.isPresent() || said.report().isEnd()) {
                break;
            }
            taken.add(new Taken(said, task, task.progressed(said.report(), clock.instant())));
        }
        return taken;
    }

    private record Taken(Said said, KnownTask task, KnownTask.Step step) {}

    private void append(List<Taken> taken) {
        List<Outcome> outcomes = log.append(taken.stream()
                .map(each -> new Entry(each.step().event(), each.said().source()))
                .toList());
        for (int i = 0; i < taken.size(); i++) {
            Taken each = taken.get(i);
            if (outcomes.get(i) instanceof Appended appended) {
                settle(each, appended);
            } else {
                known.forget(each.task().id());
                each.said().answer().refused(Reason.REFUSED);
            }
        }
    }

    private void settle(Taken taken, Appended appended) {
        Said said = taken.said();
        if (!appended.repeated()) {
            rows.changed(taken.step().state(), appended.id());
            taken.task().told();
            recorded.accept(Duration.ofNanos(Math.max(0, System.nanoTime() - said.nanos())));
            countClamped(said);
            said.answer().recorded(appended.id(), false);
            return;
        }
        if (taken.task().repeated(appended.id())) {
            known.forget(said.task());
        }
        if (said.answer().isAwaited() && isEnd(said, appended)) {
            known.forget(said.task());
            said.answer().refused(Reason.ENDED);
        } else {
            said.answer().recorded(appended.id(), true);
        }
    }

    /** After an attempt's end the log answers everything with the end's id. */
    private boolean isEnd(Said said, Appended appended) {
        return log.newest(List.of(said.task())).stream()
                .filter(newest -> newest.event().isTerminal())
                .map(RecordedEvent::id)
                .anyMatch(appended.id()::equals);
    }

    /** An end, or what can't be taken; false if it must be looked at anew. */
    private boolean isTakenInAlone(Said said) {
        KnownTask task = known.get(said.task());
        Optional<Reason> objection = objection(said, task);
        if (objection.isPresent() || task == null) {
            Reason reason = objection.orElse(Reason.UNKNOWN_TASK);
            if (reason != Reason.ENDED || !ends.isRepeat(said)) {
                said.answer().refused(reason);
            }
            return true;
        }
        ExternalEnds.Ended ended = ends.end(said, task.ending(said.report(), said.key(), clock.instant()));
        task.end();
        if (ended.here()) {
            countClamped(said);
            ended.id().ifPresent(id -> said.answer().recorded(id, false));
            return true;
        }
        // Somebody else has ended it; whoever waits for an answer must hear how that came
        known.forget(said.task());
        return !said.answer().isAwaited();
    }

    private static Optional<Reason> objection(Said said, @Nullable KnownTask task) {
        if (task == null) {
            return Optional.of(said.owner().isPresent() ? Reason.TOO_MANY_TASKS : Reason.UNKNOWN_TASK);
        }
        if (!task.type().equals(TaskType.EXTERNAL)) {
            return Optional.of(Reason.NOT_EXTERNAL);
        }
        if (said.owner().filter(owner -> !owner.equals(task.owner())).isPresent()) {
            return Optional.of(Reason.OTHER_OWNER);
        }
        if (task.isEnded() && said.report().attempt().orElse(task.attempt()) <= task.attempt()) {
            return Optional.of(Reason.ENDED);
        }
        return said.report().attempt().orElse(task.attempt()) == task.attempt()
                ? Optional.empty()
                : Optional.of(Reason.OTHER_ATTEMPT);
    }

    private void countClamped(Said said) {
        if (said.report().clamped()) {
            rejections.count(Reason.CLAMPED, said.task().value());
        }
    }
}
