package org.taskprogress.stream;

import java.util.List;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;

/** What a stream watches. */
sealed interface Watch {

    /** How many tasks a snapshot shows at most: the newest. */
    int MAX_SNAPSHOT = 1_000;

    /** The tasks as the database has them now. */
    List<Task> tasks(TaskStates states);

    /** The newest events that the log has of the tasks. */
    List<RecordedEvent> newest(List<Task> tasks, ProgressLog log);

    /** Readers of the logs that together hold its events. */
    List<Backlog.Part> parts(ProgressLog log);

    /**
     * A task by name.
     *
     * @param owner only this owner's events are told, whoever the id belongs to later
     * @param awaited whether it had not begun when the stream did, so that it need not exist
     */
    record Named(TaskId id, Owner owner, boolean awaited) {
        boolean isOf(RecordedEvent recorded) {
            var progress = recorded.event().progress();
            return progress.owner().equals(owner) && progress.task().equals(id);
        }
    }

    /** Tasks by name: the stream ends when all of them are at their end. */
    record Tasks(List<Named> named) implements Watch {
        public Tasks {
            named = List.copyOf(named);
        }

        /** One that exists. */
        static Tasks of(Task task) {
            return new Tasks(List.of(new Named(task.id(), task.owner(), false)));
        }

        List<TaskId> ids() {
            return named.stream().map(Named::id).toList();
        }

        boolean awaitsAny() {
            return named.stream().anyMatch(Named::awaited);
        }

        @Override
        public List<Task> tasks(TaskStates states) {
            return states.find(ids()).stream()
                    .filter(task -> named.stream()
                            .anyMatch(name ->
                                    name.id().equals(task.id()) && name.owner().equals(task.owner())))
                    .toList();
        }

        /** Of those too that have no row yet, or not any more. */
        @Override
        public List<RecordedEvent> newest(List<Task> tasks, ProgressLog log) {
            return log.newest(ids()).stream()
                    .filter(recorded -> named.stream().anyMatch(name -> name.isOf(recorded)))
                    .toList();
        }

        @Override
        public List<Backlog.Part> parts(ProgressLog log) {
            return named.stream()
                    .<Backlog.Part>map(name -> (after, limit) -> ofOwner(name, log.after(name.id(), after, limit)))
                    .toList();
        }

        private static ProgressLog.Replay ofOwner(Named name, ProgressLog.Replay replay) {
            var events = replay.events().stream().filter(name::isOf).toList();
            return new ProgressLog.Replay(events, replay.gapless(), replay.last(), replay.more());
        }
    }

    /** All tasks of one owner, later ones too; never ends. */
    record AllOf(Owner owner) implements Watch {
        @Override
        public List<Task> tasks(TaskStates states) {
            return states.newestOf(owner, MAX_SNAPSHOT);
        }

        @Override
        public List<RecordedEvent> newest(List<Task> tasks, ProgressLog log) {
            return log.newest(idsOf(tasks)).stream()
                    .filter(recorded -> recorded.event().progress().owner().equals(owner))
                    .toList();
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
        public List<RecordedEvent> newest(List<Task> tasks, ProgressLog log) {
            return log.newest(idsOf(tasks));
        }

        @Override
        public List<Backlog.Part> parts(ProgressLog log) {
            return List.of(log::after);
        }
    }

    private static List<TaskId> idsOf(List<Task> tasks) {
        return tasks.stream().map(Task::id).toList();
    }
}
