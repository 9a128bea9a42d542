package org.taskprogress.stream;

import java.util.IdentityHashMap;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.RecordedEvent;

/** A recorded event with its frames: encoded once a format, however many clients get it. Used by the listener's thread only. */
final class EncodedEvent {

    private final Cursor id;
    private final StreamEvent event;
    private final IdentityHashMap<PayloadFormat, Frame.Message> frames = new IdentityHashMap<>(2);

    EncodedEvent(RecordedEvent recorded) {
        this.id = recorded.id();
        this.event = StreamEvent.of(recorded);
    }

    Cursor id() {
        return id;
    }

    StreamEvent event() {
        return event;
    }

    Frame.Message as(PayloadFormat format) {
        return frames.computeIfAbsent(format, missing -> missing.encode(event));
    }
}
