package org.taskprogress.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes events of the lines of an event stream, as in
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">HTML, "Interpreting an
 * event stream"</a>: an unfinished event at the stream's end is dropped. Not thread-safe.
 */
final class SseParser {

    /** A comment line without its colon. */
    record Comment(String text, Instant receivedAt) {}

    private final Clock clock;
    private final Consumer<SseEvent> events;
    private final Consumer<Comment> comments;
    private final StringBuilder data = new StringBuilder();
    private boolean firstLine = true;
    private String event = "";
    private Optional<String> id = Optional.empty();
    private String lastEventId = "";
    private Optional<Duration> retry = Optional.empty();

    SseParser(Clock clock, Consumer<SseEvent> events, Consumer<Comment> comments) {
        this.clock = clock;
        this.events = events;
        this.comments = comments;
    }

    /** The last reconnection time that the stream gave. */
    Optional<Duration> retry() {
        return retry;
    }

    void line(String text) {
        String line = firstLine && text.startsWith("\uFEFF") ? text.substring(1) : text;
        firstLine = false;
        int colon = line.indexOf(':');
        if (line.isEmpty()) {
            dispatch();
        } else if (colon == 0) {
            comments.accept(new Comment(line.substring(1), clock.instant()));
        } else if (colon < 0) {
            field(line, "");
        } else {
            int value = line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1;
            field(line.substring(0, colon), line.substring(value));
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "event" -> event = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> {
                if (value.indexOf('\0') < 0) {
                    id = Optional.of(value);
                    lastEventId = value;
                }
            }
            case "retry" -> {
                if (value.matches("[0-9]{1,18}")) {
                    retry = Optional.of(Duration.ofMillis(Long.parseLong(value)));
                }
            }
            default -> {
                // Unknown fields are ignored, says the specification.
            }
        }
    }

    private void dispatch() {
        if (!data.isEmpty()) {
            String name = event.isEmpty() ? "message" : event;
            events.accept(new SseEvent(id, lastEventId, name, data.substring(0, data.length() - 1), clock.instant()));
        }
        data.setLength(0);
        event = "";
        id = Optional.empty();
    }
}
