package org.taskprogress.stream;

import java.time.Instant;
import org.taskprogress.progress.Cursor;

/** What is counted of the streams. Thread-safe, and quick, since the hot path calls it. */
interface StreamMeter {

    void opened(String route);

    void closed(String route, CloseReason reason);

    /** So many events were read from the log for clients that came back. */
    void replayed(long events);

    /** So many events were left out for clients that read too slowly. */
    void conflated(long events);

    /** A live message was handed to a client's socket by then. */
    void delivered(Cursor id, Instant at);
}
