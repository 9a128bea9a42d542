package org.taskprogress.stream;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Writes to a client. Jakarta REST's sink opens the stream; from then on the frames go straight to the answer that it stands on,
 * because the sink would encode, write and flush each event for each client by itself, and when closed would wait for ever for a client
 * that is gone (docs/adr/0006). All of it blocks on Liberty, so this is for the writers' threads only.
 */
final class SseSinkWriter implements EventWriter {

    /** With the charset, since not every client takes UTF-8 for granted. */
    static final String MEDIA_TYPE = "text/event-stream;charset=UTF-8";

    private static final byte[] RETRY = "retry: 3000\n".getBytes(StandardCharsets.UTF_8);

    private final CompletionStage<?> opened;
    private final AsyncContext exchange;
    private final OutputStream answer;
    private boolean retryTold;

    /**
     * Opens the stream: the headers and a first comment are sent at once. To be made on the request's own thread: anywhere else the
     * sink would switch the answer to asynchronous writes, and those on Liberty can't be mixed with ours.
     */
    SseSinkWriter(SseEventSink sink, Sse sse, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        exchange = request.getAsyncContext();
        // Proxies must neither keep nor change the stream
        response.setHeader("Cache-Control", "no-cache, no-transform");
        response.setHeader("X-Accel-Buffering", "no");
        opened = sink.send(sse.newEventBuilder().comment("open").build());
        answer = response.getOutputStream();
    }

    @Override
    public void write(List<Frame> frames) throws IOException {
        try {
            opened.toCompletableFuture().join();
            for (Frame frame : frames) {
                put(frame);
            }
            answer.flush();
        } catch (CompletionException | IllegalStateException gone) {
            throw new IOException(gone);
        }
    }

    private void put(Frame frame) throws IOException {
        if (!retryTold && frame instanceof Frame.Message) {
            answer.write(RETRY);
            retryTold = true;
        }
        answer.write(frame.wire());
    }

    @Override
    public void close() {
        try {
            exchange.complete();
        } catch (IllegalStateException gone) {
            // The connection is closed, which is all that is wanted
        }
    }
}
