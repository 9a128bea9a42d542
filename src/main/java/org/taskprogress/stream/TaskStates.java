package org.taskprogress.stream;

import java.util.Collection;
import java.util.List;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;

/** The tasks as the database has them: what rules where the log has nothing. May block. */
interface TaskStates {

    /** Those of the tasks that exist. */
    List<Task> find(Collection<TaskId> ids);

    /** The newest tasks of one owner. */
    List<Task> newestOf(Owner owner, int limit);

    /** The newest tasks of all. */
    List<Task> newest(int limit);
}
