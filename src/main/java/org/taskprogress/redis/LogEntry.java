package org.taskprogress.redis;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.EventJson;
import org.taskprogress.progress.RecordedEvent;
import redis.clients.jedis.resps.StreamEntry;

/**
 * An entry of a stream that {@code emit.lua} wrote.
 *
 * @param previous the id of the entry that was recorded before it in the same stream, {@link Cursor#START} if it was the first
 * @param payload JSON, not yet read
 */
record LogEntry(Cursor id, Cursor previous, long seq, String payload) {

    private static final System.Logger LOG = System.getLogger(LogEntry.class.getName());

    static LogEntry of(StreamEntry entry) {
        Map<String, String> fields = entry.getFields();
        return new LogEntry(
                new Cursor(entry.getID().getTime(), entry.getID().getSequence()),
                Cursor.parse(fields.getOrDefault("p", "")).orElse(Cursor.START),
                Long.parseLong(fields.getOrDefault("n", "1")),
                fields.getOrDefault("e", ""));
    }

    static boolean isOf(StreamEntry entry, String encodedOwner) {
        return encodedOwner.equals(entry.getFields().get("o"));
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
