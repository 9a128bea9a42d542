package org.taskprogress.stream;

import java.util.Locale;

/** Why a stream ended; a label of {@code task_progress_stream_closed_total}. */
enum CloseReason {
    /** All its tasks are at their end. */
    COMPLETED,
    /** None of the tasks that it awaited began in time. */
    UNBEGUN,
    /** The token ran out. */
    EXPIRED,
    /** It was open for the longest time; the client comes back. */
    ROTATED,
    /** This instance stops. */
    SHUTDOWN,
    /** The client was not there any more when something was written to it. */
    GONE,
    /** One write took too long: the client does not read. */
    STALLED,
    /** The client reads too slowly: what must not be dropped overflowed its mailbox. */
    OVERFLOW,
    /** A fault of ours. */
    FAULT;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
