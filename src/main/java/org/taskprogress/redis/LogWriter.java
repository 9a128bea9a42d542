package org.taskprogress.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.EventJson;
import org.taskprogress.progress.ProgressLog.Appended;
import org.taskprogress.progress.ProgressLog.Entry;
import org.taskprogress.progress.ProgressLog.Outcome;
import org.taskprogress.progress.ProgressLog.Refused;
import org.taskprogress.redis.RedisProgressLog.Bounds;
import org.taskprogress.redis.UnsecuredEvents.Confirmed;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.SafeEncoder;

/**
 * Runs the script, and keeps what Redis may still lose: once another server answers (a restart, a failover), what it lacks of that is
 * recorded again, under its former ids, before anything newer. With replicas, {@code WAIT} says what can't be lost any more: it is
 * asked after an end, and else once a second. Thread-safe.
 */
final class LogWriter {

    private static final System.Logger LOG = System.getLogger(LogWriter.class.getName());
    private static final int BATCH = 256;
    private static final Duration SECURE_INTERVAL = Duration.ofSeconds(1);
    private static final long WAIT_MILLIS = 200;
    private static final int MARK_SECONDS = 60;

    /** Longer than a server alone leaves in the memory only ({@code appendfsync everysec}: 2 s at worst). */
    private static final Duration ON_DISK_AFTER = Duration.ofSeconds(5);

    private final MasterConnections connections;
    private final Bounds bounds;
    private final UnsecuredEvents unsecured = new UnsecuredEvents();
    private final Object repairing = new Object();

    /** The server that has all of {@link #unsecured} that could be had; empty before the first. */
    private volatile String runId = "";

    private volatile long securedAt = System.nanoTime();

    /** As of {@link #securedAt}. */
    private volatile boolean replicated;

    LogWriter(MasterConnections connections, Bounds bounds) {
        this.connections = connections;
        this.bounds = bounds;
    }

    /** Throws Jedis's exceptions if nothing is known of what became of them. */
    List<Outcome> append(List<Entry> entries) {
        try (var connection = connections.getConnection()) {
            repair(connection);
            var outcomes = record(connection, entries);
            boolean ended = entries.stream().anyMatch(entry -> entry.event().isTerminal());
            if (isDue() || (ended && replicated)) {
                secure(connection);
            }
            return outcomes;
        }
    }

    /** As {@link org.taskprogress.progress.ProgressLog#secure}. */
    void secure() {
        if (!unsecured.isEmpty()) {
            try (var connection = connections.getConnection()) {
                repair(connection);
                if (isDue()) {
                    secure(connection);
                }
            }
        }
    }

    private List<Outcome> record(MasterConnection connection, List<Entry> entries) {
        var outcomes = new ArrayList<Outcome>(entries.size());
        for (int from = 0; from < entries.size(); from += BATCH) {
            var batch = entries.subList(from, Math.min(from + BATCH, entries.size()));
            var calls =
                    batch.stream().map(entry -> call(entry, Optional.empty())).toList();
            var replies = EmitScript.run(connection, calls);
            for (int i = 0; i < batch.size(); i++) {
                Outcome outcome = outcome(replies.get(i));
                if (outcome instanceof Appended appended && !appended.repeated()) {
                    unsecured.add(batch.get(i), appended.id());
                }
                outcomes.add(outcome);
            }
        }
        return outcomes;
    }

    private EmitScript.Call call(Entry entry, Optional<Cursor> formerId) {
        var event = entry.event();
        var progress = event.progress();
        var task = progress.task();
        var source = entry.source();
        var keys = new ArrayList<>(List.of(Keys.LOG, Keys.LAST, Keys.events(task), Keys.state(task)));
        source.memory().ifPresent(some -> keys.addAll(List.of(Keys.sources(task), Keys.forgetting(task))));
        return new EmitScript.Call(
                keys,
                List.of(
                        progress.owner().encoded(),
                        task.value(),
                        event.name(),
                        progress.stage(),
                        Integer.toString(progress.attempt()),
                        source.name(),
                        Long.toString(source.number()),
                        EventJson.write(event),
                        Integer.toString(bounds.taskEvents()),
                        Integer.toString(bounds.logEvents()),
                        Long.toString(bounds.afterEnd().toSeconds()),
                        Long.toString(source.memory().map(Duration::toSeconds).orElse(0L)),
                        formerId.map(Cursor::toString).orElse("")));
    }

