package org.taskprogress.pipeline;

import static org.taskprogress.progress.StagePlan.stage;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import org.taskprogress.progress.Backoff;
import org.taskprogress.progress.EndPublisher;
import org.taskprogress.progress.FailingLog;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.progress.StagePlan;
import org.taskprogress.progress.TaskStateWriter;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskType;
import org.taskprogress.task.TaskWork;
import org.taskprogress.testing.TestDatabase;

/** One instance's part of the work, put together as the application does it, with times that a test can wait for. */
final class Instance implements AutoCloseable {

    static final TaskType TYPE = new TaskType("document");
    static final String STORE = "3b241101-e2bb-4255-8caf-4136c566a962";

    final ScriptedJobs jobs;
    final SwitchedDatabase queue;
    final Dispatcher dispatcher;
    final EndPublisher ends;
    private final ProgressPublisher publisher;

    Instance(TestDatabase database, FailingLog log, Dispatcher.Timing timing, Pipeline pipeline) {
        Clock clock = Clock.systemUTC();
        var runs = new Runs();
        jobs = new ScriptedJobs(runs);
        queue = new SwitchedDatabase(database.dataSource());
        var tasks = new TaskRepository(database.jdbi(), clock);
        var work = new TaskWork(database.jdbi(), clock);
        var states = new TaskStateWriter(work, tasks);
        publisher = new ProgressPublisher(
                log,
                1_000,
                new Backoff(Duration.ofMillis(10), Duration.ofMillis(10), () -> 0),
                (event, appended) -> states.recorded(new RecordedEvent(appended.id(), appended.seq(), event)),
                Thread::new);
        ends = new EndPublisher(tasks, log, publisher);
        var runner = new TaskRunner(
                Map.of(pipeline.type(), pipeline), tasks, work, jobs, runs, publisher, states, ends, clock);
        dispatcher = new Dispatcher(queue, tasks, runner, STORE, 2, Executors.defaultThreadFactory(), timing, clock);
        publisher.start();
        dispatcher.start();
    }

    static Instance of(TestDatabase database, FailingLog log) {
        return new Instance(database, log, timing(Duration.ofMillis(200), Duration.ofSeconds(10)), new TwoStages());
    }

    static Dispatcher.Timing timing(Duration retryPause, Duration shutdownWait) {
        return new Dispatcher.Timing(Duration.ofMillis(100), Duration.ofMillis(300), retryPause, shutdownWait);
    }

    @Override
    public void close() {
        dispatcher.close();
        publisher.close(Duration.ofSeconds(1));
    }

    /** A pipeline of two stages. */
    static class TwoStages implements Pipeline {
        @Override
        public TaskType type() {
            return TYPE;
        }

        @Override
        public StagePlan stages() {
            return StagePlan.of(stage("queued", 0), stage("extraction", 40), stage("chunking", 60));
        }

        @Override
        public JsonObject result(TaskId task) {
            return Json.createObjectBuilder().add("chunk_count", 3).build();
        }
    }
}
