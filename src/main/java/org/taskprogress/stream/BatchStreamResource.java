package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.UriInfo;
import org.taskprogress.access.Caller;
import org.taskprogress.task.TaskType;

/** The stream of one batch of sheets, of named events, with all that was recorded first. */
@Path("/api/batches/{id}/stream")
@Singleton
public class BatchStreamResource extends StreamEndpoint {

    static final TaskType SHEETS = new TaskType("sheets");

    private final SingleTask task;

    @Inject
    public BatchStreamResource(Streams streams, SingleTask task) {
        super(streams);
        this.task = task;
    }

    @Override
    public Watch watch(Caller caller, UriInfo request) {
        return task.watch(caller, request, SHEETS);
    }

    @Override
    public PayloadFormat format() {
        return BatchFormat.BATCHES;
    }
}
