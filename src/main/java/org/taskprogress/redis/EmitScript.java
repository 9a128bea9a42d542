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
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
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

    /** The keys and arguments of one call. */
    record Call(List<String> keys, List<String> arguments) {}

    /**
     * Runs the calls in one round trip and one transaction: without it, a script that came back in their midst would record a later
     * event of a task before an earlier one.
     *
     * @return of each call {id, seq, repeated}, or the exception that its reply was
     * @throws redis.clients.jedis.exceptions.JedisException if nothing is known of any
     */
    static List<?> run(Connection redis, List<Call> calls) {
        List<?> replies = send(redis, calls);
        if (replies.stream().anyMatch(JedisNoScriptException.class::isInstance)) {
            // A restarted, flushed or promoted server. None was run, since nobody's loading comes between
            redis.executeCommand(
                    new CommandArguments(Protocol.Command.SCRIPT).add("LOAD").add(TEXT));
            return send(redis, calls);
        }
        return replies;
    }

    private static List<?> send(Connection redis, List<Call> calls) {
        if (calls.size() == 1) {
            queue(redis, calls.get(0));
            return redis.getMany(1);
        }
        redis.sendCommand(Protocol.Command.MULTI);
        calls.forEach(call -> queue(redis, call));
        redis.sendCommand(Protocol.Command.EXEC);
        var answers = redis.getMany(calls.size() + 2);
        for (Object answer : answers) {
            if (answer instanceof JedisDataException refusal) {
                throw refusal;
            }
        }
        return (List<?>) answers.get(answers.size() - 1);
    }

    private static void queue(Connection redis, Call call) {
        redis.sendCommand(new CommandArguments(Protocol.Command.EVALSHA)
                .add(HASH)
                .add(call.keys().size())
                .addObjects(call.keys())
                .addObjects(call.arguments()));
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
