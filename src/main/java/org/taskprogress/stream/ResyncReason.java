package org.taskprogress.stream;

import java.util.Locale;

/** Why a stream can't go on where its client was. */
enum ResyncReason {
    /** Events after the cursor are no longer kept. */
    TRIMMED,
    /** The cursor is malformed, or none of this log's. */
    UNKNOWN;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
