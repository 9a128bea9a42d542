package org.taskprogress.progress;

import jakarta.json.JsonValue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.taskprogress.progress.ProgressEvent.Progressed;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.task.Lease;
import org.taskprogress.task.Task;

/**
 * What the stages of one run talk to: it turns what they say into events. Thread-safe, never blocks, never throws on account of the
 * log. At most ten events a second leave, the first and last word of a stage always do, and a stage that says nothing for 5 s has its
 * last word said again, so that a watcher sees that it lives.
 */
public final class ProgressReporter {

    private static final Duration LEAST_INTERVAL = Duration.ofMillis(100);
    private static final Duration MOST_INTERVAL = Duration.ofSeconds(5);

    private final Task task;
    private final Lease lease;
    private final StagePlan plan;
    private final ProgressPublisher publisher;
    private final TaskStateWriter states;
    private final Clock clock;
    private final TimeLeft timeLeft;

    private long number;
    private int percent;
    private String stage;
    private double stagePercent;
    private String message;
    private Instant lastSent = Instant.EPOCH;
    private boolean unsent;

    /**
     * Begins the reports of a run.
     *
     * @param task as it was when the run began; the per cent never fall below its own
     * @param lease the run's; it names the source of the events
     */
    public ProgressReporter(
            Task task, Lease lease, StagePlan plan, ProgressPublisher publisher, TaskStateWriter states, Clock clock) {
        this.task = task;
        this.lease = lease;
        this.plan = plan;
        this.publisher = publisher;
        this.states = states;
        this.clock = clock;
        this.timeLeft = new TimeLeft(clock.instant(), task.percent());
        this.percent = task.percent();
        this.stage = task.stage();
        this.stagePercent = task.stagePercent();
        this.message = task.message();
    }

    /** An earlier run of this attempt has told this, and may have come farther than the row: neither per cent falls below it. */
    public synchronized void goOnFrom(Progress told) {
        percent = Math.max(percent, told.percent());
        stagePercent = told.stage().equals(stage) ? Math.max(stagePercent, told.stagePercent()) : told.stagePercent();
        stage = told.stage();
        message = told.message();
    }

    /** A stage begins, or goes on after an interruption. */
    public synchronized void stageBegan(String name, String text) {
        set(name, name.equals(stage) ? stagePercent : 0, text);
        send();
    }

    /**
     * The present stage has come so far.
     *
     * @param percentOfStage 0–100; what lies outside is taken as the nearer end
     * @param text for people
     */
    public synchronized void report(double percentOfStage, String text) {
        set(stage, percentOfStage, text);
        if (sinceLastSent().compareTo(LEAST_INTERVAL) >= 0) {
            send();
        } else {
            unsent = true;
        }
    }

    /** The present stage is done. */
    public synchronized void stageEnded(String text) {
        set(stage, 100, text);
        send();
    }

    /** Something happened that is no progress, such as a wait before another try: said at once, the per cent stay. */
    public synchronized void say(String text) {
        message = text;
        send();
    }

    /** To be called about once a second: sends what was held back, and repeats the last word of a stage that is silent. */
    public synchronized void tick() {
        if (unsent || sinceLastSent().compareTo(MOST_INTERVAL) >= 0) {
            send();
        }
    }

    /** How far the task is now: what its end is told with. */
    public synchronized Progress present() {
        return new Progress(
                task.id(),
                task.owner(),
                task.type(),
                lease.attempt(),
                percent,
                stage,
                stagePercent,
                message,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                JsonValue.EMPTY_JSON_OBJECT);
    }

    private void set(String name, double percentOfStage, String text) {
        // Work that a crash undid is done again, but a bar does not go back for it.
        double before = name.equals(stage) ? stagePercent : 0;
        stage = name;
        stagePercent = Math.max(before, Math.round(Math.max(0, Math.min(100, percentOfStage)) * 10) / 10.0);
        percent = Math.max(percent, plan.percent(name, stagePercent));
        message = text;
    }

    private void send() {
        Progress progress = present();
        Optional<Duration> eta = timeLeft.at(progress.at(), percent);
        var event = new Progressed(progress, eta);
        states.changed(lease, event);
        publisher.publish(event, new Source("run/" + lease.token(), ++number));
        lastSent = progress.at();
        unsent = false;
    }

    private Duration sinceLastSent() {
        return Duration.between(lastSent, clock.instant());
    }
}
