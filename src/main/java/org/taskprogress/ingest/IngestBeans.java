package org.taskprogress.ingest;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Backoff;
import org.taskprogress.progress.EndPublisher;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.task.ExternalWork;
import org.taskprogress.task.TaskChanged;
import org.taskprogress.task.TaskDeletion;
import org.taskprogress.task.TaskRegistry;
import org.taskprogress.task.TaskRepository;

/** Begins and ends the taking in of workers' messages with the application. The parts are put together here and know nothing of CDI. */
@ApplicationScoped
class IngestBeans {

    private static final System.Logger LOG = System.getLogger(IngestBeans.class.getName());
    private static final Duration FIRST_WAIT = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final double NEW_TASKS_PER_SECOND = 200;
    private static final double NEW_TASKS_BURST = 5_000;

    @Inject
    private TaskRepository tasks;

    @Inject
    private TaskRegistry registry;

    @Inject
    private ExternalWork work;

    @Inject
    private ProgressLog log;

    @Inject
    private ProgressPublisher publisher;

    @Inject
    private Intake intake;

    @Inject
    private Rejections rejections;

    @Inject
    private IngestMetrics metrics;

    @Inject
    private LogFollower follower;

    @Inject
    private Clock clock;

    @Resource
    private ManagedThreadFactory threads;

    @Resource
    private ManagedScheduledExecutorService timer;

    private final List<Future<?>> repeated = new ArrayList<>();
    private volatile @Nullable Parts parts;

    private record Parts(KnownTasks known, ExternalRows rows, Ingest ingest) {}

    void start(@Observes @Priority(40) Startup startup) {
        var rows = new ExternalRows(work);
        var ends = new ExternalEnds(tasks, work, log, new EndPublisher(tasks, log, publisher), clock);
        var newTasks = new TokenBucket(NEW_TASKS_PER_SECOND, NEW_TASKS_BURST, System.nanoTime());
        var known = new KnownTasks(tasks, registry, log, newTasks);
        var desk = new Desk(known, log, rows, ends, rejections, metrics::recorded, clock);
        var backoff = new Backoff(
                FIRST_WAIT, LONGEST_WAIT, () -> ThreadLocalRandom.current().nextDouble());
        var ingest = new Ingest(intake, desk, rejections, backoff, threads);
        parts = new Parts(known, rows, ingest);
        ingest.start();
        repeat(rows::flush, Duration.ofMillis(500));
        repeat(ends::endTheSilent, Duration.ofSeconds(1));
        repeat(follower::flush, Duration.ofSeconds(1));
    }

    /** Before the log is closed. */
    void stop(@Observes @Priority(20) Shutdown shutdown) {
        repeated.forEach(each -> each.cancel(false));
        Parts present = parts;
        if (present != null) {
            present.ingest().close();
            present.rows().flush();
        }
    }

    void changed(@Observes TaskChanged change) {
        Parts present = parts;
        if (present != null) {
            present.known().forget(change.id());
        }
    }

    void deleting(@Observes TaskDeletion deletion) {
        Parts present = parts;
        if (present != null) {
            deletion.afterwards(() -> present.known().forget(deletion.task().id()));
        }
    }

    /** Static, like the next one, since this class has what they make. */
    @Produces
    @Singleton
    static Rejections rejections(IngestMetrics counters, Clock time) {
        return new Rejections(counters::rejected, time);
    }

    /** One of the listeners of recorded events. */
    @Produces
    @Singleton
    static LogFollower follower(
            TaskRepository rows, TaskRegistry names, ExternalWork writer, ProgressLog events, ProgressPublisher ends) {
        return new LogFollower(rows, names, writer, events, new EndPublisher(rows, events, ends));
    }

    @Produces
    @Singleton
    static Intake intake(Config config, Rejections drops, MetricRegistry registry) {
        var limits = new Intake.Limits(
                config.getOptionalValue("ingest.channel.rate", Double.class).orElse(Intake.Limits.DEFAULTS.perSecond()),
                config.getOptionalValue("ingest.channel.burst", Double.class).orElse(Intake.Limits.DEFAULTS.burst()),
                config.getOptionalValue("ingest.queue.messages", Integer.class)
                        .orElse(Intake.Limits.DEFAULTS.messages()),
                config.getOptionalValue("ingest.queue.bytes", Long.class).orElse(Intake.Limits.DEFAULTS.bytes()));
        var made = new Intake(limits, drops);
        registry.gauge("task_progress_ingest_waiting", made, Intake::size);
        return made;
    }

    /** Whatever fails now (the database is away) is tried again next time; an exception would end the repetition. */
    private void repeat(Runnable action, Duration pause) {
        repeated.add(timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        action.run();
                    } catch (RuntimeException away) {
                        LOG.log(System.Logger.Level.WARNING, "not done now, will be: " + away);
                    }
                },
                pause.toMillis(),
                pause.toMillis(),
                TimeUnit.MILLISECONDS));
    }
}