    private static Outcome outcome(Object reply) {
        if (reply instanceof JedisDataException refusal) {
            String reason = String.valueOf(refusal.getMessage());
            // The second is a key of this task that somebody else put there: all others would wait for it for ever
            if (reason.startsWith("EMIT") || reason.contains("WRONGTYPE")) {
                return new Refused(reason);
            }
            throw refusal;
        }
        var recorded = (List<?>) reply;
        var id = Cursor.parse(SafeEncoder.encode((byte[]) recorded.get(0))).orElseThrow();
        return new Appended(id, (Long) recorded.get(1), (Long) recorded.get(2) == 1);
    }

    private boolean isDue() {
        return System.nanoTime() - securedAt >= SECURE_INTERVAL.toNanos();
    }

    /** What was confirmed before this began is known to be on a replica afterwards, if there is one that keeps up. */
    private void secure(MasterConnection connection) {
        long confirmed = unsecured.count();
        securedAt = System.nanoTime();
        try {
            replicated = connection.replicas() > 0;
            if (!replicated) {
                unsecured.forgetOlderThan(ON_DISK_AFTER);
            } else if (isOnAReplica(connection)) {
                unsecured.secured(confirmed);
            } else {
                replicated = false; // it does not keep up: not asked at each end, but in a second
            }
        } catch (JedisException e) { // the events themselves are recorded, and remain to be secured
            LOG.log(System.Logger.Level.DEBUG, "not secured: {0}", e.getMessage());
        }
    }

    /** WAIT is about the connection's own last write, so there must be one: after those of the other connections. */
    private static boolean isOnAReplica(MasterConnection connection) {
        connection.executeCommand(new CommandArguments(Protocol.Command.SETEX)
                .add(Keys.MARK)
                .add(MARK_SECONDS)
                .add(1));
        return (Long) connection.executeCommand(
                        new CommandArguments(Protocol.Command.WAIT).add(1).add(WAIT_MILLIS))
                > 0;
    }

    private void repair(MasterConnection connection) {
        if (runId.equals(connection.runId())) {
            return;
        }
        synchronized (repairing) {
            if (!runId.equals(connection.runId())) {
                if (!runId.isEmpty()) {
                    recordAgain(connection);
                }
                runId = connection.runId();
            }
        }
    }

    /** Of an emptied log nothing is recorded again: watchers have got the state by the database, and everything counts anew. */
    private void recordAgain(MasterConnection connection) {
        long upTo = unsecured.count();
        Optional<Cursor> born = born(connection);
        var lost = unsecured.inOrder().stream()
                .filter(event -> born.isPresent() && !born.get().isAfter(event.id()))
                .toList();
        int recorded = 0;
        for (int from = 0; from < lost.size(); from += BATCH) {
            recorded += recordBatchAgain(connection, lost.subList(from, Math.min(from + BATCH, lost.size())));
        }
        unsecured.secured(upTo);
        if (recorded > 0) {
            LOG.log(System.Logger.Level.WARNING, "Redis had lost events that were recorded again events={0}", recorded);
        }
    }

    private int recordBatchAgain(MasterConnection connection, List<Confirmed> lost) {
        var calls = lost.stream()
                .map(event -> call(event.entry(), Optional.of(event.id())))
                .toList();
        var replies = EmitScript.run(connection, calls);
        int recorded = 0;
        for (int i = 0; i < lost.size(); i++) {
            if (outcome(replies.get(i)) instanceof Appended appended) {
                unsecured.add(
                        lost.get(i).entry(), appended.repeated() ? lost.get(i).id() : appended.id());
                recorded += appended.repeated() ? 0 : 1;
            }
        }
        return recorded;
    }

    private static Optional<Cursor> born(MasterConnection connection) {
        var born = connection.executeCommand(
                new CommandArguments(Protocol.Command.HGET).add(Keys.LAST).add("born"));
        return born instanceof byte[] id ? Cursor.parse(SafeEncoder.encode(id)) : Optional.empty();
    }
}
