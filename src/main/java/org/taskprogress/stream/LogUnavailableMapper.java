package org.taskprogress.stream;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.problem.ProblemMapper;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;

/** A request that needs the log of events while it is away: come again soon. */
@Provider
public class LogUnavailableMapper implements ExceptionMapper<LogUnavailableException> {

    private static final Duration SOON = Duration.ofSeconds(5);

    @Context
    private UriInfo uri;

    @Override
    public Response toResponse(LogUnavailableException away) {
        return ProblemMapper.response(
                ProblemException.retryLater(Problem.Type.UNAVAILABLE, "The log of events is away at the moment.", SOON),
                uri);
    }
}
