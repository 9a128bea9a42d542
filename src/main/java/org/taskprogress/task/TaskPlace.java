package org.taskprogress.task;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Optional;

/** A place in the list of tasks, newest first: where the next page begins. Opaque to clients. */
record TaskPlace(Instant createdAt, TaskId id) {

    static TaskPlace of(Task task) {
        return new TaskPlace(task.createdAt(), task.id());
    }

    /** Reads what {@link #toString} wrote; empty if the text is anything else. */
    static Optional<TaskPlace> parse(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
            return parts.length == 2
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
