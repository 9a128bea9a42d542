package org.taskprogress.ingest;

import java.util.Locale;

/** Why a worker's message was dropped, or not taken as it was. Their names label {@code task_progress_rejected_total}. */
enum Reason {
    /** Over 64 KiB. */
    TOO_LARGE,
    /** More on one channel than may be. */
    RATE_LIMITED,
    /** More in all than can be taken in. */
    QUEUE_FULL,
    /** The channel's name is none that a worker may use. */
    BAD_CHANNEL,
    NOT_JSON,
    /** A member is missing, or has a wrong type or value. */
    BAD_PAYLOAD,
    /** The payload names another task than the channel. */
    WRONG_TASK,
    UNKNOWN_TASK,
    /** The task is another owner's than the channel says. */
    OTHER_OWNER,
    /** The task is worked on by a pipeline of ours. */
    NOT_EXTERNAL,
    /** The attempt has its end already. */
    ENDED,
    /** The task is at another attempt. */
    OTHER_ATTEMPT,
    /** More new tasks than may be made at once. */
    TOO_MANY_TASKS,
    /** The log can't record it. */
    REFUSED,
    /** Something went wrong here again and again. */
    FAULT,
    /** A per cent was out of its range; the message was taken with the nearer end. */
    CLAMPED;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
