package org.taskprogress.stream;

import java.time.Instant;
import java.util.Optional;

/** How a route puts events on the wire: one small class a route. Stateless; each has one instance, which is its key for sharing frames. */
interface PayloadFormat {

    /** The route's name in metrics. */
    String route();

    Frame.Message encode(StreamEvent event);

    /** How a client begins that has no cursor. */
    default Resume fresh() {
        return Resume.FRESH;
    }

    /** The first message of every connection, before any event; empty if the route has none. */
    Optional<Frame.Message> greeting(Watch watch);

    /** Tells that what comes next is no continuation; empty if the route just sends the snapshot. */
    Optional<Frame.Message> resync(ResyncReason reason);

    /** Tells that the stream is alive; empty if comments do that alone. */
    Optional<Frame.Message> heartbeat(Instant now);
}
