package org.taskprogress.task;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.taskprogress.task.ExternalWork.Begun;
import org.taskprogress.task.ExternalWork.End;
import org.taskprogress.task.ExternalWork.Standing;
import org.taskprogress.task.ExternalWork.State;
import org.taskprogress.task.TaskRegistry.Registration;
import org.taskprogress.testing.TestClock;
import org.taskprogress.testing.TestDatabase;

/** What every database must do for {@link ExternalWork} and {@link TaskRegistry}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ExternalWorkContractTest {

    private static final Owner ALICE = new Owner("alice");
    private static final JsonObject DETAILS =
            Json.createObjectBuilder().add("sheets_total", 11_404).build();

    private final TaskId id = TaskId.random();

    @SuppressWarnings("NullAway.Init")
    private TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private TestClock clock;

    @SuppressWarnings("NullAway.Init")
    private TaskRepository tasks;

    @SuppressWarnings("NullAway.Init")
    private TaskRegistry registry;

    @SuppressWarnings("NullAway.Init")
    private ExternalWork work;

    abstract TestDatabase open();

    @BeforeAll
    void openDatabase() {
        database = open();
    }

    @AfterAll
    void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.execute("DELETE FROM task");
        database.execute("DELETE FROM deleted_task");
        clock = new TestClock();
        tasks = new TaskRepository(database.jdbi(), clock);
        registry = new TaskRegistry(database.jdbi(), clock);
        work = new ExternalWork(database.jdbi(), clock);
    }

    private int register(String... stages) {
        return registry.register(List.of(new Registration(id, ALICE, "job", List.of(stages))));
    }

    private Task found() {
        return tasks.find(id).orElseThrow();
    }

    private State state(int percent, String... stages) {
        List<Begun> begun = IntStream.range(0, stages.length)
                .mapToObj(i -> new Begun(stages[i], clock.instant().plusSeconds(i)))
                .toList();
        return new State(
                id,
                1,
                percent,
                stages.length == 0 ? "s" : stages[stages.length - 1],
                12.5,
                "m",
                Optional.empty(),
                DETAILS,
                begun);
    }

    private End end(State last, TaskStatus outcome) {
        return new End(last, outcome, Optional.of("no"), JsonValue.EMPTY_JSON_OBJECT, Optional.of("key"));
    }

    private void publishEnd() {
        tasks.endPublished(id, found().attempt(), "5-0");
    }

    @Test
    void registersOnceWithTheStagesThatAreAnnounced() {
        assertThat(register("reading", "writing")).isEqualTo(1);
        assertThat(register()).isZero();

        Task task = found();
        assertThat(task.type()).isEqualTo(TaskType.EXTERNAL);
        assertThat(task.status()).isEqualTo(TaskStatus.QUEUED);
        assertThat(task.stalled()).isFalse();
        assertThat(task.details()).isEmpty();
        assertThat(task.stages())
                .containsExactly(
                        new Task.StageRun("reading", TaskStatus.QUEUED, Optional.empty(), Optional.empty()),
                        new Task.StageRun("writing", TaskStatus.QUEUED, Optional.empty(), Optional.empty()));
    }

    @Test
    void manyMayRegisterTheSameTasksAtOnce() throws Exception {
        var threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                List<Registration> wanted = IntStream.range(0, 20)
                        .mapToObj(n -> new Registration(TaskId.random(), ALICE, "job", List.of("a")))
                        .toList();
                var barrier = new CyclicBarrier(4);
                Callable<Integer> registering = () -> {
                    barrier.await();
                    return registry.register(wanted);
                };
                int added = 0;
                for (Future<Integer> each :
                        threads.invokeAll(List.of(registering, registering, registering, registering))) {
                    added += each.get();
                }
                assertThat(added).isEqualTo(20);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anOlderStateNeverOverwritesANewerOne() {
        register();
        work.progressed(state(40, "a", "b"), "9-0", 9);
        work.progressed(state(30, "a"), "8-0", 8);
        work.progressed(state(35).with(List.of()), "10-0", 10);

        Task task = found();
        assertThat(task.percent()).isEqualTo(40);
        assertThat(task.status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(task.lastEventId()).contains("10-0");
        assertThat(task.details()).isEqualTo(DETAILS);
        assertThat(task.stages())
                .extracting(Task.StageRun::name, Task.StageRun::status)
                .containsExactly(Tuple.tuple("a", TaskStatus.SUCCEEDED), Tuple.tuple("b", TaskStatus.RUNNING));
    }

    @Test
    void anAttemptEndsOnceAndNothingIsWrittenAfterwards() {
        register("a", "later");
        work.progressed(state(40, "a"), "9-0", 9);

        assertThat(work.ended(end(state(45, "a"), TaskStatus.FAILED))).isTrue();
        assertThat(work.ended(end(state(45, "a"), TaskStatus.SUCCEEDED))).isFalse();
        work.progressed(state(60, "a"), "10-0", 10);

        Task task = found();
        assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(task.percent()).isEqualTo(45);
        assertThat(task.stage()).isEqualTo("failed");
        assertThat(task.error()).contains("no");
        assertThat(tasks.isEndUnpublished(id)).isTrue();
        assertThat(task.stages())
                .extracting(Task.StageRun::status)
                .containsExactly(TaskStatus.FAILED, TaskStatus.QUEUED);
        assertThat(work.attemptEndedBy(id, "key")).hasValue(1);
        assertThat(work.attemptEndedBy(id, "other")).isEmpty();
    }

    @Test
    void aSuccessIsWholeAndKeepsItsResultUnlessItIsTooLarge() {
        register();
        JsonObject result =
                Json.createObjectBuilder().add("text", "x".repeat(30_000)).build();
        work.ended(new End(state(5), TaskStatus.SUCCEEDED, Optional.empty(), result, Optional.empty()));
        assertThat(found().percent()).isEqualTo(100);
        assertThat(found().stage()).isEqualTo("completed");
        assertThat(found().result()).contains(result);
        assertThat(found().error()).isEmpty();

        database.execute("DELETE FROM task");
        register();
        JsonObject large =
                Json.createObjectBuilder().add("text", "ä".repeat(30_000)).build();
        assertThat(work.ended(new End(state(5), TaskStatus.SUCCEEDED, Optional.empty(), large, Optional.empty())))
                .isTrue();
        assertThat(found().result()).isEmpty();
    }

    @Test
    void anExternalTaskIsCancelledAtOnceAndBeginsAnewWithARetry() {
        register("a", "b");
        work.progressed(state(40, "a"), "9-0", 9);

        assertThat(tasks.cancel(id)).isTrue();
        assertThat(found().status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(found().stages().get(0).status()).isEqualTo(TaskStatus.CANCELLED);
        publishEnd();
        assertThat(tasks.retry(id)).isTrue();

        Task again = found();
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.details()).isEmpty();
        assertThat(again.stages())
                .extracting(Task.StageRun::name, Task.StageRun::status, Task.StageRun::startedAt)
                .containsExactly(
                        Tuple.tuple("a", TaskStatus.QUEUED, Optional.empty()),
                        Tuple.tuple("b", TaskStatus.QUEUED, Optional.empty()));
        work.progressed(state(90, "a"), "11-0", 11);
        assertThat(found().percent()).isZero();
    }

    @Test
    void aDeletedTaskStaysAwayForAMinute() {
        register();
        work.ended(end(state(5), TaskStatus.FAILED));
        assertThat(tasks.delete(id)).isFalse();
        assertThat(work.standings(List.of(id))).hasSize(1);
        publishEnd();
        assertThat(tasks.delete(id)).isTrue();

        assertThat(register()).isZero();
        clock.advance(Duration.ofSeconds(61));
        assertThat(register()).isEqualTo(1);
    }

    @Test
    void tellsWhereTasksStand() {
        register();
        work.progressed(state(5), "7-0", 7);
        var ids = new ArrayList<>(List.of(id, TaskId.random()));

        assertThat(work.standings(ids)).containsOnlyKeys(id).containsValue(new Standing(1, true, 7));
        work.ended(end(state(5), TaskStatus.FAILED));
        assertThat(work.standings(ids)).containsValue(new Standing(1, false, 7));
    }

    @Test
    void findsThoseWhoseWorkerSaidThatItIsDoneAndNothingSince() {
        register();
        work.progressed(state(100, "completed"), "7-0", 7);
        assertThat(work.silentlyEnded(Duration.ofSeconds(2), 10)).isEmpty();
        clock.advance(Duration.ofSeconds(3));

        assertThat(work.silentlyEnded(Duration.ofSeconds(2), 10)).containsExactly(id);
        work.ended(end(state(100), TaskStatus.SUCCEEDED));
        assertThat(work.silentlyEnded(Duration.ofSeconds(2), 10)).isEmpty();
    }
}
