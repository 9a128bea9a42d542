package org.taskprogress.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.taskprogress.progress.ProgressLog.Source;

/**
 * Names the messages that we hear so that all instances give the same message the same name, though it carries none: by what it says,
 * and by how often just that was heard lately. Used by one thread.
 *
 * <p>An instance that missed one of two identical messages counts less than the others, and so at worst names the second one as the
 * first: that is a repeat, and changes nothing. We remember a little longer than the log does: when a count begins anew here, the log
 * has forgotten the old numbers.
 */
final class Occurrences {

    /** For how long the log knows a repeat: longer than two instances are apart in taking in the same message. */
    static final Duration MEMORY = Duration.ofSeconds(60);

    private static final long KEPT_NANOS = MEMORY.plusSeconds(5).toNanos();
    private static final int MAX_KEPT = 200_000;
    private static final Base64.Encoder NAMES = Base64.getUrlEncoder().withoutPadding();

    private final MessageDigest sha1 = sha1();

    /** The one that was heard least lately first. */
    private final Map<String, Count> counts = new LinkedHashMap<>(1_024, 0.75f, true);

    private static final class Count {
        private long number;
        private long nanos;
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1"); // to tell messages apart, no matter of security
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /** The name of a message, heard now. Each call counts. */
    Source next(Heard heard) {
        sha1.update(heard.channel().getBytes(UTF_8));
        sha1.update((byte) '\n');
        String name = "heard/" + NAMES.encodeToString(sha1.digest(heard.payload()));
        forgetUntil(heard.nanos() - KEPT_NANOS);
        Count count = counts.computeIfAbsent(name, unknown -> new Count());
        count.number++;
        count.nanos = heard.nanos();
        return new Source(name, count.number, Optional.of(MEMORY));
    }

    /** A short name for a text of any length. */
    static String digest(String text) {
        return NAMES.encodeToString(sha1().digest(text.getBytes(UTF_8)));
    }

    /** How many different messages are remembered. */
    int size() {
        return counts.size();
    }

    private void forgetUntil(long nanos) {
        var oldest = counts.values().iterator();
        while (oldest.hasNext()) {
            if (counts.size() <= MAX_KEPT && oldest.next().nanos - nanos > 0) {
                return;
            }
            if (counts.size() > MAX_KEPT) {
                oldest.next();
            }
            oldest.remove();
        }
    }
}
