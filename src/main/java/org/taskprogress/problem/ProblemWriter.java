package org.taskprogress.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Answers a servlet request with a problem, where no Jakarta REST mapper reaches. */
public final class ProblemWriter {

    /** What a 401 must say (RFC 9110, 15.5.2). */
    static final String CHALLENGE = "Bearer";

    private ProblemWriter() {}

    /** Writes status, headers and body; the response must not be committed. */
    public static void write(ProblemException exception, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Problem problem = exception.problem();
        byte[] body = problem.toJson(path(request)).toString().getBytes(StandardCharsets.UTF_8);
        response.setStatus(problem.type().status());
        response.setContentType(Problem.MEDIA_TYPE);
        response.setContentLength(body.length);
        response.setHeader("Cache-Control", "no-store");
        exception.retryAfter().ifPresent(after -> response.setHeader("Retry-After", retryAfter(after)));
        if (problem.type() == Problem.Type.UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", CHALLENGE);
        }
        response.getOutputStream().write(body);
    }

    /** What was asked for, also when the server has passed the request on to its error page. */
    private static String path(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String asked
                ? asked
                : request.getRequestURI();
    }

    /** Whole seconds, rounded up, since coming back too early is refused again (RFC 9110, 10.2.3). */
    static String retryAfter(Duration after) {
        return Long.toString(Math.max(1, after.plusMillis(999).toSeconds()));
    }
}
