package org.taskprogress.redis;

import org.taskprogress.task.TaskId;

/** The names in Redis. All keys carry one hash tag, so that a script may touch them together in a Cluster. */
final class Keys {

    /** The stream of all events. */
    static final String LOG = "tp:{p0}:log";

    /** The hash with the newest and the first id of the log. */
    static final String LAST = "tp:{p0}:last";

    /** Every live channel of the family {@code task_progress:<owner>:<task>}. */
    static final String CHANNELS = "task_progress:*";

    private Keys() {}

    /** The stream of one task's events. */
    static String events(TaskId task) {
        return "tp:{p0}:t:" + task.value();
    }

    /** The hash with what is known of a task. */
    static String state(TaskId task) {
        return "tp:{p0}:s:" + task.value();
    }
}
