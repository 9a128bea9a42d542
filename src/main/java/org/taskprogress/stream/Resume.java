package org.taskprogress.stream;

import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;

/**
 * How a stream takes its client up.
 *
 * @param after the client has everything up to it; none: it gets the snapshot
 * @param resync why the client must be told that the snapshot is no continuation of what it has; none if it has nothing
 * @param gapless whether it must miss nothing after its cursor; else it gets what is kept
 */
record Resume(@Nullable Cursor after, @Nullable ResyncReason resync, boolean gapless) {

    /** A new client: the snapshot. */
    static final Resume FRESH = new Resume(null, null, true);

    /** A new client of a route that tells the whole story. */
    static final Resume FROM_START = new Resume(Cursor.START, null, false);

    static Resume after(Cursor cursor) {
        return new Resume(cursor, null, true);
    }

    static Resume resync(ResyncReason reason) {
        return new Resume(null, reason, true);
    }

    /**
     * What the client said it has seen; whatever is no cursor is not one of this log's.
     *
     * @param fresh for a client that has seen nothing
     */
    static Resume of(@Nullable String lastEventId, Resume fresh) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return fresh;
        }
        return Cursor.parse(lastEventId).map(Resume::after).orElse(resync(ResyncReason.UNKNOWN));
    }
}
