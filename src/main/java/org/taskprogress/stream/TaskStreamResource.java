package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.taskprogress.access.Caller;
import org.taskprogress.access.Role;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskAccess;

/** The stream of one or more tasks, or of all tasks of the caller. */
@Path("/api/v1/tasks/stream")
@Singleton
public class TaskStreamResource implements StreamRoute {

    private static final int MAX_TASKS = 100;

    private final TaskAccess access;
    private final Streams streams;

    @Inject
    public TaskStreamResource(TaskAccess access, Streams streams) {
        this.access = access;
        this.streams = streams;
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
        return all ? everythingOf(caller) : named(caller, ids);
    }

    private static Watch everythingOf(Caller caller) {
        if (caller.has(Role.ADMIN)) {
            return new Watch.Everything();
        }
        caller.require(Role.USER);
        return new Watch.AllOf(new Owner(caller.subject()));
    }

    private Watch named(Caller caller, List<String> ids) {
        if (ids.size() > MAX_TASKS) {
            throw ProblemException.badField("task_ids", "at most " + MAX_TASKS);
        }
        if (ids.contains("")) {
            throw ProblemException.badField("task_ids", "ids separated by commas");
        }
        return new Watch.Tasks(
                ids.stream().map(id -> access.visible(caller, id).id()).toList());
    }

    @Override
    public PayloadFormat format() {
        return NamedFormat.TASKS;
    }

    @GET
    @OpensStream
    @Produces(SseSinkWriter.MEDIA_TYPE)
    @Operation(
            summary =
                    "Live progress of tasks, as named Server-Sent Events: progress, complete, error, heartbeat, resync, expired")
    @Parameter(
            name = "task_ids",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING),
            description = "1 to 100 ids, separated by commas")
    @Parameter(
            name = "all",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING),
            description = "true: all tasks of the caller; never ends")
    @Parameter(
            name = "last_event_id",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING),
            description = "Like the header Last-Event-ID, which wins")
    @Parameter(
            name = "Last-Event-ID",
            in = ParameterIn.HEADER,
            schema = @Schema(type = SchemaType.STRING),
            description = "Only what follows this event is sent")
    @APIResponse(responseCode = "200", description = "The stream")
    @APIResponse(responseCode = "204", description = "All named tasks are at their end, and the client was told so")
    @APIResponse(responseCode = "400", description = "Not exactly one of task_ids and all=true")
    @APIResponse(responseCode = "403", description = "A task of somebody else")
    @APIResponse(responseCode = "404", description = "An unknown task")
    @APIResponse(responseCode = "429", description = "Too many streams of this user")
    @APIResponse(responseCode = "503", description = "Too many streams here")
    public void stream(
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context HttpServletRequest request,
            @Context HttpServletResponse response)
            throws IOException {
        streams.open(AdmissionFilter.of(request), new SseSinkWriter(sink, sse, response));
    }
}
