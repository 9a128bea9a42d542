package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.UriInfo;
import org.taskprogress.access.Caller;
import org.taskprogress.task.TaskType;

/** The stream of one document, of data only; the first says connected. */
@Path("/progress/documents/{id}/stream")
@Singleton
public class DocumentStreamResource extends StreamEndpoint {

    static final TaskType DOCUMENT = new TaskType("document");

    private final SingleTask task;

    @Inject
    public DocumentStreamResource(Streams streams, SingleTask task) {
        super(streams);
        this.task = task;
    }

    @Override
    public Watch watch(Caller caller, UriInfo request) {
        return task.watch(caller, request, DOCUMENT);
    }

    @Override
    public PayloadFormat format() {
        return DocumentFormat.DOCUMENTS;
    }
}
