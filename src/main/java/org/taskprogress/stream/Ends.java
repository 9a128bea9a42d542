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
        // Other streams never end, and would remember every task that they ever saw
        if (watch instanceof Watch.Tasks) {
            Cursor at = event.id() == null ? Cursor.START : event.id();
            put(event.event().progress().task(), new Mark(at, event.event().isTerminal()));
        }
    }

    void addAll(Ends others) {
        others.marks.forEach(this::put);
    }

    /** Whether nothing more can come. */
    boolean all() {
        return watch instanceof Watch.Tasks tasks
                && marks.values().stream().filter(Mark::ended).count()
                        == tasks.ids().size();
    }

    private void put(TaskId task, Mark mark) {
        marks.merge(task, mark, (known, other) -> known.at().isAfter(other.at()) ? known : other);
    }
}
