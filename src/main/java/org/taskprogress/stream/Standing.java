package org.taskprogress.stream;

import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
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
 * Where some tasks stand: the newest event of each, or, where the log has none of the present attempt, the database's state.
 *
 * @param tasks as the database has them; read before the log, which is never behind what was read here
 * @param newest what the log has of them
 */
record Standing(List<Task> tasks, Map<TaskId, RecordedEvent> newest) {

    private static final Comparator<StreamEvent> BY_ID =
            Comparator.comparing(StreamEvent::id, Comparator.nullsFirst(Comparator.naturalOrder()));

    /** @throws LogUnavailableException if the log is away */
    static Standing read(List<Task> tasks, ProgressLog log) {
        var ids = tasks.stream().map(Task::id).toList();
        return new Standing(
                tasks,
                log.newest(ids).stream()
                        .collect(Collectors.toMap(
                                recorded -> recorded.event().progress().task(), Function.identity())));
    }

    /** Without the log. */
    static Standing ofDatabase(List<Task> tasks) {
        return new Standing(tasks, Map.of());
    }

    /** The ends that a client with this cursor has been told. */
    List<StreamEvent> endsUpTo(Cursor cursor) {
        return tasks.stream()
                .filter(task -> isEndedBy(task, cursor))
                .map(this::current)
                .toList();
    }

    /** Whether a client with this cursor has been told the end of every task, so that nothing can follow. */
    boolean allEndedBy(Cursor cursor) {
        return tasks.stream().allMatch(task -> isEndedBy(task, cursor));
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
        return tasks.stream()
                .map(this::current)
                .filter(event -> event.seq() == 0 || !isAfter(end, event))
                // An id that the log has not reached would make ids fall when the stream goes on
                .map(event -> !allEnded && isAfter(end, event) ? withoutId(event) : event)
                .sorted(BY_ID)
                .toList();
    }

    /**
     * The snapshot without a look into the log. The database is behind the log, for each task by a different time: of several tasks, no
     * id says up to where a client has everything.
     */
    List<StreamEvent> snapshotOfDatabase() {
        boolean resumable = tasks.size() == 1 || allEnded();
        return tasks.stream()
                .map(this::current)
                .map(event -> resumable ? event : withoutId(event))
                .sorted(BY_ID)
                .toList();
    }

    private boolean allEnded() {
        return tasks.stream().allMatch(task -> current(task).event().isTerminal());
    }

    private static boolean isAfter(Cursor end, StreamEvent event) {
        return event.id() != null && event.id().isAfter(end);
    }

    private static StreamEvent withoutId(StreamEvent event) {
        return new StreamEvent(null, event.seq(), event.event());
    }

    private boolean isEndedBy(Task task, Cursor cursor) {
        StreamEvent event = current(task);
        return event.event().isTerminal() && event.id() != null && !event.id().isAfter(cursor);
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
