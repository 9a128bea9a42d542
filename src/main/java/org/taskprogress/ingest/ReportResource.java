package org.taskprogress.ingest;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.taskprogress.access.CurrentCaller;
import org.taskprogress.access.Role;
import org.taskprogress.ingest.Report.BadReportException;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.task.RequestJson;
import org.taskprogress.task.TaskId;

/** Takes in what workers without Redis tell of their tasks. */
@Path("/api/v1/tasks/{task_id}/events")
@Singleton
@Tag(name = "Workers")
public class ReportResource {

    private static final JsonProvider JSON = JsonProvider.provider();
    private static final Pattern KEY = Pattern.compile("[!-~]{1,200}");
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Intake intake;
    private final CurrentCaller caller;

    @Inject
    public ReportResource(Intake intake, CurrentCaller caller) {
        this.intake = intake;
        this.caller = caller;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Records an event of an external task",
            description =
                    "The body is what a worker would publish in Redis: {\"event_type\": \"progress\" | \"complete\" | \"error\","
                            + " \"progress\", \"stage\", \"message\", \"updated_at\"?, \"error\"?, \"result\"?}. 202 with the event's id; with"
                            + " the header Idempotency-Key a repeat is answered by 200 with the same id. Needs the role publisher.")
    public Response report(
            @PathParam("task_id") String id,
            @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey,
            InputStream body)
            throws IOException, InterruptedException, ExecutionException {
        caller.get().require(Role.PUBLISHER);
        Optional<String> key = key(idempotencyKey);
        TaskId task = taskId(id);
        Report report = report(task, RequestJson.read(body));
        var posted = new Posted(task, report, key, new CompletableFuture<>());
        if (!intake.offer(posted)) {
            throw busy();
        }
        return answer(await(posted));
    }

    private static Optional<String> key(@Nullable String key) {
        if (key != null && !KEY.matcher(key).matches()) {
            throw ProblemException.badField("Idempotency-Key", "has 1 to 200 visible ASCII characters");
        }
        return Optional.ofNullable(key);
    }

    private static TaskId taskId(String text) {
        try {
            return new TaskId(text);
        } catch (IllegalArgumentException impossible) {
            throw unknown();
        }
    }

    private static Report report(TaskId task, JsonObject json) {
        try {
            return Payloads.read(Channel.Family.TASKS, task, json);
        } catch (BadReportException bad) {
            throw ProblemException.badField(bad.field(), bad.text());
        }
    }

    private static Posted.Outcome await(Posted posted) throws InterruptedException, ExecutionException {
        try {
            return posted.outcome().get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            // From now on it is not taken in any more, unless it is just being
            posted.outcome().complete(new Posted.Away());
            return posted.outcome().join();
        }
    }

    private static Response answer(Posted.Outcome outcome) {
        if (outcome instanceof Posted.Recorded recorded) {
            JsonObject json = JSON.createObjectBuilder()
                    .add("id", recorded.id().toString())
                    .build();
            return Response.status(recorded.repeated() ? Response.Status.OK : Response.Status.ACCEPTED)
                    .entity(json)
                    .build();
        }
        throw outcome instanceof Posted.Refused refused ? problem(refused.reason()) : busy();
    }

    private static ProblemException problem(Reason reason) {
        return switch (reason) {
            case UNKNOWN_TASK -> unknown();
            case NOT_EXTERNAL -> conflict("This task is worked on here, not by a worker that reports.");
            case ENDED -> conflict("This attempt has ended already.");
            case OTHER_ATTEMPT -> conflict("The task is at another attempt.");
            case REFUSED -> conflict("The log of events has this task as somebody else's.");
            default -> busy();
        };
    }

    private static ProblemException unknown() {
        return ProblemException.of(Problem.Type.NOT_FOUND, "There is no such task; register it first.");
    }

    private static ProblemException conflict(String detail) {
        return ProblemException.of(Problem.Type.CONFLICT, detail);
    }

    private static ProblemException busy() {
        return ProblemException.retryLater(
                Problem.Type.UNAVAILABLE, "The event can't be recorded for now.", RETRY_AFTER);
    }
}
