package org.taskprogress.stream;

import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.progress.RecordedEvent;

/**
 * What a client is told of a task: a recorded event, or the task's state from the database in the form of an event.
 *
 * @param id its place in the log; none if the log never had it
 * @param seq its number among its task's events; 0 if it is not known
 * @param event what is told
 */
record StreamEvent(@Nullable Cursor id, long seq, ProgressEvent event) {

    static StreamEvent of(RecordedEvent recorded) {
        return new StreamEvent(recorded.id(), recorded.seq(), recorded.event());
    }
}
