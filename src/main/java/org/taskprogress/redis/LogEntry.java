package org.taskprogress.redis;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.EventJson;
import org.taskprogress.progress.RecordedEvent;
import redis.clients.jedis.resps.StreamEntry;

/**
 * An event as {@code emit.lua} put it into a stream, or published it.
 *
 * @param previous the id of what was recorded before it in the same stream, {@link Cursor#START} if it was the first
 * @param owner encoded; empty where it isn't needed
 * @param payload JSON, not yet read
 */
record LogEntry(Cursor id, Cursor previous, long seq, String owner, String payload) {

    private static final System.Logger LOG = System.getLogger(LogEntry.class.getName());

    /** The members that the script puts in front; looked at without reading the JSON, since a repeat or a gap needs no more. */
    private static final Pattern PUBLISHED = Pattern.compile("\\{\"cursor\":\\{\"id\":\"(\\d{1,18})-(\\d{1,18})\","
            + "\"prev\":\"(\\d{1,18})-(\\d{1,18})\"},\"seq\":(\\d{1,18}),");

    /** What the script published; empty if the message isn't of the script. */
    static Optional<LogEntry> ofMessage(String message) {
        Matcher front = PUBLISHED.matcher(message);
        return front.lookingAt()
                ? Optional.of(new LogEntry(
                        new Cursor(Long.parseLong(front.group(1)), Long.parseLong(front.group(2))),
                        new Cursor(Long.parseLong(front.group(3)), Long.parseLong(front.group(4))),
                        Long.parseLong(front.group(5)),
                        "",
                        message))
                : Optional.empty();
    }

    static LogEntry of(StreamEntry entry) {
        Map<String, String> fields = entry.getFields();
        return new LogEntry(
                new Cursor(entry.getID().getTime(), entry.getID().getSequence()),
                Cursor.parse(fields.getOrDefault("p", "")).orElse(Cursor.START),
                Long.parseLong(fields.getOrDefault("n", "1")),
                fields.getOrDefault("o", ""),
                fields.getOrDefault("e", ""));
    }

    /** A snapshot: the newest event of a task. */
    static LogEntry of(String id, String seq, String payload) {
        return new LogEntry(Cursor.parse(id).orElseThrow(), Cursor.START, Long.parseLong(seq), "", payload);
    }

    /** The event; empty if a worker of somebody else's recorded what can't be read: that harms nobody but its own watchers. */
    Optional<RecordedEvent> event() {
        try {
            return Optional.of(new RecordedEvent(id, seq, EventJson.read(payload)));
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, "unreadable event id={0}: {1}", id, e.getMessage());
            return Optional.empty();
        }
    }

    static List<RecordedEvent> events(List<LogEntry> entries) {
        return entries.stream().flatMap(entry -> entry.event().stream()).toList();
    }
}
