package org.taskprogress.stream;

import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;

/**
 * How a stream takes its client up.
 *
 * @param after the client has everything up to it; none: it gets the snapshot
 * @param resync why the client must be told that the snapshot is no continuation of what it has; none if it has nothing
 */
record Resume(@Nullable Cursor after, @Nullable ResyncReason resync) {

    static final Resume FRESH = new Resume(null, null);

    static Resume after(Cursor cursor) {
        return new Resume(cursor, null);
    }

    static Resume resync(ResyncReason reason) {
        return new Resume(null, reason);
    }

    /** What the client said it has seen; whatever is no cursor is not one of this log's. */
    static Resume of(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return FRESH;
        }
        return Cursor.parse(lastEventId).map(Resume::after).orElse(resync(ResyncReason.UNKNOWN));
    }
}
