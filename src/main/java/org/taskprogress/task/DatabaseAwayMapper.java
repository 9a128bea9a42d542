package org.taskprogress.task;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;
import org.jdbi.v3.core.ConnectionException;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.problem.ProblemMapper;

/** A request while the database can't be reached: come again soon. */
@Provider
public class DatabaseAwayMapper implements ExceptionMapper<ConnectionException> {

    private static final System.Logger LOG = System.getLogger(DatabaseAwayMapper.class.getName());
    private static final Duration SOON = Duration.ofSeconds(5);

    @Context
    private UriInfo uri;

    @Override
    public Response toResponse(ConnectionException away) {
        LOG.log(System.Logger.Level.WARNING, "the database can't be reached: " + away.getMessage());
        return ProblemMapper.response(
                ProblemException.retryLater(Problem.Type.UNAVAILABLE, "The database is away at the moment.", SOON),
                uri);
    }
}
