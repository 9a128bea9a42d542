package org.taskprogress.ingest;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.taskprogress.ingest.Report.BadReportException;

/**
 * The members of a payload, read as liberally as the workers of the designs need it: numbers may be text, times may lack their zone
 * (UTC then), null is as good as absent. Not thread-safe.
 */
final class Members {

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
    /** As seconds this were the year 5138, as milliseconds 1973. */
    private static final double SECONDS_BELOW = 1e11;

    private final JsonObject json;
    private boolean clamped;

    Members(JsonObject json) {
        this.json = json;
    }

    /** Whether a per cent was out of its range so far. */
    boolean clamped() {
        return clamped;
    }

    /** The first of these members that is there, as text. */
    Optional<String> text(String... names) {
        return present(names).map(member -> {
            if (member.value() instanceof JsonString string) {
                return string.getString();
            }
            return switch (member.value().getValueType()) {
                case NUMBER, TRUE, FALSE -> member.value().toString();
                default -> throw bad(member.name(), "is a text");
            };
        });
    }

    /** A name: no control characters. */
    Optional<String> name(String... names) {
        Optional<String> text = text(names).filter(name -> !name.isBlank());
        if (text.filter(name -> name.chars().anyMatch(Character::isISOControl)).isPresent()) {
            throw bad(names[0], "has control characters");
        }
        return text;
    }

    /** Any number, infinite if it is too great for a {@code double}. */
    OptionalDouble number(String name) {
        Optional<Member> member = present(name);
        return member.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(number(member.get()));
    }

    private static double number(Member member) {
        if (member.value() instanceof JsonNumber number) {
            return number.doubleValue();
        }
        if (member.value() instanceof JsonString string) {
            try {
                double number = Double.parseDouble(string.getString().strip().replaceFirst("%$", ""));
                if (!Double.isNaN(number)) {
                    return number;
                }
            } catch (NumberFormatException noNumber) {
                // Told below, like a value of another type
            }
        }
        throw bad(member.name(), "is a number");
    }

    /** A number from 0 to 100; what lies outside is taken as the nearer end. */
    OptionalDouble percent(String name) {
        OptionalDouble number = number(name);
        if (number.isEmpty()) {
            return number;
        }
        double within = Math.max(0, Math.min(100, number.getAsDouble()));
        clamped |= within != number.getAsDouble();
        return OptionalDouble.of(within);
    }

    Optional<JsonObject> object(String name) {
        return present(name).map(member -> {
            if (member.value() instanceof JsonObject object) {
                return object;
            }
            throw bad(name, "is an object");
        });
    }

    /** A time, to the millisecond; empty if it can't be read: then it is now. */
    Optional<Instant> time(String... names) {
        Optional<Member> member = present(names);
        if (member.isPresent() && member.get().value() instanceof JsonNumber number) {
            double value = number.doubleValue();
            return value > 0 && value < SECONDS_BELOW * 1_000
                    ? likely(Instant.ofEpochMilli((long) (value < SECONDS_BELOW ? value * 1_000 : value)))
                    : Optional.empty();
        }
        return text(names).flatMap(Members::parse).flatMap(Members::likely);
    }

    private static Optional<Instant> parse(String text) {
        String iso = text.strip().replace(' ', 'T');
        try {
            return Optional.of(OffsetDateTime.parse(iso).toInstant());
        } catch (DateTimeException noZone) {
            try {
                return Optional.of(LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
            } catch (DateTimeException noTime) {
                return Optional.empty();
            }
        }
    }

    private static Optional<Instant> likely(Instant time) {
        return time.isAfter(EARLIEST) && time.isBefore(LATEST)
                ? Optional.of(time.truncatedTo(ChronoUnit.MILLIS))
                : Optional.empty();
    }

    private Optional<Member> present(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.ofNullable(json.get(name)).map(value -> new Member(name, value)))
                .filter(member -> member.value().getValueType() != JsonValue.ValueType.NULL)
                .findFirst();
    }

    static BadReportException bad(String field, String message) {
        return new BadReportException(Reason.BAD_PAYLOAD, field, message);
    }

    private record Member(String name, JsonValue value) {}
}
