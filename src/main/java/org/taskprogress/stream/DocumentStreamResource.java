package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.taskprogress.access.Caller;
import org.taskprogress.access.CurrentCaller;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskAccess;
import org.taskprogress.task.TaskType;

/** The progress of one document: as a stream of its own simple form, and for polling. */
@Path("/progress/documents/{id}")
@Singleton
public class DocumentStreamResource implements StreamRoute {

    private static final TaskType DOCUMENT = new TaskType("document");

    private final TaskAccess access;
    private final Streams streams;
    private final CurrentCaller caller;

    @Inject
    public DocumentStreamResource(TaskAccess access, Streams streams, CurrentCaller caller) {
        this.access = access;
        this.streams = streams;
        this.caller = caller;
    }

    @Override
    public Watch watch(Caller caller, UriInfo request) {
        String id = request.getPathParameters().getFirst("id");
        return new Watch.Tasks(List.of(document(caller, id).id()));
    }

    @Override
    public PayloadFormat format() {
        return DocumentFormat.DOCUMENTS;
    }

    @GET
    @Path("stream")
    @OpensStream
    @Produces(SseSinkWriter.MEDIA_TYPE)
    @Operation(summary = "Live progress of a document, as Server-Sent Events without names; the first says connected")
    @Parameter(name = "id", in = ParameterIn.PATH, schema = @Schema(type = SchemaType.STRING), required = true)
    @Parameter(
            name = "Last-Event-ID",
            in = ParameterIn.HEADER,
            schema = @Schema(type = SchemaType.STRING),
            description = "Only what follows this event is sent")
    @APIResponse(responseCode = "200", description = "The stream")
    @APIResponse(responseCode = "204", description = "The document is at its end, and the client was told so")
    public void stream(
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context HttpServletRequest request,
            @Context HttpServletResponse response)
            throws IOException {
        streams.open(AdmissionFilter.of(request), new SseSinkWriter(sink, sse, response));
    }

    @GET
    @Path("status")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "How far a document is, for clients that poll")
    public JsonObject status(@PathParam("id") String id) {
        return status(document(caller.get(), id));
    }

    static JsonObject status(Task task) {
        var json = Payloads.object()
                .add("document_id", task.id().value())
                .add(
                        "status",
                        switch (task.status()) {
                            case QUEUED -> "pending";
                            case RUNNING, CANCELLING -> "processing";
                            case SUCCEEDED -> "completed";
                            case FAILED, CANCELLED -> "failed";
                        })
                .add("progress", task.percent());
        task.error().ifPresentOrElse(error -> json.add("error_message", error), () -> json.addNull("error_message"));
        return json.build();
    }

    private Task document(Caller caller, String id) {
        Task task = access.visible(caller, id);
        if (!task.type().equals(DOCUMENT)) {
            throw ProblemException.of(Problem.Type.NOT_FOUND, "There is no such document.");
        }
        return task;
    }
}
