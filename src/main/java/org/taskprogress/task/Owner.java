package org.taskprogress.task;

import java.nio.charset.StandardCharsets;

/**
 * To whom a task belongs: the {@code sub} claim of the caller's token.
 *
 * @param subject 1–255 characters, any but control characters
 */
public record Owner(String subject) {

    private static final int MAX_LENGTH = 255;
    private static final String UNRESERVED = "-._~";

    /** @throws IllegalArgumentException if the subject is empty, too long or has control characters */
    public Owner {
        if (subject.isBlank() || subject.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("an owner has 1 to " + MAX_LENGTH + " characters");
        }
        if (subject.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("an owner has no control characters");
        }
    }

    /**
     * The owner as part of a Redis channel: every character outside RFC 3986's unreserved ones percent-encoded (UTF-8,
     * capitals), so that no owner can reach another's channel or match as a pattern.
     */
    public String encoded() {
        var encoded = new StringBuilder(subject.length());
        for (byte octet : subject.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(octet)) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(String.format("%02X", octet));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(byte octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || UNRESERVED.indexOf(octet) >= 0;
    }

    @Override
    public String toString() {
        return subject;
    }
}
