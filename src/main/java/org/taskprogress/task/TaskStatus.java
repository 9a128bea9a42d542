package org.taskprogress.task;

import java.util.Locale;

/** Where a task stands. The last three are terminal for its attempt; a retry begins a new attempt as {@link #QUEUED}. */
public enum TaskStatus {
    QUEUED,
    RUNNING,
    CANCELLING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    public boolean isTerminal() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }

    /** The name on the wire and in the database, lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a {@link #wireName}.
     *
     * @throws IllegalArgumentException if there is no such status
     */
    public static TaskStatus ofWireName(String name) {
        for (TaskStatus status : values()) {
            if (status.wireName().equals(name)) {
                return status;
            }
        }
        throw new IllegalArgumentException("no such status");
    }
}
