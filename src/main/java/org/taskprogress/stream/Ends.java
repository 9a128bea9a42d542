package org.taskprogress.stream;

import java.util.HashMap;
import java.util.Map;
import org.taskprogress.progress.Cursor;
import org.taskprogress.task.TaskId;

/** Which of a stream's tasks are at their end. What is newer counts, whatever way it came. Not thread-safe. */
final class Ends {

    private record Mark(Cursor at, boolean ended) {}

    private final Watch watch;
    private final Map<TaskId, Mark> marks = new HashMap<>();

    Ends(Watch watch) {
        this.watch = watch;
    }

    void note(StreamEvent event) {
        Cursor at = event.id() == null ? Cursor.START : event.id();
        note(event.event().progress().task(), at, event.event().isTerminal());
    }

    /** A task that is nowhere any more, so that nothing can follow; {@code at} is up to where that was read. */
    void noteGone(TaskId task, Cursor at) {
        note(task, at, true);
    }

    void addAll(Ends others) {
        others.marks.forEach(this::put);
    }

    /** Whether nothing more can come. An awaited task that has not begun is not at its end. */
    boolean all() {
        return watch instanceof Watch.Tasks tasks
                && marks.values().stream().filter(Mark::ended).count()
                        == tasks.named().size();
    }

    /** The same without the awaited tasks that have not begun. */
    boolean allThatBegan() {
        return watch instanceof Watch.Tasks tasks
                && tasks.named().stream().allMatch(name -> {
                    Mark mark = marks.get(name.id());
                    return mark == null ? name.awaited() : mark.ended();
                });
    }

    private void note(TaskId task, Cursor at, boolean ended) {
        // Other streams never end, and would remember every task that they ever saw
        if (watch instanceof Watch.Tasks) {
            put(task, new Mark(at, ended));
        }
    }

    private void put(TaskId task, Mark mark) {
        marks.merge(task, mark, (known, other) -> known.at().isAfter(other.at()) ? known : other);
    }
}
