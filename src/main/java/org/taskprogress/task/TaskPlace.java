package org.taskprogress.task;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Optional;

/** A place in the list of tasks, newest first: where the next page begins. Opaque to clients. */
record TaskPlace(Instant createdAt, TaskId id) {

    /** Years of more than four digits are no time of a task, and more than a database takes. */
    private static final int LONGEST_TIME = "2026-11-22T09:40:03.611525123Z".length();

    static TaskPlace of(Task task) {
        return new TaskPlace(task.createdAt(), task.id());
    }

    /** Reads what {@link #toString} wrote; empty if the text is anything else. */
    static Optional<TaskPlace> parse(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
            return parts.length == 2 && parts[0].length() <= LONGEST_TIME
                    ? Optional.of(new TaskPlace(Instant.parse(parts[0]), new TaskId(parts[1])))
                    : Optional.empty();
        } catch (IllegalArgumentException | DateTimeParseException other) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((createdAt + " " + id).getBytes(StandardCharsets.UTF_8));
    }
}
