package org.taskprogress.stream;

import java.io.IOException;
import java.util.List;

/** The client's connection. Called by one thread at a time. */
interface EventWriter {

    /**
     * Hands all frames to the connection, in order; may block as long as the client does not read.
     *
     * @throws IOException if the client is gone
     */
    void write(List<Frame> frames) throws IOException;

    /** Ends the answer; may block like a write. Never fails: what can't be closed is gone already. */
    void close();
}
