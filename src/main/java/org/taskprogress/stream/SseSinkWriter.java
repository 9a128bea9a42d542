package org.taskprogress.stream;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Writes to a client by Jakarta REST. Its {@code send} blocks on Liberty, so this is for the writers' threads only. */
final class SseSinkWriter implements EventWriter {

    /** With the charset, since not every client takes UTF-8 for granted. */
    static final String MEDIA_TYPE = "text/event-stream;charset=UTF-8";

    private static final long RETRY_MILLIS = 3_000;

    private final SseEventSink sink;
    private final Sse sse;
    private boolean retryTold;

    SseSinkWriter(SseEventSink sink, Sse sse) {
        this.sink = sink;
        this.sse = sse;
    }

    /** To be called before the first frame is written: proxies must neither keep nor change the stream. */
    static void setHeaders(HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-cache, no-transform");
        response.setHeader("X-Accel-Buffering", "no");
    }

    @Override
    public void write(List<Frame> frames) throws IOException {
        for (Frame frame : frames) {
            if (sink.isClosed()) {
                throw new IOException("the client is gone");
            }
            try {
                sink.send(event(frame)).toCompletableFuture().join();
            } catch (CompletionException | IllegalStateException gone) {
                throw new IOException(gone);
            }
        }
    }

    private OutboundSseEvent event(Frame frame) {
        var builder = sse.newEventBuilder();
        if (frame instanceof Frame.Message message) {
            builder.data(message.data());
            if (message.id() != null) {
                builder.id(message.id().toString());
            }
            if (message.name() != null) {
                builder.name(message.name());
            }
            if (!retryTold) {
                // With the first data, since RESTEasy drops a retry that stands alone
                builder.reconnectDelay(RETRY_MILLIS);
                retryTold = true;
            }
        } else if (frame instanceof Frame.Comment comment) {
            builder.comment(comment.text());
        }
        return builder.build();
    }

    @Override
    public void close() {
        try {
            sink.close();
        } catch (IOException | IllegalStateException gone) {
            // The connection is closed, which is all that is wanted
        }
    }
}
