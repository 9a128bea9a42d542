package org.taskprogress.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.Json;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Hands out tickets for streams. */
@Path("/api/v1/stream-tickets")
@Singleton
@Tag(name = "Streams")
public class StreamTicketResource {

    private final StreamTickets tickets;
    private final CurrentCaller caller;

    @Inject
    public StreamTicketResource(StreamTickets tickets, CurrentCaller caller) {
        this.tickets = tickets;
        this.caller = caller;
    }

    @POST
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "A ticket that opens one stream",
            description =
                    "For an EventSource that can send neither header nor cookie: any stream route takes it as ?ticket=, once, within 30 s. "
                            + "The stream ends when the token does that the ticket was made with. Other routes take no notice of it.")
    @APIResponse(responseCode = "201", description = "{\"ticket\", \"expires_at\"}")
    @APIResponse(responseCode = "429", description = "Too many tickets that were not used")
    public Response issue() {
        var ticket = tickets.issue(caller.get());
        var answer = Json.createObjectBuilder()
                .add("ticket", ticket.text())
                .add("expires_at", ticket.expiresAt().toString())
                .build();
        return Response.status(Response.Status.CREATED)
                .entity(answer)
                .header("Cache-Control", "no-store")
                .build();
    }
}
