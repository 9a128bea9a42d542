package org.taskprogress.task;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.taskprogress.access.Caller;
import org.taskprogress.access.CurrentCaller;
import org.taskprogress.access.Role;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;

/** The routes of tasks, but for their events (CONTRACT §3). */
@Path("/api/v1/tasks")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Tasks")
public class TaskResource {

    private static final int MAX_PAGE = 200;

    private final TaskRepository tasks;
    private final TaskAccess access;
    private final Caller caller;
    private final Event<TaskChanged> changed;
    private final Event<EndRequired> ends;
    private final Event<TaskDeletion> deletions;

    @Inject
    public TaskResource(
            TaskRepository tasks,
            TaskAccess access,
            CurrentCaller current,
            Event<TaskChanged> changed,
            Event<EndRequired> ends,
            Event<TaskDeletion> deletions) {
        this.tasks = tasks;
        this.access = access;
        this.caller = current.get();
        this.changed = changed;
        this.ends = ends;
        this.deletions = deletions;
    }

    @GET
    @Operation(summary = "Lists tasks, newest first: one's own; for an administrator all, or those of one owner.")
    public JsonObject list(
            @QueryParam("status") @Nullable String status,
            @QueryParam("type") @Nullable String type,
            @QueryParam("owner") @Nullable String owner,
            @QueryParam("limit") @DefaultValue("50") String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        int size = limit(limit);
        var filter = new TaskFilter(
                owner(owner),
                optional("status", status, TaskStatus::ofWireName),
                optional("type", type, TaskType::new));
        Optional<TaskPlace> after = optional("cursor", cursor, TaskResource::place);
        // One more than asked for tells whether there is a next page.
        List<Task> page = tasks.page(filter, after, size + 1);
        var json = Json.createArrayBuilder();
        page.stream().limit(size).map(TaskJson::of).forEach(json::add);
        var answer = Json.createObjectBuilder().add("tasks", json);
        if (page.size() > size) {
            answer.add("next_cursor", TaskPlace.of(page.get(size - 1)).toString());
        } else {
            answer.addNull("next_cursor");
        }
        return answer.build();
    }

    @GET
    @Path("{task_id}")
    @Operation(summary = "A task; the way to poll. Answers 304 to If-None-Match while nothing has changed.")
    public Response get(@PathParam("task_id") String id, @Context Request request) {
        JsonObject json = TaskJson.of(access.visible(caller, id));
        var tag = new EntityTag(UUID.nameUUIDFromBytes(json.toString().getBytes(StandardCharsets.UTF_8))
                .toString());
        var unchanged = request.evaluatePreconditions(tag);
        var response = unchanged == null ? Response.ok(json).tag(tag) : unchanged;
        return response.header("Cache-Control", "private, no-cache").build();
    }

    @POST
    @Path("{task_id}/cancel")
    @Operation(summary = "Asks for a task to be cancelled; it ends in an error event of the stage cancelled.")
    public Response cancel(@PathParam("task_id") String id) {
        Task task = access.visible(caller, id);
        if (!tasks.cancel(task.id())) {
            throw ProblemException.of(Problem.Type.CONFLICT, "This task has ended already.");
        }
        Task now = tasks.find(task.id()).orElse(task);
        changed.fire(new TaskChanged(
                task.id(), now.status().isTerminal() ? TaskChanged.Change.ENDED : TaskChanged.Change.CANCELLING));
        return Response.accepted(TaskJson.of(now)).build();
    }

    @POST
    @Path("{task_id}/retry")
    @Operation(summary = "Queues a failed or cancelled task again; it goes on after the last finished stage.")
    public Response retry(@PathParam("task_id") String id) {
        Task task = access.visible(caller, id);
        ends.fire(new EndRequired(task));
        if (!tasks.retry(task.id())) {
            throw ProblemException.of(Problem.Type.CONFLICT, "Only a failed or cancelled task can be tried again.");
        }
        changed.fire(new TaskChanged(task.id(), TaskChanged.Change.QUEUED));
        return Response.accepted(TaskJson.of(tasks.find(task.id()).orElse(task)))
                .build();
    }

    @DELETE
    @Path("{task_id}")
    @Operation(summary = "Deletes a task that has ended, with its files and events.")
    public Response delete(@PathParam("task_id") String id) {
        Task task = access.visible(caller, id);
        ends.fire(new EndRequired(task));
        var deletion = new TaskDeletion(task);
        deletions.fire(deletion);
        if (!tasks.delete(task.id())) {
            throw ProblemException.of(Problem.Type.CONFLICT, "This task has not ended; cancel it first.");
        }
        deletion.done();
        return Response.noContent().build();
    }

    private Optional<Owner> owner(@Nullable String asked) {
        Optional<Owner> owner = optional("owner", asked, Owner::new);
        if (caller.has(Role.ADMIN)) {
            return owner;
        }
        if (owner.isPresent() && !caller.maySee(owner.get().subject())) {
            throw ProblemException.of(Problem.Type.FORBIDDEN, "Only an administrator sees the tasks of others.");
        }
        caller.require(Role.USER);
        return Optional.of(new Owner(caller.subject()));
    }

    private static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_PAGE) {
                return limit;
            }
        } catch (NumberFormatException noNumber) {
            // Told below, like a number out of range.
        }
        throw ProblemException.badField("limit", "is a number from 1 to " + MAX_PAGE);
    }

    private static TaskPlace place(String cursor) {
        return TaskPlace.parse(cursor).orElseThrow(() -> new IllegalArgumentException("is none that a list gave"));
    }

    private static <T> Optional<T> optional(String field, @Nullable String text, Function<String, T> parse) {
        try {
            return Optional.ofNullable(text).map(parse);
        } catch (IllegalArgumentException bad) {
            throw ProblemException.badField(field, String.valueOf(bad.getMessage()));
        }
    }
}
