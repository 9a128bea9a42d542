package org.taskprogress.ingest;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a worker says of its task, whatever the design of its payload; what it leaves out stays as it was.
 *
 * @param attempt of which attempt; empty: of the present one
 * @param percent of the whole task, 0–100, a decimal
 * @param stagePercent of the stage, 0–100
 * @param at when, by the worker's clock
 * @param details what only this kind of work shows
 * @param clamped whether a per cent was out of its range
 */
record Report(
        Kind kind,
        OptionalInt attempt,
        OptionalDouble percent,
        Optional<String> stage,
        OptionalDouble stagePercent,
        Optional<String> message,
        Optional<Instant> at,
        Optional<Duration> eta,
        JsonObject details,
        JsonObject result,
        Optional<String> error,
        boolean clamped) {

    enum Kind {
        PROGRESS,
        COMPLETE,
        ERROR,
        CANCELLED
    }

    boolean isEnd() {
        return kind != Kind.PROGRESS;
    }

    /** A payload breaks a rule. */
    static final class BadReportException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Reason reason;
        private final String field;

        /** @param message what is wrong with the field, for people */
        BadReportException(Reason reason, String field, String message) {
            super(message, null, false, false);
            this.reason = reason;
            this.field = field;
        }

        Reason reason() {
            return reason;
        }

        String field() {
            return field;
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }
}
