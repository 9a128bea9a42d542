package org.taskprogress.stream;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.StreamCounts;
import org.taskprogress.task.TaskDeletion;
import org.taskprogress.task.TaskRepository;

/** Wires the streams into the application, with their threads, and ends both with it. */
@Singleton
class StreamBeans {

    private static final long IDLE_SECONDS = 60;

    private final Config config;
    private final ProgressLog log;
    private final StreamCounts counts;
    private final TaskRepository tasks;
    private final MetricRegistry metrics;
    private final Clock clock;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private @Nullable ManagedThreadFactory threads;

    private final Termination termination = new Termination();
    private @Nullable Running running;

    private record Running(
            Streams streams,
            WriterPool writers,
            ThreadPoolExecutor slowWriters,
            ThreadPoolExecutor readers,
            ScheduledThreadPoolExecutor scheduler,
            ScheduledFuture<?> ticking,
            StreamDrain drain) {}

    @Inject
    StreamBeans(
            Config config,
            ProgressLog log,
            StreamCounts counts,
            TaskRepository tasks,
            MetricRegistry metrics,
            Clock clock) {
        this.config = config;
        this.log = log;
        this.counts = counts;
        this.tasks = tasks;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Begins with the application, so that the first client finds everything running. */
    void start(@Observes Startup started) {
        termination.precede(running().drain());
    }

    @Produces
    @Singleton
    Streams streams() {
        return running().streams();
    }

    @Produces
    @Singleton
    ProgressListener listener() {
        return running().streams().listener();
    }

    private synchronized Running running() {
        if (running == null) {
            running = start(threads == null ? Thread::new : threads);
        }
        return running;
    }

    private Running start(ThreadFactory factory) {
        var settings = StreamSettings.of(config);
        // A client waits at most once in each queue
        var writers = new WriterPool(
                settings.writerThreads(),
                settings.writerThreads() + settings.stuckThreads(),
                settings.maxStreams() + 1,
                factory);
        var slowWriters = pool(settings.stuckThreads(), settings.maxStreams() + 1, factory);
        var readers = pool(settings.readerThreads(), 2 * settings.maxStreams() + 1, factory);
        var streams = new Streams(
                log,
                counts,
                new DatabaseTaskStates(tasks),
                new WriterLanes(writers, slowWriters),
                readers,
                settings,
                new MetricsMeter(metrics),
                clock,
                RandomGenerator.getDefault());
        var scheduler = new ScheduledThreadPoolExecutor(1, factory);
        ScheduledFuture<?> ticking = scheduler.scheduleAtFixedRate(streams::tick, 1, 1, TimeUnit.SECONDS);
        var unused = scheduler.scheduleWithFixedDelay(
                writers::replaceStuck, WriterPool.CHECK_MILLIS, WriterPool.CHECK_MILLIS, TimeUnit.MILLISECONDS);
        writers.start();
        return new Running(
                streams,
                writers,
                slowWriters,
                readers,
                scheduler,
                ticking,
                new StreamDrain(streams, settings.drainTime(), scheduler));
    }

    private static ThreadPoolExecutor pool(int threads, int queue, ThreadFactory factory) {
        var pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queue), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** A stream that watches it may have missed its end. */
    void deleted(@Observes TaskDeletion deletion) {
        deletion.afterwards(() -> running().streams().deleted(deletion.task().id()));
    }

    /**
     * Before the log is closed. Where the process was asked to end by SIGTERM the streams are closed already; else the server has closed its
     * port by now, and cut off whoever stayed for its half a minute of patience.
     */
    void drain(@Observes @Priority(10) Shutdown stopping) {
        Running present = running;
        if (present != null) {
            present.drain().run();
        }
    }

    @PreDestroy
    void stop() {
        Running present = running;
        if (present != null) {
            termination.close();
            present.ticking().cancel(false);
            present.scheduler().shutdownNow();
            present.readers().shutdownNow();
            present.writers().stop();
            present.slowWriters().shutdown();
        }
    }
}
