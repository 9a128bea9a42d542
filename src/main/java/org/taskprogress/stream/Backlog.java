package org.taskprogress.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.RecordedEvent;

/**
 * What a client missed: the recorded events between two cursors, merged from one or more logs into one order, read page by page as
 * the client takes them. Reads block. Not thread-safe.
 */
final class Backlog {

    /** Reads one of the logs. */
    @FunctionalInterface
    interface Part {
        ProgressLog.Replay after(Cursor after, int limit);
    }

    /**
     * Some events, oldest first.
     *
     * @param gapless false if some before them are no longer kept; then there are no events
     * @param last whether nothing follows
     */
    record Page(List<RecordedEvent> events, boolean gapless, boolean last) {
        private static final Page GAP = new Page(List.of(), false, true);
    }

    private static final int LEAST_READ = 16;

    private final List<Reader> readers;
    private final Cursor end;
    private final int pageSize;

    /**
     * @param after the client has everything up to it
     * @param end the last event to hand over; what is recorded later comes by the live way
     * @param gapless whether a client must miss nothing; else it gets what is still kept
     */
    Backlog(List<Part> parts, Cursor after, Cursor end, boolean gapless, int pageSize) {
        int readSize = Math.max(LEAST_READ, pageSize / parts.size());
        this.readers = parts.stream()
                .map(part -> new Reader(part, after, end, gapless, readSize))
                .toList();
        this.end = end;
        this.pageSize = pageSize;
    }

    /** The next page. */
    Page next() {
        var events = new ArrayList<RecordedEvent>();
        while (events.size() < pageSize) {
            for (Reader reader : readers) {
                if (!reader.fill()) {
                    return Page.GAP;
                }
            }
            var oldest = readers.stream()
                    .filter(reader -> !reader.read.isEmpty())
                    .min(Comparator.comparing(reader -> reader.read.getFirst().id()));
            if (oldest.isEmpty()) {
                return new Page(events, true, true);
            }
            events.add(oldest.get().read.removeFirst());
        }
        return new Page(events, true, false);
    }

    /** Where the hand-over to the live way is. */
    Cursor end() {
        return end;
    }

    private static final class Reader {
        private final Part part;
        private final Cursor end;
        private final boolean gapless;
        private final int size;
        private final Deque<RecordedEvent> read = new ArrayDeque<>();
        private Cursor after;
        private boolean more = true;

        Reader(Part part, Cursor after, Cursor end, boolean gapless, int size) {
            this.part = part;
            this.after = after;
            this.end = end;
            this.gapless = gapless;
            this.size = size;
        }

        /** Sees to it that the next event is there, if there is one; false if it is no longer kept. */
        boolean fill() {
            while (read.isEmpty() && more) {
                var replay = part.after(after, size);
                if (gapless && !replay.gapless()) {
                    return false;
                }
                replay.events().stream()
                        .filter(event -> !event.id().isAfter(end))
                        .forEach(read::add);
                more = replay.more() && replay.last().isAfter(after) && end.isAfter(replay.last());
                after = replay.last();
            }
            return true;
        }
    }
}
