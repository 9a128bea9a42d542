package org.taskprogress.problem;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers a Jakarta REST request with the problem that ended it. */
@Provider
public class ProblemMapper implements ExceptionMapper<ProblemException> {

    @Context
    private UriInfo uri;

    @Override
    public Response toResponse(ProblemException exception) {
        return response(exception, uri);
    }

    /** The answer to a request that ended so; for mappers of other packages. */
    public static Response response(ProblemException exception, UriInfo uri) {
        Problem problem = exception.problem();
        var response = Response.status(problem.type().status())
                .type(Problem.MEDIA_TYPE)
                .header("Cache-Control", "no-store")
                .entity(problem.toJson(uri.getRequestUri().getPath()).toString());
        exception.retryAfter().ifPresent(after -> response.header("Retry-After", ProblemWriter.retryAfter(after)));
        if (problem.type() == Problem.Type.UNAUTHORIZED) {
            response.header("WWW-Authenticate", ProblemWriter.CHALLENGE);
        }
        return response.build();
    }
}
