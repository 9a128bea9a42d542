package org.taskprogress.task;

/** What the routes of tasks do to them, for tests of other packages. */
public final class Tasks {

    private Tasks() {}

    public static boolean cancel(TaskRepository tasks, TaskId id) {
        return tasks.cancel(id);
    }

    public static boolean retry(TaskRepository tasks, TaskId id) {
        return tasks.retry(id);
    }
}
