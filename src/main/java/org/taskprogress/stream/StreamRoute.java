package org.taskprogress.stream;

import jakarta.ws.rs.core.UriInfo;
import org.taskprogress.access.Caller;

/** A resource with a stream: says what a request watches before there is a stream. */
interface StreamRoute {

    /**
     * What the request asks for.
     *
     * @throws org.taskprogress.problem.ProblemException 400, 403 or 404 if it can't be had
     */
    Watch watch(Caller caller, UriInfo request);

    PayloadFormat format();
}
