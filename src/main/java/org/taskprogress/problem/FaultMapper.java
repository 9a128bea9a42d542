package org.taskprogress.problem;

import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.UUID;

/**
 * Answers a Jakarta REST request that ended with any other exception: those of the runtime keep their status, the rest is a 500 whose
 * id is in the log and which tells nothing else.
 */
@Provider
public class FaultMapper implements ExceptionMapper<Throwable> {

    private static final System.Logger LOG = System.getLogger(FaultMapper.class.getName());

    @Context
    private UriInfo uri;

    @Override
    public Response toResponse(Throwable fault) {
        if (fault instanceof WebApplicationException answer) {
            return keepStatus(answer);
        }
        String id = UUID.randomUUID().toString();
        LOG.log(System.Logger.Level.ERROR, "fault=" + id + " path=" + uri.getPath(), fault);
        return ProblemMapper.response(
                ProblemException.of(Problem.Type.INTERNAL, "Something went wrong here. Its id is " + id + "."), uri);
    }

    private Response keepStatus(WebApplicationException answer) {
        Response original = answer.getResponse();
        Problem.Type type = Problem.Type.ofStatus(original.getStatus());
        Response response = ProblemMapper.response(ProblemException.of(type, detail(answer, type)), uri);
        String allow = original.getHeaderString(HttpHeaders.ALLOW);
        return allow == null
                ? response
                : Response.fromResponse(response)
                        .header(HttpHeaders.ALLOW, allow)
                        .build();
    }

    /** The runtime's own messages name classes, so ours take their place. */
    private static String detail(WebApplicationException answer, Problem.Type type) {
        if (answer instanceof NotAllowedException) {
            return "This resource does not take this method.";
        }
        if (answer instanceof NotAcceptableException) {
            return "This resource has none of the media types that you accept.";
        }
        return type == Problem.Type.NOT_FOUND ? "There is nothing here." : type.title() + ".";
    }
}
