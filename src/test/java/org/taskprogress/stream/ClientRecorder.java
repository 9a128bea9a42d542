package org.taskprogress.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A client: keeps what it was sent. Thread-safe. */
final class ClientRecorder implements EventWriter {

    private final List<Frame> frames = new ArrayList<>();
    private final List<Integer> writes = new ArrayList<>();
    private boolean gone;
    private int closed;

    @Override
    public synchronized void write(List<Frame> batch) throws IOException {
        if (gone) {
            throw new IOException("gone");
        }
        frames.addAll(batch);
        writes.add(batch.size());
        notifyAll();
    }

    @Override
    public synchronized void close() {
        closed++;
        notifyAll();
    }

    /** Returns when so many frames have come, or the stream was closed. */
    synchronized void awaitFrames(int count) throws InterruptedException {
        while (frames.size() < count && closed == 0) {
            wait();
        }
    }

    /** From now on writes fail. */
    synchronized void goAway() {
        gone = true;
    }

    synchronized List<Frame> frames() {
        return List.copyOf(frames);
    }

    /** How many frames each write had. */
    synchronized List<Integer> writes() {
        return List.copyOf(writes);
    }

    synchronized boolean isClosed() {
        return closed == 1;
    }

    List<Frame.Message> messages() {
        return frames().stream()
                .filter(Frame.Message.class::isInstance)
                .map(Frame.Message.class::cast)
                .toList();
    }

    /** The names of the messages, in order. */
    List<String> names() {
        return messages().stream()
                .map(message -> String.valueOf(message.name()))
                .toList();
    }

    /** The ids of the messages that have one, in order. */
    List<String> ids() {
        return messages().stream()
                .map(Frame.Message::id)
                .filter(Objects::nonNull)
                .map(Object::toString)
                .toList();
    }

    /** The last id, as a browser sends it when it comes back. */
    String lastEventId() {
        return ids().isEmpty() ? "" : ids().get(ids().size() - 1);
    }
}
