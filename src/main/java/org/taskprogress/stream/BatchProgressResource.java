package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.taskprogress.access.CurrentCaller;

/** How far a batch of sheets is, for clients that poll. */
@Path("/api/batches/{id}/progress")
@Singleton
@Tag(name = "Streams")
public class BatchProgressResource {

    private final SingleTask task;
    private final CurrentCaller caller;

    @Inject
    public BatchProgressResource(SingleTask task, CurrentCaller caller) {
        this.task = task;
        this.caller = caller;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "How far a batch of sheets is, for clients that poll: the newest payload of its stream")
    public String progress(@PathParam("id") String id) {
        return task.latest(caller.get(), id, BatchStreamResource.SHEETS, BatchFormat.BATCHES);
    }
}
