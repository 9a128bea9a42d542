package org.taskprogress.progress;

/**
 * An event with its place in the log.
 *
 * @param id its place among the events of all tasks
 * @param seq counts the events of its task from 1 without a hole, over all attempts
 * @param event what happened
 */
public record RecordedEvent(Cursor id, long seq, ProgressEvent event) {

    public RecordedEvent {
        if (seq < 1) {
            throw new IllegalArgumentException("events count from 1");
        }
    }
}
