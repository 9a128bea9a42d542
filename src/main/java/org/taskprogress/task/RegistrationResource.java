package org.taskprogress.task;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.taskprogress.access.CurrentCaller;
import org.taskprogress.access.Role;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.task.TaskRegistry.Registration;

/** Registers tasks of other people's workers. */
@Path("/api/v1/tasks")
@Singleton
@Tag(name = "Workers")
public class RegistrationResource {

    private final TaskRegistry registry;
    private final TaskRepository tasks;
    private final CurrentCaller caller;

    @Inject
    public RegistrationResource(TaskRegistry registry, TaskRepository tasks, CurrentCaller caller) {
        this.registry = registry;
        this.tasks = tasks;
        this.caller = caller;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Registers a task that somebody else's worker does",
            description =
                    "{\"task_id\"?, \"owner\", \"type\": \"external\", \"title\"?, \"stages\"?: [names]}. 201 with the task; 200 if it"
                            + " was registered before for the same owner; 409 if for another one. Needs the role publisher.")
    public Response register(InputStream body) throws IOException {
        caller.get().require(Role.PUBLISHER);
        Registration wanted = RegistrationJson.read(RequestJson.read(body));
        boolean added = registry.register(List.of(wanted)) > 0;
        Task task = tasks.find(wanted.id()).orElseThrow(RegistrationResource::deleted);
        if (!task.owner().equals(wanted.owner()) || !task.type().equals(TaskType.EXTERNAL)) {
            throw ProblemException.of(Problem.Type.CONFLICT, "There is another task with this id.");
        }
        JsonObject json = TaskJson.of(task);
        return added
                ? Response.created(URI.create("/api/v1/tasks/" + task.id()))
                        .entity(json)
                        .build()
                : Response.ok(json).build();
    }

    private static ProblemException deleted() {
        return ProblemException.of(
                Problem.Type.CONFLICT,
                "A task with this id was deleted a moment ago; its events are still on their way.");
    }
}
