package org.taskprogress.stream;

import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;

/**
 * Where the tasks of a stream stand: the newest event of each, or, where the log has none of the present attempt, the database's state.
 *
 * @param tasks as the database has them; read before the log, which is never behind what was read here
 * @param newest what the log has of them
 */
record Standing(Watch watch, List<Task> tasks, Map<TaskId, RecordedEvent> newest) {

    private static final Comparator<StreamEvent> BY_ID =
            Comparator.comparing(StreamEvent::id, Comparator.nullsFirst(Comparator.naturalOrder()));

    /** @throws LogUnavailableException if the log is away */
    static Standing read(Watch watch, TaskStates states, ProgressLog log) {
        var tasks = watch.tasks(states);
        return new Standing(
                watch,
                tasks,
                watch.newest(tasks, log).stream()
                        .collect(Collectors.toMap(
                                recorded -> recorded.event().progress().task(), Function.identity())));
    }

    /** Without the log. */
    static Standing ofDatabase(Watch watch, TaskStates states) {
        return new Standing(watch, watch.tasks(states), Map.of());
    }

    /** As far as the log can be read. */
    static Standing readIfPossible(Watch watch, TaskStates states, ProgressLog log) {
        try {
            return read(watch, states, log);
        } catch (LogUnavailableException away) {
            return ofDatabase(watch, states);
        }
    }

    /** What a client with this cursor has been told last of each task. */
    List<StreamEvent> toldBy(Cursor cursor) {
        return current().filter(event -> isToldBy(cursor, event)).toList();
    }

    /** Whether a client with this cursor has been told the end of every task, so that nothing can follow. */
    boolean allEndedBy(Cursor cursor) {
        return allBegun() && current().allMatch(event -> event.event().isTerminal() && isToldBy(cursor, event));
    }

    /** The named tasks that were there and are not any more. */
    List<TaskId> gone() {
        return watch instanceof Watch.Tasks named ? without(named, false) : List.of();
    }

    /** Whether the log lacks events that it once had, so that it can't tell what follows a cursor. */
    boolean lacksWhatFollows(Cursor cursor) {
        return tasks.stream()
                .anyMatch(task -> !newest.containsKey(task.id())
                        && (task.lastEventId().isPresent() || task.status().isTerminal())
                        && !isEndedBy(task, cursor));
    }

    /**
     * The snapshot, in the order of the ids.
     *
     * @param end what is recorded later is left out, since it comes by the live way
     */
    List<StreamEvent> snapshot(Cursor end) {
        boolean allEnded = allEnded();
        var events = current()
                .filter(event -> event.seq() == 0 || !isAfter(end, event))
                // An id that the log has not reached would make ids fall when the stream goes on
                .map(event -> !allEnded && isAfter(end, event) ? withId(null, event) : event)
                .sorted(BY_ID)
                .toList();
        return events.isEmpty() || events.get(events.size() - 1).id() != null ? events : lastWithId(end, events);
    }

    /** Else a client that was told of no event yet would have nothing to go on from. */
    private static List<StreamEvent> lastWithId(Cursor id, List<StreamEvent> events) {
        var resumable = new ArrayList<>(events);
        resumable.add(withId(id, resumable.remove(resumable.size() - 1)));
        return resumable;
    }

    /**
     * The snapshot without a seam. The database is behind the log, for each task by a different time: of several tasks, no id says up to
     * where a client has everything.
     */
    List<StreamEvent> withoutSeam() {
        boolean resumable = tasks.size() == 1 || allEnded();
        return current()
                .map(event -> resumable ? event : withId(null, event))
                .sorted(BY_ID)
                .toList();
    }

    private boolean allEnded() {
        return allBegun() && current().allMatch(event -> event.event().isTerminal());
    }

    private boolean allBegun() {
        return !(watch instanceof Watch.Tasks named) || without(named, true).isEmpty();
    }

    /** Those with neither a row nor events, where only an awaited one may have events without a row. */
    private List<TaskId> without(Watch.Tasks named, boolean awaited) {
        var rows = tasks.stream().map(Task::id).collect(Collectors.toSet());
        return named.named().stream()
                .filter(name -> name.awaited() == awaited && !rows.contains(name.id()))
                .filter(name -> !awaited || !newest.containsKey(name.id()))
                .map(Watch.Named::id)
                .toList();
    }

    private Stream<StreamEvent> current() {
        return Stream.concat(tasks.stream().map(this::current), withoutRow());
    }

    /** An awaited task's worker need not have registered it. */
    private Stream<StreamEvent> withoutRow() {
        if (!(watch instanceof Watch.Tasks named) || !named.awaitsAny()) {
            return Stream.empty();
        }
        var rows = tasks.stream().map(Task::id).collect(Collectors.toSet());
        return named.named().stream()
                .filter(name -> name.awaited() && !rows.contains(name.id()))
                .flatMap(name -> Stream.ofNullable(newest.get(name.id())))
                .map(StreamEvent::of);
    }

    private static boolean isAfter(Cursor end, StreamEvent event) {
        return event.id() != null && event.id().isAfter(end);
    }

    private static StreamEvent withId(@Nullable Cursor id, StreamEvent event) {
        return new StreamEvent(id, event.seq(), event.event());
    }

    private static boolean isToldBy(Cursor cursor, StreamEvent event) {
        return event.id() != null && !event.id().isAfter(cursor);
    }

    private boolean isEndedBy(Task task, Cursor cursor) {
        StreamEvent event = current(task);
        return event.event().isTerminal() && isToldBy(cursor, event);
    }

    private StreamEvent current(Task task) {
        RecordedEvent recorded = newest.get(task.id());
        // A retry is in the database before its first event is in the log: until then the log shows the end of the last
        // attempt
        if (recorded != null && recorded.event().progress().attempt() >= task.attempt()) {
            return StreamEvent.of(recorded);
        }
        return new StreamEvent(recorded == null ? idOf(task) : recorded.id(), 0, eventOf(task));
    }

    /** The place of the task's state among the events, or one that is not before it if it has ended. */
    private static @Nullable Cursor idOf(Task task) {
        Cursor known = task.lastEventId().flatMap(Cursor::parse).orElse(null);
        if (!task.status().isTerminal()) {
            return known;
        }
        Instant finished = task.finishedAt().orElse(task.updatedAt());
        var ended = new Cursor(finished.toEpochMilli(), 0);
        return known != null && known.isAfter(ended) ? known : ended;
    }

    private static ProgressEvent eventOf(Task task) {
        var progress = Progress.of(task, task.updatedAt());
        return switch (task.status()) {
            case SUCCEEDED ->
                new ProgressEvent.Completed(progress, task.result().orElse(JsonValue.EMPTY_JSON_OBJECT));
            case FAILED, CANCELLED ->
                new ProgressEvent.Failed(progress, task.error().orElse(task.message()));
            case QUEUED, RUNNING, CANCELLING -> new ProgressEvent.Progressed(progress, task.eta());
        };
    }
}
