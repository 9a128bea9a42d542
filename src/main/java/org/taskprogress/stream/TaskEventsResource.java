package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.ArrayList;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.taskprogress.access.CurrentCaller;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.TaskAccess;
import org.taskprogress.task.TaskId;

/** The recorded events of a task. */
@Path("/api/v1/tasks/{task_id}/events")
@Singleton
public class TaskEventsResource {

    private static final int MAX_EVENTS = 1_000;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final TaskAccess access;
    private final ProgressLog log;
    private final CurrentCaller caller;

    @Inject
    public TaskEventsResource(TaskAccess access, ProgressLog log, CurrentCaller caller) {
        this.access = access;
        this.log = log;
        this.caller = caller;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "The recorded events of a task, oldest first",
            description =
                    "At most 1,000; ask again with after=<the id of the last one>. Of a long task the oldest are no longer kept.")
    public JsonObject events(@PathParam("task_id") String id, @QueryParam("after") @Nullable String after) {
        Cursor cursor = after == null
                ? Cursor.START
                : Cursor.parse(after)
                        .orElseThrow(() -> ProblemException.badField("after", "an event id, like 1768471800123-0"));
        TaskId task = access.visible(caller.get(), id).id();
        var events = new ArrayList<JsonObjectBuilder>();
        try {
            log.after(task, cursor, MAX_EVENTS).events().forEach(recorded -> events.add(json(recorded)));
        } catch (LogUnavailableException away) {
            throw ProblemException.retryLater(
                    Problem.Type.UNAVAILABLE, "The recorded events can't be read for now.", RETRY_AFTER);
        }
        return Payloads.object().add("events", Payloads.array(events)).build();
    }

    private static JsonObjectBuilder json(RecordedEvent recorded) {
        return Payloads.object()
                .add("id", recorded.id().toString())
                .add("event", recorded.event().name())
                .addAll(NamedFormat.payload(StreamEvent.of(recorded)));
    }
}
