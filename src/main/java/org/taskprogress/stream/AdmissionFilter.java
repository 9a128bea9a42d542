package org.taskprogress.stream;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;
import org.taskprogress.access.CurrentCaller;

/**
 * Decides every refusal before the resource method runs. As soon as that has its {@code SseEventSink}, the answer is 200. Runs after
 * the request was matched, so that 405 and 406 need no place.
 */
@Provider
@OpensStream
@Singleton
public class AdmissionFilter implements ContainerRequestFilter {

    private static final String SSE = MediaType.SERVER_SENT_EVENTS + ";charset=UTF-8";
    private static final String ADMISSION = AdmissionFilter.class.getName() + ".admission";

    // Into fields, because RESTEasy makes its providers by a constructor without parameters
    @Inject
    private CurrentCaller caller;

    @Inject
    private Streams streams;

    @Inject
    private Instance<StreamRoute> routes;

    @Context
    private ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        var route = routes.select(routeClass()).get();
        var watch = route.watch(caller.get(), request.getUriInfo());
        if (request.getMethod().equals(HttpMethod.HEAD)) {
            // Such a client never reads a stream, so it would keep its place to the end.
            request.abortWith(Response.ok().type(SSE).build());
            return;
        }
        var format = route.format();
        streams.admit(caller.get(), watch, format, Resume.of(lastEventId(request), format.fresh()))
                .ifPresentOrElse(
                        admission -> request.setProperty(ADMISSION, admission),
                        () -> request.abortWith(Response.noContent().build()));
    }

    /** The admission of a request that has passed. */
    static Admission of(HttpServletRequest request) {
        return (Admission) request.getAttribute(ADMISSION);
    }

    private Class<? extends StreamRoute> routeClass() {
        return resource.getResourceClass().asSubclass(StreamRoute.class);
    }

    private static @Nullable String lastEventId(ContainerRequestContext request) {
        String header = request.getHeaderString("Last-Event-ID");
        // Polyfills can't set the header
        return header != null
                ? header
                : request.getUriInfo().getQueryParameters().getFirst("last_event_id");
    }
}
