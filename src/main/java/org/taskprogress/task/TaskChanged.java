package org.taskprogress.task;

/**
 * A CDI event: somebody other than a worker changed where a task stands, and the change is committed. Whoever does work reacts, so
 * that this package need not know them.
 *
 * @param id the task
 * @param to what it became
 */
public record TaskChanged(TaskId id, Change to) {

    /** What a task became. */
    public enum Change {
        /** Waits for a worker. */
        QUEUED,
        /** Is to be cancelled by its worker. */
        CANCELLING,
        /** Ended without a worker; the end is to be published. */
        ENDED
    }
}
