package org.taskprogress.pipeline;

import org.jspecify.annotations.Nullable;

/** A stage can't do its work. The message is for the task's owner, so it names no internals. */
public final class StageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    private StageException(String message, boolean passing, @Nullable Throwable cause) {
        super(message, cause);
        this.passing = passing;
    }

    /** Trying again would end the same way: the task fails. */
    public static StageException lasting(String message, @Nullable Throwable cause) {
        return new StageException(message, false, cause);
    }

    /** It may go well in a minute: the task is tried again by itself, some times. */
    public static StageException passing(String message, @Nullable Throwable cause) {
        return new StageException(message, true, cause);
    }

    public boolean isPassing() {
        return passing;
    }
}
