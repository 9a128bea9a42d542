package org.taskprogress.stream;

import java.util.Collection;
import java.util.List;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;

/** Asks the repository. */
record DatabaseTaskStates(TaskRepository tasks) implements TaskStates {

    @Override
    public List<Task> find(Collection<TaskId> ids) {
        return tasks.find(ids);
    }

    @Override
    public List<Task> newestOf(Owner owner, int limit) {
        return tasks.newestOf(owner, limit);
    }

    @Override
    public List<Task> newest(int limit) {
        return tasks.newest(limit);
    }
}
