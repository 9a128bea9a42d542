package org.taskprogress.access;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;

/**
 * Tickets that open one stream each, for an {@code EventSource} of another origin, which can send neither header nor cookie. They are in
 * the database, so that any instance takes them. A ticket ends up in logs of proxies, so it is good once, for {@value #SECONDS} seconds,
 * and for nothing but a stream. Thread-safe.
 */
@Singleton
public class StreamTickets {

    private static final int SECONDS = 30;
    private static final int BYTES = 32;

    /** More than a page full of streams needs, and few enough that nobody fills the table. */
    private static final int MAX_OF_USER = 100;

    private final Jdbi jdbi;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    @Inject
    StreamTickets(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * A ticket as it is handed out, once.
     *
     * @param text what goes into the URL as it is: 43 characters of {@code A-Za-z0-9_-}
     * @param expiresAt when it is good for nothing any more
     */
    record Ticket(String text, Instant expiresAt) {}

    /**
     * A new ticket for what the caller may do now.
     *
     * @throws ProblemException 429 if the caller has too many that are not used
     */
    Ticket issue(Caller caller) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var ticket = new Ticket(
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                earlier(now.plusSeconds(SECONDS), caller.expiresAt()));
        jdbi.useTransaction(handle -> {
            handle.createUpdate("DELETE FROM stream_ticket WHERE expires_at <= :now")
                    .bind("now", utc(now))
                    .execute();
            if (countOf(caller, handle) >= MAX_OF_USER) {
                throw ProblemException.retryLater(
                        Problem.Type.TOO_MANY_REQUESTS,
                        "You have too many tickets that were not used.",
                        Duration.ofSeconds(SECONDS));
            }
            insert(ticket, caller, handle);
        });
        return ticket;
    }

    /** For whom a ticket is, which is used up by this; empty if there is no such one, or not any more. */
    Optional<Caller> redeem(String text) {
        String hash = hash(text);
        return jdbi.withHandle(handle -> {
            Optional<Caller> caller = handle.createQuery(
                            "SELECT * FROM stream_ticket WHERE hash = :hash AND expires_at > :now")
                    .bind("hash", hash)
                    .bind("now", utc(clock.instant()))
                    .map((row, context) -> caller(row))
                    .findOne();
            // Of two that come with the same ticket at once, whoever deletes the row has it
            int deleted = handle.createUpdate("DELETE FROM stream_ticket WHERE hash = :hash")
                    .bind("hash", hash)
                    .execute();
            return caller.filter(present -> deleted == 1);
        });
    }

    private static int countOf(Caller caller, Handle handle) {
        return handle.createQuery("SELECT COUNT(*) FROM stream_ticket WHERE subject = :subject")
                .bind("subject", caller.subject())
                .mapTo(Integer.class)
                .one();
    }

    private static void insert(Ticket ticket, Caller caller, Handle handle) {
        handle.createUpdate("""
                        INSERT INTO stream_ticket (hash, subject, roles, token_expires_at, expires_at)
                        VALUES (:hash, :subject, :roles, :tokenExpiresAt, :expiresAt)
                        """)
                .bind("hash", hash(ticket.text()))
                .bind("subject", caller.subject())
                .bind("roles", caller.roles().stream().map(Role::groupName).collect(Collectors.joining(",")))
                .bind("tokenExpiresAt", utc(caller.expiresAt()))
                .bind("expiresAt", utc(ticket.expiresAt()))
                .execute();
    }

    private static Caller caller(ResultSet row) throws SQLException {
        return new Caller(
                row.getString("subject"),
                Arrays.stream(row.getString("roles").split(","))
                        .flatMap(group -> Role.ofGroup(group).stream())
                        .collect(Collectors.toUnmodifiableSet()),
                row.getObject("token_expires_at", OffsetDateTime.class).toInstant());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** The form in which both databases take an instant without looking at their own time zone. */
    private static OffsetDateTime utc(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    /** No salt: a ticket is 256 random bits, which nobody guesses. */
    private static String hash(String text) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
