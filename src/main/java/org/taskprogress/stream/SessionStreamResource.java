package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.UriInfo;
import org.taskprogress.access.Caller;
import org.taskprogress.task.TaskType;

/** The stream of one recording, of data only. */
@Path("/api/v1/sessions/{id}/status/stream")
@Singleton
public class SessionStreamResource extends StreamEndpoint {

    static final TaskType RECORDING = new TaskType("recording");

    private final SingleTask task;

    @Inject
    public SessionStreamResource(Streams streams, SingleTask task) {
        super(streams);
        this.task = task;
    }

    @Override
    public Watch watch(Caller caller, UriInfo request) {
        return task.watch(caller, request, RECORDING);
    }

    @Override
    public PayloadFormat format() {
        return SessionFormat.SESSIONS;
    }
}
