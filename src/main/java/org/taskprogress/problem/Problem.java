package org.taskprogress.problem;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A problem detail (RFC 9457).
 *
 * @param type stable; what a program tells problems apart by; it brings the title and the HTTP status
 * @param detail this occurrence, for people; never internals
 * @param errors what is wrong with which input; empty unless the input was bad
 */
public record Problem(Type type, String detail, List<FieldError> errors) {

    /** The media type of every error. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * What is wrong with one part of the input.
     *
     * @param field the parameter, form field or JSON member
     * @param message what is wrong with it
     */
    public record FieldError(String field, String message) {}

    /** The kinds of problems; their names are part of the interface. */
    public enum Type {
        BAD_REQUEST(400, "Bad request"),
        UNAUTHORIZED(401, "Authentication required"),
        FORBIDDEN(403, "Not allowed"),
        NOT_FOUND(404, "Not found"),
        METHOD_NOT_ALLOWED(405, "Method not allowed"),
        NOT_ACCEPTABLE(406, "Not acceptable"),
        CONFLICT(409, "Conflict"),
        LENGTH_REQUIRED(411, "Length required"),
        TOO_LARGE(413, "Too large"),
        UNSUPPORTED_TYPE(415, "Unsupported type"),
        UNREADABLE_FILE(422, "Unreadable file"),
        TOO_MANY_REQUESTS(429, "Too many requests"),
        INTERNAL(500, "Internal error"),
        UNAVAILABLE(503, "Unavailable for now"),
        OUT_OF_SPACE(507, "Out of space");

        private final int status;
        private final String title;

        Type(int status, String title) {
            this.status = status;
            this.title = title;
        }

        /** The type for a status that the runtime answered with; the nearest one if there is none of its own. */
        static Type ofStatus(int status) {
            return Arrays.stream(values())
                    .filter(type -> type.status == status)
                    .findFirst()
                    .orElse(status < 500 ? BAD_REQUEST : INTERNAL);
        }

        public int status() {
            return status;
        }

        public String title() {
            return title;
        }

        /** A URN, since there is no page to point at that outlives a deployment. */
        public URI uri() {
            return URI.create("urn:task-progress:problem:"
                    + name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    public Problem {
        errors = List.copyOf(errors);
    }

    public Problem(Type type, String detail) {
        this(type, detail, List.of());
    }

    /** The problem as JSON; {@code instance} is the path of the request. */
    public JsonObject toJson(String instance) {
        var json = Json.createObjectBuilder()
                .add("type", type.uri().toString())
                .add("title", type.title())
                .add("status", type.status())
                .add("detail", detail)
                .add("instance", instance);
        if (!errors.isEmpty()) {
            var list = Json.createArrayBuilder();
            errors.forEach(error -> list.add(
                    Json.createObjectBuilder().add("field", error.field()).add("message", error.message())));
            json.add("errors", list);
        }
        return json.build();
    }
}
