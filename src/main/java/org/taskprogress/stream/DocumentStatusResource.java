package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.taskprogress.access.CurrentCaller;
import org.taskprogress.task.Task;

/** How far a document is, for clients that poll. */
@Path("/progress/documents/{id}/status")
@Singleton
@Tag(name = "Streams")
public class DocumentStatusResource {

    private final SingleTask task;
    private final CurrentCaller caller;

    @Inject
    public DocumentStatusResource(SingleTask task, CurrentCaller caller) {
        this.task = task;
        this.caller = caller;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "How far a document is, for clients that poll")
    public JsonObject status(@PathParam("id") String id) {
        return status(task.visible(caller.get(), id, DocumentStreamResource.DOCUMENT));
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
}
