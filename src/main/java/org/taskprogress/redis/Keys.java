package org.taskprogress.redis;

import java.util.List;
import org.taskprogress.task.TaskId;

/** The names in Redis. All keys carry one hash tag, so that a script may touch them together in a Cluster. */
final class Keys {

    /** The stream of all events. */
    static final String LOG = "tp:{p0}:log";

    /** The hash with the newest and the first id of the log. */
    static final String LAST = "tp:{p0}:last";

    /** Written for the sake of being replicated. */
    static final String MARK = "tp:{p0}:mark";

    /** Every live channel of the family {@code task_progress:<owner>:<task>}. */
    static final String CHANNELS = "task_progress:*";

    /** The channels of the other designs, on which only workers of other languages publish (CONTRACT.md, section 6). */
    static final List<String> FOREIGN_CHANNELS =
            List.of("document:*:progress", "batch:*:progress", "transcription:status:*");

    private Keys() {}

    /** The stream of one task's events. */
    static String events(TaskId task) {
        return "tp:{p0}:t:" + task.value();
    }

    /** The hash with what is known of a task. */
    static String state(TaskId task) {
        return "tp:{p0}:s:" + task.value();
    }

    /** The hash with the sources of a task that are known for some time only. */
    static String sources(TaskId task) {
        return "tp:{p0}:in:" + task.value();
    }

    /** When each of {@link #sources} is forgotten. */
    static String forgetting(TaskId task) {
        return "tp:{p0}:out:" + task.value();
    }
}
