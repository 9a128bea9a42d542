package org.taskprogress.ingest;

import java.util.Optional;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;

/**
 * A message that is understood.
 *
 * @param owner whose the task is, by the channel; only then may it make the task known
 * @param source by which a repeat of the same message is told
 * @param key the Idempotency-Key of one that was posted
 * @param nanos when it came
 */
record Said(
        TaskId task,
        Optional<Owner> owner,
        Report report,
        Source source,
        Optional<String> key,
        long nanos,
        Answer answer) {

    /** Who is told what became of it. */
    interface Answer {

        /**
         * It is in the log.
         *
         * @param repeated whether it had been before, by another instance for instance
         */
        void recorded(Cursor id, boolean repeated);

        void refused(Reason reason);

        /** It can't be recorded now. Whether that settles it; else it is tried again. */
        boolean away();

        /** Whether somebody waits for the answer. */
        boolean isAwaited();
    }
}
