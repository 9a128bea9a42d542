package org.taskprogress.task;

import java.util.regex.Pattern;

/**
 * The kind of work: the name of a pipeline ({@code document}, …), or {@code external} for somebody else's worker. It labels metrics,
 * so it comes from a pipeline's code, never from a caller.
 *
 * @param name 1–32 lower-case letters
 */
public record TaskType(String name) {

    private static final Pattern ALLOWED = Pattern.compile("[a-z]{1,32}");

    /** Somebody else's worker. Made after the pattern that it is checked by. */
    public static final TaskType EXTERNAL = new TaskType("external");

    /** @throws IllegalArgumentException if the name is not allowed */
    public TaskType {
        if (!ALLOWED.matcher(name).matches()) {
            throw new IllegalArgumentException("a task type has 1 to 32 lower-case letters");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
