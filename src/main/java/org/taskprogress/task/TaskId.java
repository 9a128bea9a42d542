package org.taskprogress.task;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names one task. Ours are random UUIDs; a registered external task may bring its own.
 *
 * @param value 1–128 characters of {@code A-Za-z0-9._~-}, so that it is safe in a URL, a Redis key and a channel name
 */
public record TaskId(String value) {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._~-]{1,128}");

    /** @throws IllegalArgumentException if the value is not allowed */
    public TaskId {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException("a task id has 1 to 128 characters of A-Z a-z 0-9 . _ ~ -");
        }
    }

    public static TaskId random() {
        return new TaskId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
