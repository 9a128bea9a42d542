package org.taskprogress.stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What all stream routes have in common: how a stream is opened, by what it is resumed, and how it is refused. */
@Tag(name = "Streams")
public abstract class StreamEndpoint implements StreamRoute {

    private final Streams streams;

    StreamEndpoint(Streams streams) {
        this.streams = streams;
    }

    /** Opens a stream that {@link AdmissionFilter} has admitted. */
    @GET
    @OpensStream
    @Produces(SseSinkWriter.MEDIA_TYPE)
    @Operation(
            summary = "Live progress as Server-Sent Events",
            description =
                    "Begins with where the work is now (a batch: with all that was recorded), and ends when the work does. A comment every "
                            + "15 s of silence. The tasks and batch streams name their events: progress, complete, error, heartbeat, resync "
                            + "(what follows is no continuation), expired (the token has run out); the others send data only.")
    @Parameter(
            name = "Last-Event-ID",
            in = ParameterIn.HEADER,
            schema = @Schema(type = SchemaType.STRING),
            description = "Only what follows this event is sent")
    @Parameter(
            name = "last_event_id",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING),
            description = "The same for clients that can't set the header, which wins")
    @Parameter(
            name = "ticket",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING),
            description = "Instead of a token: of POST /api/v1/stream-tickets, good once; a token in a header wins")
    @APIResponse(responseCode = "200", description = "The stream")
    @APIResponse(responseCode = "204", description = "All is at its end, and the client was told so")
    @APIResponse(responseCode = "400", description = "It is not clear what is to be watched")
    @APIResponse(responseCode = "401", description = "No good token, or a ticket that is good no more")
    @APIResponse(responseCode = "403", description = "Somebody else's")
    @APIResponse(responseCode = "404", description = "There is no such thing")
    @APIResponse(responseCode = "429", description = "Too many streams of this user")
    @APIResponse(responseCode = "503", description = "Too many streams here, or this instance is about to stop")
    public void stream(
            @Context SseEventSink sink,
            @Context Sse sse,
            @Context HttpServletRequest request,
            @Context HttpServletResponse response)
            throws IOException {
        var admission = AdmissionFilter.of(request);
        try {
            streams.open(admission, new SseSinkWriter(sink, sse, request, response));
        } finally {
            // Where the client was gone before the first byte: else its place would be free only half a minute later
            streams.giveUp(admission);
        }
    }
}
