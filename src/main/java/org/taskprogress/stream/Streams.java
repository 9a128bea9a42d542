package org.taskprogress.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.taskprogress.access.Caller;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;

/** All open streams of this instance: admits, opens, ticks and closes them. Thread-safe. */
final class Streams {

    /** How long an admitted request may take until its stream begins, before its place is given to another. */
    private static final Duration BEGINS_WITHIN = Duration.ofSeconds(30);

    /** A connection lasts up to this share longer or shorter, so that those opened together don't come back together. */
    private static final double JITTER = 0.1;

    private final ProgressLog log;
    private final TaskStates states;
    private final WriterLanes writers;
    private final Executor readers;
    private final StreamSettings settings;
    private final StreamMeter meter;
    private final InstantSource clock;
    private final RandomGenerator random;

    private final Set<Subscription> open = ConcurrentHashMap.newKeySet();
    private final Set<Admission> admitted = ConcurrentHashMap.newKeySet();
    private final EventChannels channels = new EventChannels(open);
    private final StreamLimits limits;
    private final AtomicBoolean probing = new AtomicBoolean();

    Streams(
            ProgressLog log,
            TaskStates states,
            WriterLanes writers,
            Executor readers,
            StreamSettings settings,
            StreamMeter meter,
            InstantSource clock,
            RandomGenerator random) {
        this.log = log;
        this.states = states;
        this.writers = writers;
        this.readers = readers;
        this.settings = settings;
        this.meter = meter;
        this.clock = clock;
        this.random = random;
        this.limits = new StreamLimits(settings.maxStreams(), settings.maxStreamsPerUser());
    }

    /** Whom the log tells of events. */
    ProgressListener listener() {
        return channels;
    }

    /**
     * Admits a stream, or says that it is at its end already. Blocks on the database and the log.
     *
     * @return empty if the client has been told the end of everything it watches: there is nothing to stream any more
     * @throws org.taskprogress.problem.ProblemException 429 or 503 if there are too many streams
     */
    Optional<Admission> admit(Caller caller, Watch watch, PayloadFormat format, Resume resume) {
        if (resume.after() != null
                && watch instanceof Watch.Tasks
                && standing(watch).allEndedBy(resume.after())) {
            return Optional.empty();
        }
        var admission = new Admission(caller, watch, format, resume, limits.take(caller.subject()), clock.instant());
        admitted.add(admission);
        return Optional.of(admission);
    }

    private Standing standing(Watch watch) {
        var tasks = watch.tasks(states);
        try {
            return Standing.read(tasks, log);
        } catch (LogUnavailableException away) {
            return Standing.ofDatabase(tasks);
        }
    }

    /** Begins a stream. Returns at once; everything is written by the pool. */
    void open(Admission admission, EventWriter writer) {
        if (!admitted.remove(admission)) {
            // It took so long that its place was given away
            writer.close();
            return;
        }
        var format = admission.format();
        var watch = admission.watch();
        var subscription = new Subscription(
                watch,
                format,
                from -> new HandOver(watch, from, format, log, states, settings.replayPage(), meter),
                readers,
                onClosed -> new ClientSink(writer, writers, settings, clock, meter, onClosed),
                (closed, reason) -> forget(closed, admission, reason),
                lifetime(admission.caller()),
                admission.resume(),
                clock.instant());
        meter.opened(format.route());
        open.add(subscription);
        channels.join(watch, subscription);
        subscription.open();
        if (subscription.isClosed()) {
            // It may have been closed while it joined, and then left before it had joined every channel
            forget(subscription, admission);
        }
    }

    private Subscription.Lifetime lifetime(Caller caller) {
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        var longest = Duration.ofMillis((long) (settings.maxDuration().toMillis() * factor));
        return new Subscription.Lifetime(
                caller.expiresAt(),
                clock.instant().plus(longest),
                settings.commentAfter(),
                settings.heartbeatEvery(),
                settings.writeDeadline());
    }

    private void forget(Subscription subscription, Admission admission, CloseReason reason) {
        forget(subscription, admission);
        meter.closed(admission.format().route(), reason);
    }

    private void forget(Subscription subscription, Admission admission) {
        open.remove(subscription);
        channels.leave(admission.watch(), subscription);
        admission.place().giveBack();
    }

    /** Call once a second: ends, heartbeats, and the return of the log. Does not block. */
    void tick() {
        Instant now = clock.instant();
        boolean waiting = false;
        for (Subscription subscription : open) {
            subscription.tick(now);
            waiting |= subscription.isWaiting();
        }
        if (waiting) {
            probe();
        }
        for (Admission admission : List.copyOf(admitted)) {
            boolean overdue = admission.at().plus(BEGINS_WITHIN).isBefore(now);
            if (overdue && admitted.remove(admission)) {
                admission.place().giveBack();
            }
        }
    }

    /** One question for all that wait, so that a log that comes back is not met by thousands at once while it is still away. */
    private void probe() {
        if (!probing.compareAndSet(false, true)) {
            return;
        }
        try {
            readers.execute(() -> {
                try {
                    log.head();
                    open.forEach(Subscription::logIsBack);
                } catch (LogUnavailableException stillAway) {
                    // The next tick asks again
                } finally {
                    probing.set(false);
                }
            });
        } catch (RejectedExecutionException busy) {
            probing.set(false);
        }
    }

    /** The open streams, to close them one by one. */
    List<Subscription> openStreams() {
        return List.copyOf(open);
    }

    /** How many channels somebody is in. */
    int channels() {
        return channels.size();
    }

    /** How many places are taken. */
    int places() {
        return limits.open();
    }
}
