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

/** How far a recording is, for clients that poll. */
@Path("/api/v1/sessions/{id}/status")
@Singleton
@Tag(name = "Streams")
public class SessionStatusResource {

    private final SingleTask task;
    private final CurrentCaller caller;

    @Inject
    public SessionStatusResource(SingleTask task, CurrentCaller caller) {
        this.task = task;
        this.caller = caller;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "How far a recording is, for clients that poll: the newest payload of its stream")
    public String status(@PathParam("id") String id) {
        return task.latest(caller.get(), id, SessionStreamResource.RECORDING, SessionFormat.SESSIONS);
    }
}
