package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.UriInfo;
import org.taskprogress.access.Caller;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskAccess;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskType;

/** What the routes of one task share: they show a task of their own kind, or one that somebody else's worker does in its stead. */
@Singleton
class SingleTask {

    private final TaskAccess access;
    private final TaskStates states;
    private final ProgressLog log;

    @Inject
    SingleTask(TaskAccess access, TaskRepository tasks, ProgressLog log) {
        this.access = access;
        this.states = new DatabaseTaskStates(tasks);
        this.log = log;
    }

    /**
     * The task that a request names as {@code id}.
     *
     * @throws ProblemException 404 if there is no such task of that kind, 403 if it is somebody else's
     */
    Task visible(Caller caller, String id, TaskType kind) {
        Task task = access.visible(caller, id);
        if (!task.type().equals(kind) && !task.type().equals(TaskType.EXTERNAL)) {
            throw ProblemException.of(Problem.Type.NOT_FOUND, "There is no such " + kind + " task.");
        }
        return task;
    }

    Watch watch(Caller caller, UriInfo request, TaskType kind) {
        return Watch.Tasks.of(visible(caller, request.getPathParameters().getFirst("id"), kind));
    }

    /** The newest payload of its stream, as JSON; from the database while the log is away. */
    String latest(Caller caller, String id, TaskType kind, PayloadFormat format) {
        var watch = Watch.Tasks.of(visible(caller, id, kind));
        return Standing.readIfPossible(watch, states, log).withoutSeam().stream()
                .findFirst()
                .map(event -> format.encode(event).data())
                .orElseThrow(() -> ProblemException.of(Problem.Type.NOT_FOUND, "The task was deleted just now."));
    }
}
