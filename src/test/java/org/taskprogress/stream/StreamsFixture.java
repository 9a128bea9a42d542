package org.taskprogress.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.taskprogress.access.Caller;
import org.taskprogress.access.Role;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;

/** Streams over a log in memory, with a clock and pools that the test moves. */
final class StreamsFixture {

    final MemoryLog log = new MemoryLog();
    final CountsInMemory everywhere = new CountsInMemory();
    final Turns readers = new Turns();
    final Turns writers = new Turns();
    final Counts counts = new Counts();
    final Map<TaskId, Task> rows = new ConcurrentHashMap<>();
    final Streams streams;
    Instant now = Work.NOW;

    StreamsFixture() {
        this(StreamSettings.DEFAULTS);
    }

    StreamsFixture(StreamSettings settings) {
        this.streams = streams(settings, readers, writers);
    }

    /** With pools of the test's own. */
    StreamsFixture(StreamSettings settings, Executor readers, Executor writers) {
        this.streams = streams(settings, readers, writers);
    }

    private Streams streams(StreamSettings settings, Executor readers, Executor writers) {
        var lanes = new WriterLanes(writers, writers);
        return new Streams(log, everywhere, new Rows(), lanes, readers, settings, counts, () -> now, new Random(1));
    }

    /** Settings with small mailboxes and pages. */
    static StreamSettings small(int mailbox, int page) {
        var usual = StreamSettings.DEFAULTS;
        return new StreamSettings(
                usual.maxStreams(),
                3,
                mailbox,
                usual.mailboxBytes(),
                page,
                usual.maxDuration(),
                usual.awaitFor(),
                usual.commentAfter(),
                usual.heartbeatEvery(),
                usual.writeDeadline(),
                usual.drainTime(),
                usual.writerThreads(),
                usual.stuckThreads(),
                usual.readerThreads());
    }

    static Caller caller(String subject) {
        return new Caller(subject, Set.of(Role.USER), Work.NOW.plus(Duration.ofHours(1)));
    }

    static Watch watching(Work... tasks) {
        return new Watch.Tasks(Stream.of(tasks)
                .map(task -> new Watch.Named(task.id(), task.owner(), false))
                .toList());
    }

    static Watch awaiting(Work... tasks) {
        return new Watch.Tasks(Stream.of(tasks)
                .map(task -> new Watch.Named(task.id(), task.owner(), true))
                .toList());
    }

    RecordedEvent record(ProgressEvent event) {
        return log.record(event);
    }

    /** Records an event that everybody hears of at once. */
    RecordedEvent publish(ProgressEvent event) {
        var recorded = log.record(event);
        tell();
        return recorded;
    }

    void tell() {
        log.tell(streams.listener());
    }

    ClientRecorder open(Watch watch, Resume resume) {
        return open(watch, NamedFormat.TASKS, resume);
    }

    ClientRecorder open(Watch watch, PayloadFormat format, Resume resume) {
        var client = new ClientRecorder();
        streams.open(streams.admit(caller("alice"), watch, format, resume).orElseThrow(), client);
        return client;
    }

    /** Lets everybody who has something to do do it. */
    void settle() {
        boolean busy = true;
        while (busy) {
            tell();
            busy = takeTurns();
        }
    }

    /** One turn of each pool; false if nobody has anything to do. */
    boolean takeTurns() {
        boolean read = readers.takeOne();
        boolean written = writers.takeOne();
        return read || written;
    }

    /** Moves the clock on in steps of a second. */
    void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            now = now.plusSeconds(1);
            streams.tick();
            settle();
        }
    }

    private final class Rows implements TaskStates {
        @Override
        public List<Task> find(Collection<TaskId> ids) {
            return ids.stream().map(rows::get).filter(row -> row != null).toList();
        }

        @Override
        public List<Task> newestOf(Owner owner, int limit) {
            return rows.values().stream()
                    .filter(row -> row.owner().equals(owner))
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<Task> newest(int limit) {
            return rows.values().stream().limit(limit).toList();
        }
    }

    static final class Counts implements StreamMeter {
        final Map<CloseReason, Integer> closed = new EnumMap<>(CloseReason.class);
        final Map<String, Integer> open = new LinkedHashMap<>();
        final AtomicLong replayed = new AtomicLong();
        final AtomicLong conflated = new AtomicLong();

        @Override
        public synchronized void opened(String route) {
            open.merge(route, 1, Integer::sum);
        }

        @Override
        public synchronized void closed(String route, CloseReason reason) {
            open.merge(route, -1, Integer::sum);
            closed.merge(reason, 1, Integer::sum);
        }

        @Override
        public void replayed(long events) {
            replayed.addAndGet(events);
        }

        @Override
        public void conflated(long events) {
            conflated.addAndGet(events);
        }

        @Override
        public void delivered(Cursor id, Instant at) {}
    }
}
