package org.taskprogress.task;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
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
        Task task = parse(id).flatMap(tasks::find).orElseThrow(TaskAccess::unknown);
        if (!caller.maySee(task.owner().subject())) {
            throw ProblemException.of(Problem.Type.FORBIDDEN, "This task belongs to somebody else.");
        }
        return task;
    }

    private static java.util.Optional<TaskId> parse(String id) {
        try {
            return java.util.Optional.of(new TaskId(id));
        } catch (IllegalArgumentException impossible) {
            return java.util.Optional.empty();
        }
    }

    private static ProblemException unknown() {
        return ProblemException.of(Problem.Type.NOT_FOUND, "There is no such task.");
    }
}
