package org.taskprogress.pipeline;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.progress.EndPublisher;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.ProgressEvent.Progressed;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.progress.TaskStateWriter;
import org.taskprogress.store.DataDirectory;
import org.taskprogress.task.EndRequired;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskChanged;
import org.taskprogress.task.TaskDeletion;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskType;
import org.taskprogress.task.TaskWork;

/**
 * Begins and ends this instance's part of the work with the application, and reacts to what people do to tasks. The parts are put
 * together here and know nothing of CDI.
 */
@ApplicationScoped
public class Work {

    private static final System.Logger LOG = System.getLogger(Work.class.getName());

    @Inject
    private DataSource database;

    @Inject
    private TaskRepository tasks;

    @Inject
    private TaskWork work;

    @Inject
    private ProgressLog log;

    @Inject
    private ProgressPublisher publisher;

    @Inject
    private Jobs jobs;

    @Inject
    private Runs runs;

    @Inject
    private DataDirectory data;

    @Inject
    private Clock clock;

    @Inject
    @Any
    private Instance<Pipeline> pipelines;

    @Inject
    @ConfigProperty(name = "pipeline.workers")
    private int workers;

    @Resource
    private ManagedThreadFactory threads;

    @Resource
    private ManagedScheduledExecutorService timer;

    private final List<Future<?>> repeated = new ArrayList<>();
    private volatile @Nullable Parts parts;

    void start(@Observes @Priority(50) Startup startup) {
        var states = new TaskStateWriter(work, tasks);
        var ends = new EndPublisher(tasks, log, publisher);
        Map<TaskType, Pipeline> byType =
                pipelines.stream().collect(Collectors.toMap(Pipeline::type, Function.identity()));
        var runner = new TaskRunner(byType, tasks, work, jobs, runs, publisher, states, ends, clock);
        var dispatcher =
                new Dispatcher(database, tasks, runner, data.id(), workers, threads, Dispatcher.Timing.DEFAULT, clock);
        parts = new Parts(states, ends, dispatcher);
        dispatcher.start();
        repeat(states::flush, Duration.ofMillis(500));
        repeat(ends::repair, Duration.ofSeconds(5));
        repeat(dispatcher::repair, Duration.ofSeconds(5));
    }

    void stop(@Observes @Priority(10) Shutdown shutdown) {
        repeated.forEach(each -> each.cancel(false));
        if (parts != null) {
            parts.dispatcher().close();
        }
    }

    /** Has a task that was just added worked on, at once if a worker is free. */
    public void submit(TaskId id) {
        // First, so that a watcher of all tasks hears of it before its worker does.
        tasks.find(id).ifPresent(this::publishQueued);
        parts().dispatcher().submit(id);
    }

    private void publishQueued(Task task) {
        var progress = Progress.of(task, task.updatedAt());
        publisher.publish(new Progressed(progress, Optional.empty()), new Source("queued/" + task.attempt(), 1));
    }

    void recorded(@Observes RecordedEvent event) {
        if (parts != null) {
            parts.states().recorded(event);
        }
    }

    void changed(@Observes TaskChanged change) {
        switch (change.to()) {
            case QUEUED -> queued(change.id());
            case ENDED -> tasks.find(change.id()).ifPresent(parts().ends()::publish);
            // Whoever works on it sees it in the row within a second, whichever instance that is.
            case CANCELLING -> parts().dispatcher().hurry(change.id());
        }
    }

    /** The work of an external task is its own worker's; those who watch hear that it is waited for. */
    private void queued(TaskId id) {
        Optional<Task> external = tasks.find(id).filter(task -> task.type().equals(TaskType.EXTERNAL));
        external.ifPresentOrElse(this::publishQueued, () -> submit(id));
    }

    void endRequired(@Observes EndRequired required) {
        if (required.task().status().isTerminal()) {
            parts().ends().settle(required.task());
        }
    }

    void deleting(@Observes TaskDeletion deletion) {
        deletion.afterwards(() -> forget(deletion.task().id()));
    }

    /** The task is gone by now; what the log keeps of it while it is away goes by itself in the end. */
    private void forget(TaskId id) {
        try {
            log.forget(id);
        } catch (LogUnavailableException away) {
            LOG.log(System.Logger.Level.WARNING, "task=" + id + " events not deleted: " + away.getMessage());
        }
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

    private Parts parts() {
        if (parts == null) {
            throw ProblemException.retryLater(
                    Problem.Type.UNAVAILABLE, "The server is starting.", Duration.ofSeconds(5));
        }
        return parts;
    }

    private record Parts(TaskStateWriter states, EndPublisher ends, Dispatcher dispatcher) {}
}
