package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.stream.Stream;
import org.taskprogress.access.Caller;
import org.taskprogress.access.Role;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskAccess;
import org.taskprogress.task.TaskId;

/** The stream of one or more tasks, or of all tasks of the caller, of named events. */
@Path("/api/v1/tasks/stream")
@Singleton
public class TaskStreamResource extends StreamEndpoint {

    private static final int MAX_TASKS = 100;

    private final TaskAccess access;

    @Inject
    public TaskStreamResource(TaskAccess access, Streams streams) {
        super(streams);
        this.access = access;
    }

    @Override
    public Watch watch(Caller caller, UriInfo request) {
        var query = request.getQueryParameters();
        boolean all = "true".equals(query.getFirst("all"));
        List<String> ids = Stream.ofNullable(query.get("task_ids"))
                .flatMap(List::stream)
                .flatMap(list -> Stream.of(list.split(",", -1)))
                .map(String::strip)
                .distinct()
                .toList();
        if (all != ids.isEmpty()) {
            throw ProblemException.badField("task_ids", "give either task_ids or all=true");
        }
        return all ? everythingOf(caller) : named(caller, ids, "true".equals(query.getFirst("await")));
    }

    private static Watch everythingOf(Caller caller) {
        if (caller.has(Role.ADMIN)) {
            return new Watch.Everything();
        }
        caller.require(Role.USER);
        return new Watch.AllOf(new Owner(caller.subject()));
    }

    private Watch named(Caller caller, List<String> ids, boolean await) {
        if (ids.size() > MAX_TASKS) {
            throw ProblemException.badField("task_ids", "at most " + MAX_TASKS);
        }
        if (ids.contains("")) {
            throw ProblemException.badField("task_ids", "ids separated by commas");
        }
        return new Watch.Tasks(ids.stream()
                .map(id -> await ? existingOrAwaited(caller, id) : existing(caller, id))
                .toList());
    }

    private Watch.Named existing(Caller caller, String id) {
        var task = access.visible(caller, id);
        return new Watch.Named(task.id(), task.owner(), false);
    }

    /** One that is unknown will be the caller's own, if it ever begins. */
    private Watch.Named existingOrAwaited(Caller caller, String id) {
        return access.ifKnown(caller, id)
                .map(task -> new Watch.Named(task.id(), task.owner(), false))
                .orElseGet(() -> {
                    if (!caller.maySee(caller.subject())) {
                        throw ProblemException.of(Problem.Type.FORBIDDEN, "You can't have tasks of your own.");
                    }
                    return new Watch.Named(new TaskId(id), new Owner(caller.subject()), true);
                });
    }

    @Override
    public PayloadFormat format() {
        return NamedFormat.TASKS;
    }
}
