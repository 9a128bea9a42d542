package org.taskprogress.stream;

import java.util.List;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;

/** What a stream watches. */
sealed interface Watch {

    /** How many tasks a snapshot shows at most: the newest. */
    int MAX_SNAPSHOT = 1_000;

    /** The tasks as the database has them now. */
    List<Task> tasks(TaskStates states);

    /** Readers of the logs that together hold its events. */
    List<Backlog.Part> parts(ProgressLog log);

    /** Tasks by name: the stream ends when all of them are at their end. */
    record Tasks(List<TaskId> ids) implements Watch {
        public Tasks {
            ids = List.copyOf(ids);
        }

        @Override
        public List<Task> tasks(TaskStates states) {
            return states.find(ids);
        }

        @Override
        public List<Backlog.Part> parts(ProgressLog log) {
            return ids.stream()
                    .<Backlog.Part>map(id -> (after, limit) -> log.after(id, after, limit))
                    .toList();
        }
    }

    /** All tasks of one owner, later ones too; never ends. */
    record AllOf(Owner owner) implements Watch {
        @Override
        public List<Task> tasks(TaskStates states) {
            return states.newestOf(owner, MAX_SNAPSHOT);
        }

        @Override
        public List<Backlog.Part> parts(ProgressLog log) {
            return List.of((Cursor after, int limit) -> log.after(owner, after, limit));
        }
    }

    /** All tasks of everybody; never ends. */
    record Everything() implements Watch {
        @Override
        public List<Task> tasks(TaskStates states) {
            return states.newest(MAX_SNAPSHOT);
        }

        @Override
        public List<Backlog.Part> parts(ProgressLog log) {
            return List.of(log::after);
        }
    }
}
