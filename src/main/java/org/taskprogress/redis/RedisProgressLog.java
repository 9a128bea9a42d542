package org.taskprogress.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The log in Redis: one stream of all events, one a task under the same ids, and a hash a task with its newest event. Each entry
 * names the id before it, so that a reader can tell a continuation from a gap whatever was trimmed. Thread-safe.
 */
public final class RedisProgressLog implements ProgressLog {

    /** A page big enough that an owner's few events among many others' need few round trips. */
    private static final int SCAN_PAGE = 1_000;

    /** Longer than a publisher that works holds an event back. */
    private static final int FORGOTTEN_SECONDS = 60;

    private final UnifiedJedis redis;
    private final LogWriter writer;

    /**
     * What is kept.
     *
     * @param taskEvents of one task; stage changes and ends outlive other events
     * @param logEvents of all tasks together, about: the peak rate times the time that a subscriber may be cut off
     * @param afterEnd how long a task's events are kept once an attempt has ended; its newest event 30 times as long
     */
    public record Bounds(int taskEvents, int logEvents, Duration afterEnd) {

        /** For some 150 events a second over 10 minutes, in about 60 MB. */
        public static final Bounds DEFAULT = new Bounds(1_000, 100_000, Duration.ofDays(1));
    }

    /** @param connections stay the caller's to close */
    public RedisProgressLog(MasterConnections connections, Bounds bounds) {
        this.redis = connections.client();
        this.writer = new LogWriter(connections, bounds);
    }

    @Override
    public List<Outcome> append(List<Entry> entries) {
        return ask(() -> writer.append(entries));
    }

    @Override
    public void secure() {
        ask(() -> {
            writer.secure();
            return true;
        });
    }

    @Override
    public List<RecordedEvent> newest(Collection<TaskId> tasks) {
        return ask(() -> {
            try (var pipeline = redis.pipelined()) {
                var states = tasks.stream()
                        .map(task -> pipeline.hmget(Keys.state(task), "i", "n", "e"))
                        .toList();
                pipeline.sync();
                return states.stream()
                        .map(Response::get)
                        .filter(state -> state.get(0) != null)
                        .map(state -> LogEntry.of(state.get(0), state.get(1), state.get(2)))
                        .flatMap(entry -> entry.event().stream())
                        .sorted(Comparator.comparing(RecordedEvent::id))
                        .toList();
            }
        });
    }

    @Override
    public Replay after(TaskId task, Cursor after, int limit) {
        return ask(() -> {
            try (var pipeline = redis.pipelined()) {
                var newest = pipeline.hget(Keys.state(task), "i");
                var page = read(pipeline, Keys.events(task), after, limit);
                pipeline.sync();
                return ofTask(page.get(), cursor(newest.get()), after, limit);
            }
        });
    }

    private static Replay ofTask(Page page, Cursor newest, Cursor after, int limit) {
        // The cursor may be another task's event, so the first one need only have nothing of this task between
        boolean gapless = page.knows(after) && !(page.entries().isEmpty() && newest.isAfter(after));
        Cursor reached = after;
        for (LogEntry entry : page.entries()) {
            gapless &= !entry.previous().isAfter(reached);
            reached = entry.id();
        }
        return new Replay(
                LogEntry.events(page.entries()),
                gapless,
                reached,
                page.entries().size() == limit);
    }

    @Override
    public Replay after(Owner owner, Cursor after, int limit) {
        var encoded = owner.encoded();
        var events = new ArrayList<RecordedEvent>();
        boolean gapless = true;
        Cursor reached = after;
        while (true) {
            var page = readLog(reached, SCAN_PAGE);
            gapless &= page.continues(reached);
            for (LogEntry entry : page.entries()) {
                if (events.size() == limit) {
                    return new Replay(events, gapless, reached, true);
                }
                if (entry.owner().equals(encoded)) {
                    entry.event().ifPresent(events::add);
                }
                reached = entry.id();
            }
            if (page.entries().size() < SCAN_PAGE) {
                return new Replay(events, gapless, reached, false);
            }
        }
    }

    @Override
    public Replay after(Cursor after, int limit) {
        var page = readLog(after, limit);
        return new Replay(
                LogEntry.events(page.entries()),
                page.continues(after),
                page.last(after),
                page.entries().size() == limit);
    }

    @Override
    public Cursor head() {
        return ask(() -> cursor(redis.hget(Keys.LAST, "id")));
    }

    @Override
    public void forget(TaskId task) {
        ask(() -> {
            try (var pipeline = redis.pipelined()) {
                pipeline.unlink(Keys.events(task), Keys.state(task), Keys.sources(task), Keys.forgetting(task));
                // What is still on its way of the task comes after this end, and is not recorded as the beginning of a
                // new one.
                pipeline.hset(Keys.state(task), Map.of("z", Integer.toString(Integer.MAX_VALUE), "n", "1"));
                pipeline.expire(Keys.state(task), FORGOTTEN_SECONDS);
                pipeline.sync();
                return task;
            }
        });
    }

    private Page readLog(Cursor after, int limit) {
        return ask(() -> {
            try (var pipeline = redis.pipelined()) {
                var page = read(pipeline, Keys.LOG, after, limit);
                pipeline.sync();
                return page.get();
            }
        });
    }

    /** The head is read first: what is appended between the two reads then never makes a good cursor look like one of the future. */
    private static Supplier<Page> read(AbstractPipeline pipeline, String stream, Cursor after, int limit) {
        var ends = pipeline.hmget(Keys.LAST, "born", "id");
        var entries = pipeline.xrange(stream, "(" + after, "+", limit);
        return () -> new Page(
                cursor(ends.get().get(0)),
                cursor(ends.get().get(1)),
                entries.get().stream().map(LogEntry::of).toList());
    }

    /** Part of a stream, and where the log of all events begins and ends. */
    private record Page(Cursor born, Cursor head, List<LogEntry> entries) {

        /** Whether the cursor can be of this log at all; one of a log that was lost since is not. */
        boolean knows(Cursor cursor) {
            return cursor.equals(Cursor.START) || !(born.isAfter(cursor) || cursor.isAfter(head));
        }

        /** Whether this part of the log of all events follows the cursor with nothing between. */
        boolean continues(Cursor cursor) {
            return entries.isEmpty()
                    ? head.equals(cursor)
                    : entries.get(0).previous().equals(cursor);
        }

        Cursor last(Cursor otherwise) {
            return entries.isEmpty()
                    ? otherwise
                    : entries.get(entries.size() - 1).id();
        }
    }

    private static Cursor cursor(@Nullable String text) {
        return text == null
                ? Cursor.START
                : Cursor.parse(text)
                        .orElseThrow(() -> new IllegalStateException("Redis holds no cursor where one belongs"));
    }

    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (JedisDataException e) {
            throw new LogUnavailableException("Redis refuses: " + e.getMessage(), e);
        } catch (JedisException e) {
            throw new LogUnavailableException("Redis can't be reached: " + e.getMessage(), e);
        }
    }
}
