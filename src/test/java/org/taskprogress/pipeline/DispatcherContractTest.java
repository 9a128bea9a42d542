package org.taskprogress.pipeline;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.taskprogress.progress.FailingLog;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskWork;
import org.taskprogress.task.Tasks;
import org.taskprogress.testing.TestDatabase;

/** The queue and a run's whole life, with the real scheduler on a real database; only the batch container is played. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DispatcherContractTest {

    @SuppressWarnings("NullAway.Init")
    private TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private TaskRepository tasks;

    @SuppressWarnings("NullAway.Init")
    private TaskWork work;

    @SuppressWarnings("NullAway.Init")
    private FailingLog log;

    private final List<Instance> instances = new ArrayList<>();

    abstract TestDatabase open();

    @BeforeAll
    void openDatabase() {
        database = open();
        tasks = new TaskRepository(database.jdbi(), Clock.systemUTC());
        work = new TaskWork(database.jdbi(), Clock.systemUTC());
    }

    @AfterAll
    void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.execute("DELETE FROM scheduled_tasks");
        database.execute("DELETE FROM task");
        log = new FailingLog();
    }

    @AfterEach
    void closeInstances() {
        instances.forEach(Instance::close);
        instances.clear();
    }

    private Instance start() {
        return started(Instance.of(database, log));
    }

    private Instance start(Dispatcher.Timing timing) {
        return started(new Instance(database, log, timing, new Instance.TwoStages()));
    }

    private Instance started(Instance instance) {
        instances.add(instance);
        return instance;
    }

    private TaskId add() {
        TaskId id = TaskId.random();
        tasks.add(id, Instance.TYPE, new Owner("alice"), "report.pdf", Instance.STORE, handle -> {});
        return id;
    }

    private Task found(TaskId id) {
        return tasks.find(id).orElseThrow();
    }

    private Task awaitStatus(TaskId id, TaskStatus status) {
        return await().atMost(20, SECONDS).until(() -> found(id), task -> task.status() == status);
    }

    private List<ProgressEvent> awaitEnds(TaskId id, int count) {
        return await().atMost(20, SECONDS)
                .until(
                        () -> log.recorded().stream()
                                .filter(event -> event.progress().task().equals(id))
                                .filter(ProgressEvent::isTerminal)
                                .toList(),
                        ends -> ends.size() >= count);
    }

    private void awaitEmptyQueue() {
        await().atMost(20, SECONDS).until(() -> queued() == 0);
    }

    private int queued() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM scheduled_tasks")
                        .mapTo(Integer.class)
                        .one());
    }

    private static void untilStopped(Run run, BooleanSupplier stopAsked) {
        await().forever().pollInterval(Duration.ofMillis(10)).until(stopAsked::getAsBoolean);
    }

    @Test
    void aRunThatGoesWellEndsInOneCompleteEvent() {
        Instance instance = start();
        instance.jobs.does((run, stopAsked) -> {
            run.reporter().stageBegan("extraction", "Reading");
            run.reporter().stageEnded("Read");
        });
        TaskId id = add();

        instance.dispatcher.submit(id);

        Task task = awaitStatus(id, TaskStatus.SUCCEEDED);
        assertThat(task.result())
                .hasValueSatisfying(
                        result -> assertThat(result.getInt("chunk_count")).isEqualTo(3));
        assertThat(awaitEnds(id, 1)).singleElement().isInstanceOf(ProgressEvent.Completed.class);
        assertThat(log.recorded())
                .extracting(event -> event.progress().percent())
                .isSorted();
        await().until(() -> tasks.unpublishedEnds(10).isEmpty());
        awaitEmptyQueue();
    }

    @Test
    void aJobWhoseListenerSaysNothingIsKnownByItsStatus() {
        Instance instance = start();
        instance.jobs.silent();
        TaskId id = add();

        instance.dispatcher.submit(id);

        awaitStatus(id, TaskStatus.SUCCEEDED);
    }

    @Test
    void workGoesOnWhileTheContainerCannotSayWhereItStands() {
        Instance instance = start();
        var go = new CountDownLatch(1);
        instance.jobs.statusAway(true);
        instance.jobs.does((run, stopAsked) -> go.await());
        TaskId id = add();
        instance.dispatcher.submit(id);
        awaitStatus(id, TaskStatus.RUNNING);

        await().during(1_500, MILLISECONDS)
                .atMost(10, SECONDS)
                .until(() -> found(id).status() == TaskStatus.RUNNING);
        go.countDown();

        awaitStatus(id, TaskStatus.SUCCEEDED);
        assertThat(instance.jobs.started()).isEqualTo(1);
    }

    @Test
    void aLastingFailureEndsAtOnceAndSaysWhy() {
        Instance instance = start();
        instance.jobs.does((run, stopAsked) -> {
            throw StageException.lasting("The file is encrypted.", null);
        });
        TaskId id = add();

        instance.dispatcher.submit(id);

        assertThat(awaitStatus(id, TaskStatus.FAILED).error()).contains("The file is encrypted.");
        assertThat(awaitEnds(id, 1)).singleElement().isInstanceOf(ProgressEvent.Failed.class);
        awaitEmptyQueue();
        assertThat(instance.jobs.started()).isEqualTo(1);
    }

    @Test
    void aFailureOfOursTellsNothingOfWhatItWas() {
        Instance instance = start();
        instance.jobs.does((run, stopAsked) -> {
            throw new IllegalStateException("password=hunter2");
        });
        TaskId id = add();

        instance.dispatcher.submit(id);

        assertThat(awaitStatus(id, TaskStatus.FAILED).error())
                .hasValueSatisfying(text -> assertThat(text).startsWith("Something went wrong on our side."));
    }

    @Test
    void aPassingFailureIsTriedAgainThreeTimesAndThenFails() {
        Instance instance = start();
        instance.jobs.does((run, stopAsked) -> {
            throw StageException.passing("The disk is full.", null);
        });
        TaskId id = add();

        instance.dispatcher.submit(id);

        assertThat(awaitStatus(id, TaskStatus.FAILED).error()).contains("The disk is full.");
        assertThat(instance.jobs.started()).isEqualTo(1 + TaskRunner.MAX_RETRIES);
        assertThat(awaitEnds(id, 1)).hasSize(1);
        assertThat(log.recorded())
                .extracting(event -> event.progress().message())
                .contains("The disk is full. Trying again in a minute (3 of 3).");
        awaitEmptyQueue();
    }

    @Test
    void aPassingFailureThatPassesIsForgotten() {
        Instance instance = start();
        var runs = new AtomicInteger();
        instance.jobs.does((run, stopAsked) -> {
            if (runs.incrementAndGet() == 1) {
                throw StageException.passing("The disk is full.", null);
            }
        });
        TaskId id = add();

        instance.dispatcher.submit(id);

        awaitStatus(id, TaskStatus.SUCCEEDED);
        assertThat(instance.jobs.earlier()).containsExactly(OptionalLong.empty(), OptionalLong.of(1));
    }

    @Test
    void aFaultOutsideOfTheJobIsTriedAgainThreeTimesAndThenFails() {
        var asked = new AtomicInteger();
        Instance instance = started(new Instance(
                database,
                log,
                Instance.timing(Duration.ofMillis(50), Duration.ofSeconds(10)),
                new Instance.TwoStages() {
                    @Override
                    public JsonObject result(TaskId task) {
                        asked.incrementAndGet();
                        return Json.createObjectBuilder()
                                .add("x", "y".repeat(20_000))
                                .build();
                    }
                }));
        TaskId id = add();

        instance.dispatcher.submit(id);

        assertThat(awaitStatus(id, TaskStatus.FAILED).error())
                .hasValueSatisfying(text -> assertThat(text).startsWith("Something went wrong on our side."));
        assertThat(asked).hasValue(1 + TaskRunner.MAX_RETRIES);
        awaitEmptyQueue();
    }

    @Test
    void aTypeThatNobodyHereKnowsFails() {
        Instance instance = start();
        TaskId id = TaskId.random();
        tasks.add(id, new org.taskprogress.task.TaskType("sheets"), new Owner("a"), "x", Instance.STORE, handle -> {});

        instance.dispatcher.submit(id);

        awaitStatus(id, TaskStatus.FAILED);
    }

    @Test
    void aRunThatIsCancelledStopsAndEndsInOneErrorEvent() {
        Instance instance = start();
        instance.jobs.does(DispatcherContractTest::untilStopped);
        TaskId id = add();
        instance.dispatcher.submit(id);
        awaitStatus(id, TaskStatus.RUNNING);

        Tasks.cancel(tasks, id);

        awaitStatus(id, TaskStatus.CANCELLED);
        assertThat(awaitEnds(id, 1))
                .singleElement()
                .satisfies(end -> assertThat(end.progress().stage()).isEqualTo("cancelled"));
        awaitEmptyQueue();
    }

    @Test
    void aTaskThatWaitsForAnotherTryIsCancelledAtOnce() {
        Instance patient = start(Instance.timing(Duration.ofHours(1), Duration.ofSeconds(1)));
        patient.jobs.does((run, stopAsked) -> {
            throw StageException.passing("The disk is full.", null);
        });
        TaskId id = add();
        patient.dispatcher.submit(id);
        await().until(() -> found(id).message().contains("Trying again"));

        Tasks.cancel(tasks, id);
        await().atMost(10, SECONDS).pollInterval(Duration.ofMillis(200)).until(() -> {
            patient.dispatcher.hurry(id);
            return found(id).status() == TaskStatus.CANCELLED;
        });
    }

    @Test
    void aJobThatTheContainerStopsIsNoSuccess() {
        Instance instance = start();
        var runs = new AtomicInteger();
        instance.jobs.does((run, stopAsked) -> {
            if (runs.incrementAndGet() == 1) {
                instance.jobs.stop(1);
            }
        });
        TaskId id = add();

        instance.dispatcher.submit(id);

        awaitStatus(id, TaskStatus.SUCCEEDED);
        assertThat(runs).hasValue(2);
    }

    @Test
    void aWorkerThatLostItsLeaseStopsAndSaysNothing() {
        Instance instance = start();
        var stopped = new CountDownLatch(1);
        instance.jobs.does((run, stopAsked) -> {
            untilStopped(run, stopAsked);
            stopped.countDown();
        });
        TaskId id = add();
        instance.dispatcher.submit(id);
        await().until(() -> instance.jobs.started() == 1);

        work.begin(id);

        await().until(() -> stopped.getCount() == 0);
        awaitEmptyQueue();
        assertThat(found(id).status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(log.recorded()).noneMatch(ProgressEvent::isTerminal);
    }

    @Test
    void whatAShutdownStopsGoesOnAtOnceElsewhere() {
        Instance first = start();
        first.jobs.does(DispatcherContractTest::untilStopped);
        TaskId id = add();
        first.dispatcher.submit(id);
        await().until(() -> first.jobs.started() == 1);

        first.close();

        assertThat(found(id).status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(log.recorded()).noneMatch(ProgressEvent::isTerminal);
        Instance second = start();
        awaitStatus(id, TaskStatus.SUCCEEDED);
        assertThat(second.jobs.earlier()).containsExactly(OptionalLong.of(1));
    }

    @Test
    void aRunThatDoesNotStopInTimeIsGoneOnWithElsewhere() throws Exception {
        Instance first = start(Instance.timing(Duration.ofMillis(200), Duration.ofMillis(200)));
        var never = new CountDownLatch(1);
        first.jobs.does((run, stopAsked) -> never.await());
        TaskId id = add();
        first.dispatcher.submit(id);
        await().until(() -> first.jobs.started() == 1);

        first.close();

        start();
        awaitStatus(id, TaskStatus.SUCCEEDED);
        never.countDown();
        assertThat(awaitEnds(id, 1)).hasSize(1);
    }

    @Test
    void theTaskOfAWorkerThatIsCutOffIsTakenOverAndTheOldOneChangesNothing() {
        Instance first = start();
        var stopped = new CountDownLatch(1);
        first.jobs.does((run, stopAsked) -> {
            untilStopped(run, stopAsked);
            stopped.countDown();
        });
        TaskId id = add();
        first.dispatcher.submit(id);
        await().until(() -> first.jobs.started() == 1);

        first.queue.cutOff();
        start();

        awaitStatus(id, TaskStatus.SUCCEEDED);
        await().until(() -> stopped.getCount() == 0);
        assertThat(awaitEnds(id, 1)).singleElement().isInstanceOf(ProgressEvent.Completed.class);
    }

    @Test
    void whatACrashLeftUnscheduledIsFound() {
        Instance instance = start();
        TaskId id = add();

        instance.dispatcher.repair();

        awaitStatus(id, TaskStatus.SUCCEEDED);
    }

    @Test
    void aRetryIsANewAttemptWithAnEndOfItsOwn() {
        Instance instance = start();
        var runs = new AtomicInteger();
        instance.jobs.does((run, stopAsked) -> {
            if (runs.incrementAndGet() == 1) {
                throw StageException.lasting("The file is encrypted.", null);
            }
        });
        TaskId id = add();
        instance.dispatcher.submit(id);
        awaitEnds(id, 1);
        await().until(() -> Tasks.retry(tasks, id));
        awaitEmptyQueue();

        instance.dispatcher.submit(id);

        awaitStatus(id, TaskStatus.SUCCEEDED);
        assertThat(awaitEnds(id, 2)).extracting(end -> end.progress().attempt()).containsExactly(1, 2);
    }
}
