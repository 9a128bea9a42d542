package org.taskprogress.task;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.taskprogress.access.Caller;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;

/** Ownership, in one place: every route that names a task asks here. */
@Singleton
public class TaskAccess {

    private final TaskRepository tasks;

    @Inject
    public TaskAccess(TaskRepository tasks) {
        this.tasks = tasks;
    }

    /**
     * The task, if the caller may see it.
     *
     * @param id as the caller wrote it
     * @throws ProblemException 404 if there is no such task (an impossible id included), 403 if it is somebody else's
     */
    public Task visible(Caller caller, String id) {
        return ifKnown(caller, id).orElseThrow(TaskAccess::unknown);
    }

    /**
     * The task, if there is one of that id and the caller may see it.
     *
     * @param id as the caller wrote it
     * @return empty if there is no such task
     * @throws ProblemException 404 if no task can have that id, 403 if it is somebody else's
     */
    public Optional<Task> ifKnown(Caller caller, String id) {
        Optional<Task> task = tasks.find(parse(id).orElseThrow(TaskAccess::unknown));
        if (task.isPresent() && !caller.maySee(task.get().owner().subject())) {
            throw ProblemException.of(Problem.Type.FORBIDDEN, "This task belongs to somebody else.");
        }
        return task;
    }

    private static Optional<TaskId> parse(String id) {
        try {
            return Optional.of(new TaskId(id));
        } catch (IllegalArgumentException impossible) {
            return Optional.empty();
        }
    }

    private static ProblemException unknown() {
        return ProblemException.of(Problem.Type.NOT_FOUND, "There is no such task.");
    }
}
