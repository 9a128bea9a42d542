package org.taskprogress.stream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.taskprogress.access.Caller;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.progress.StreamCounts;
import org.taskprogress.task.TaskId;

/** All open streams of this instance: admits, opens, ticks and closes them. Thread-safe. */
final class Streams {

    /** How long an admitted request may take until its stream begins, before its place is given to another. */
    private static final Duration BEGINS_WITHIN = Duration.ofSeconds(30);

    /** A connection lasts up to this share longer or shorter, so that those opened together don't come back together. */
    private static final double JITTER = 0.1;

    /** How long a client waits that was refused because of a stop. */
    private static final Duration COME_BACK = Duration.ofSeconds(2);

    /**
     * How many refusals may be put off at once. Each holds one of the server's threads, of which there are few at first, and a write needs
     * one too: with 64 of them nothing was written, nobody was found to be gone, and everybody waited for 8 s.
     */
    private static final int MAX_LOOKING = 2;

    /** The waits after each look for clients that are gone, less than a second together; the first is for those near by. */
    private static final List<Duration> LOOKS =
            Stream.of(50, 100, 250, 500).map(Duration::ofMillis).toList();

    private final ProgressLog log;
    private final TaskStates states;
    private final WriterLanes writers;
    private final Executor readers;
    private final StreamSettings settings;
    private final StreamMeter meter;
    private final InstantSource clock;
    private final RandomGenerator random;

    private final ConcurrentMap<Subscription, Admission> open = new ConcurrentHashMap<>();
    private final Set<Admission> admitted = ConcurrentHashMap.newKeySet();
    private final EventChannels channels = new EventChannels(open.keySet());
    private final StreamLimits limits;
    private final Semaphore lookingForGone = new Semaphore(MAX_LOOKING);
    private final AtomicBoolean probing = new AtomicBoolean();
    private final AtomicBoolean telling = new AtomicBoolean();
    private volatile boolean draining;

    Streams(
            ProgressLog log,
            StreamCounts counts,
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
        this.limits = new StreamLimits(settings.maxStreams(), settings.maxStreamsPerUser(), counts);
    }

    /** Whom the log tells of events. */
    ProgressListener listener() {
        return channels;
    }

    /**
     * Admits a stream, or says that it is at its end already. Blocks on the database and the log.
     *
     * @return empty if the client has been told the end of everything it watches: there is nothing to stream any more
     * @throws ProblemException 429 or 503 if there are too many streams, 503 while this instance is about to stop
     */
    Optional<Admission> admit(Caller caller, Watch watch, PayloadFormat format, Resume resume) {
        if (resume.after() != null
                && watch instanceof Watch.Tasks
                && Standing.readIfPossible(watch, states, log).allEndedBy(resume.after())) {
            return Optional.empty();
        }
        if (draining) {
            throw ProblemException.retryLater(
                    Problem.Type.UNAVAILABLE, "This instance is about to stop; go to another.", COME_BACK);
        }
        var admission = new Admission(caller, watch, format, resume, place(caller.subject()), clock.instant());
        admitted.add(admission);
        return Optional.of(admission);
    }

    /**
     * A place for one more stream of a user. A browser that reloads leaves a stream behind that shows as gone only when something is
     * written to it, and by a closed connection only at the second write. So that nobody is refused for such ones, all streams of a user
     * who has too many are written to first.
     */
    private StreamLimits.Place place(String user) {
        var place = limits.take(user);
        if (place.isEmpty()) {
            probe(user);
            place = lookingForGone.tryAcquire() ? placeOfSomebodyGone(user) : place;
        }
        return place.orElseThrow(limits::tooMany);
    }

    private Optional<StreamLimits.Place> placeOfSomebodyGone(String user) {
        Optional<StreamLimits.Place> place = Optional.empty();
        try {
            for (int look = 0; place.isEmpty() && look < LOOKS.size(); look++) {
                limits.awaitPlace(user, LOOKS.get(look));
                place = limits.take(user);
                probe(user);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            lookingForGone.release();
        }
        return place;
    }

    private void probe(String user) {
        open.forEach((subscription, admission) -> {
            if (admission.caller().subject().equals(user)) {
                subscription.probe();
            }
        });
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
        open.put(subscription, admission);
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
                clock.instant().plus(settings.awaitFor()),
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
        for (Subscription subscription : open.keySet()) {
            subscription.tick(now);
            waiting |= subscription.isWaiting();
        }
        if (waiting) {
            askLog();
        }
        once(telling, limits::tellOthers);
        for (Admission admission : List.copyOf(admitted)) {
            if (admission.at().plus(BEGINS_WITHIN).isBefore(now)) {
                giveUp(admission);
            }
        }
    }

    /** Gives the place of an admitted stream back that has not begun; does nothing to one that has. */
    void giveUp(Admission admission) {
        if (admitted.remove(admission)) {
            admission.place().giveBack();
        }
    }

    /** One question for all that wait, so that a log that comes back is not met by thousands at once while it is still away. */
    private void askLog() {
        once(probing, () -> {
            try {
                log.head();
                open.keySet().forEach(Subscription::logIsBack);
            } catch (LogUnavailableException stillAway) {
                // The next tick asks again
            }
        });
    }

    /** On the readers' pool, unless it is still at it. */
    private void once(AtomicBoolean busy, Runnable work) {
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        try {
            readers.execute(() -> {
                try {
                    work.run();
                } finally {
                    busy.set(false);
                }
            });
        } catch (RejectedExecutionException full) {
            busy.set(false);
        }
    }

    /** A task was deleted here: a stream that waits for it would wait in vain. */
    void deleted(TaskId task) {
        open.forEach((subscription, admission) -> {
            if (admission.watch() instanceof Watch.Tasks named && named.ids().contains(task)) {
                subscription.continuityLost();
            }
        });
    }

    /** From now on nobody is admitted; the open streams are closed by {@link StreamDrain}. */
    void beginDraining() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    /** The open streams, to close them one by one. */
    List<Subscription> openStreams() {
        return List.copyOf(open.keySet());
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
