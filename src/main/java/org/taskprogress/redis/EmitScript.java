package org.taskprogress.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * The script that records and publishes an event in one step; what it does is said at its head. Run by its hash, so that
 * instances of two releases can run two versions side by side. Thread-safe.
 */
final class EmitScript {

    private static final String TEXT = load();
    private static final String HASH = hash(TEXT);

    private EmitScript() {}

    /** The script itself, for workers that run it on their own. */
    static String text() {
        return TEXT;
    }

    /** The reply of the script: id, seq, repeated. */
    static List<?> run(UnifiedJedis redis, List<String> keys, List<String> arguments) {
        try {
            return (List<?>) redis.evalsha(HASH, keys, arguments);
        } catch (JedisNoScriptException e) { // a restarted, flushed or promoted server; EVAL loads it
            return (List<?>) redis.eval(TEXT, keys, arguments);
        }
    }

    private static String load() {
        try (InputStream script = Objects.requireNonNull(EmitScript.class.getResourceAsStream("emit.lua"))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            var sha1 = MessageDigest.getInstance("SHA-1"); // Redis's name for a script, no matter of security
            return HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
