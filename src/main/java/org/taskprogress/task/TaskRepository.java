package org.taskprogress.task;

import java.util.List;
import java.util.Optional;

/** Placeholder. */
public final class TaskRepository {
    public Optional<Task> find(TaskId id) {
        return Optional.empty();
    }

    /** The newest tasks of an owner. */
    public List<Task> newestOf(Owner owner, int limit) {
        return List.of();
    }
}
