package org.taskprogress.task;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.taskprogress.task.TaskWork.LeaseLostException;
import org.taskprogress.task.TaskWork.Standing;
import org.taskprogress.testing.TestClock;
import org.taskprogress.testing.TestDatabase;

/** What every database must do for {@link TaskRepository} and {@link TaskWork}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TaskRepositoryContractTest {

    private static final TaskType DOCUMENT = new TaskType("document");
    private static final Owner ALICE = new Owner("alice");
    private static final String STORE = UUID.randomUUID().toString();
    private static final JsonObject RESULT =
            Json.createObjectBuilder().add("chunk_count", 3).build();
    /** A NUL, which PostgreSQL's text can't have, and half a surrogate pair, which UTF-8 can't. */
    private static final String HOSTILE = "a\u0000b\uD83Dc";

    @SuppressWarnings("NullAway.Init")
    private TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private Jdbi jdbi;

    @SuppressWarnings("NullAway.Init")
    private TestClock clock;

    @SuppressWarnings("NullAway.Init")
    private TaskRepository tasks;

    @SuppressWarnings("NullAway.Init")
    private TaskWork work;

    abstract TestDatabase open();

    @BeforeAll
    void openDatabase() {
        database = open();
        jdbi = database.jdbi();
    }

    @AfterAll
    void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.execute("DELETE FROM scheduled_tasks");
        database.execute("DELETE FROM task");
        clock = new TestClock();
        tasks = new TaskRepository(jdbi, clock);
        work = new TaskWork(jdbi, clock);
    }

    private TaskId add(Owner owner) {
        TaskId id = TaskId.random();
        tasks.add(id, DOCUMENT, owner, "report.pdf", STORE, handle -> {});
        return id;
    }

    private TaskId add() {
        return add(ALICE);
    }

    private Lease begin(TaskId id) {
        return work.begin(id).orElseThrow();
    }

    private Task found(TaskId id) {
        return tasks.find(id).orElseThrow();
    }

    private TaskId failed() {
        TaskId id = add();
        work.ended(begin(id), TaskStatus.FAILED, "The file is encrypted.");
        return id;
    }

    private void published(TaskId id) {
        tasks.endPublished(id, found(id).attempt(), "1768471800123-0");
    }

    /** As db-scheduler would: one row for a task that waits or is worked on. */
    private void schedule(TaskId id, boolean picked, Instant heartbeat) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, last_heartbeat, version)
                        VALUES ('work', :id, :beat, :picked, :beat, 1)
                        """)
                .bind("id", id.value())
                .bind("picked", picked)
                .bind("beat", TaskRow.utc(heartbeat))
                .execute());
    }

    @Nested
    class Adding {

        @Test
        void keepsWhatWasGiven() {
            TaskId id = add();

            Task task = found(id);

            assertThat(task.type()).isEqualTo(DOCUMENT);
            assertThat(task.owner()).isEqualTo(ALICE);
            assertThat(task.title()).isEqualTo("report.pdf");
            assertThat(task.status()).isEqualTo(TaskStatus.QUEUED);
            assertThat(task.stage()).isEqualTo("queued");
            assertThat(task.attempt()).isEqualTo(1);
            assertThat(task.percent()).isZero();
            assertThat(task.stages()).isEmpty();
            assertThat(task.stalled()).isFalse();
        }

        @Test
        void givesTimesBackEqual() {
            clock.advance(Duration.ofNanos(123_456_000));

            Task task = found(add());

            assertThat(task.createdAt()).isEqualTo(clock.instant());
            assertThat(task.updatedAt()).isEqualTo(clock.instant());
            assertThat(task.startedAt()).isEmpty();
            assertThat(task.finishedAt()).isEmpty();
        }

        @Test
        void addsNothingIfTheDetailsFail() {
            TaskId id = TaskId.random();

            assertThatThrownBy(() -> tasks.add(id, DOCUMENT, ALICE, "report.pdf", STORE, handle -> {
                        throw new IllegalStateException("no room");
                    }))
                    .isInstanceOf(IllegalStateException.class);

            assertThat(tasks.find(id)).isEmpty();
        }

        @Test
        void cutsATitleThatIsTooLong() {
            TaskId id = TaskId.random();
            tasks.add(id, DOCUMENT, ALICE, "t".repeat(501), STORE, handle -> {});

            assertThat(found(id).title()).isEqualTo("t".repeat(499) + "…");
        }

        @Test
        void takesATitleWithCharactersThatNoDatabaseTakes() {
            TaskId id = TaskId.random();
            tasks.add(id, DOCUMENT, ALICE, HOSTILE, STORE, handle -> {});

            assertThat(found(id).title()).isEqualTo("a\uFFFDb\uFFFDc");
        }

        @Test
        void keepsEveryOtherCharacter() {
            TaskId id = TaskId.random();
            tasks.add(id, DOCUMENT, new Owner("ol'\"%_\\é😀"), "%_'\"\\ 😀 \u202E\n\t", STORE, handle -> {});

            assertThat(found(id).title()).isEqualTo("%_'\"\\ 😀 \u202E\n\t");
            assertThat(found(id).owner().subject()).isEqualTo("ol'\"%_\\é😀");
        }
    }

    @Nested
    class Finding {

        @Test
        void findsNothingOfAnUnknownId() {
            assertThat(tasks.find(TaskId.random())).isEmpty();
            assertThat(tasks.find(List.of())).isEmpty();
        }

        @Test
        void findsThoseThatExist() {
            TaskId first = add();
            TaskId second = add();

            assertThat(tasks.find(List.of(first, TaskId.random(), second)))
                    .extracting(Task::id)
                    .containsExactlyInAnyOrder(first, second);
        }

        @Test
        void givesEachTaskItsOwnStages() {
            TaskId first = add();
            TaskId second = add();
            work.stageBegan(begin(first), "extraction");
            Lease lease = begin(second);
            work.stageBegan(lease, "extraction");
            work.stageBegan(lease, "chunking");

            assertThat(found(first).stages()).extracting(Task.StageRun::name).containsExactly("extraction");
            assertThat(found(second).stages())
                    .extracting(Task.StageRun::name)
                    .containsExactly("extraction", "chunking");
        }
    }

    @Nested
    class Paging {

        private static final TaskFilter ALL = new TaskFilter(Optional.empty(), Optional.empty(), Optional.empty());

        private List<TaskId> ids(TaskFilter filter) {
            return tasks.page(filter, Optional.empty(), 50).stream()
                    .map(Task::id)
                    .toList();
        }

        @Test
        void listsTheNewestFirst() {
            List<TaskId> added = new ArrayList<>();
            for (int n = 0; n < 3; n++) {
                added.add(0, add());
                clock.advance(Duration.ofMillis(1));
            }

            assertThat(ids(ALL)).containsExactlyElementsOf(added);
            assertThat(tasks.newest(2)).extracting(Task::id).containsExactlyElementsOf(added.subList(0, 2));
        }

        @Test
        void pagesThroughTasksOfOneInstantWithoutLossOrRepetition() {
            List<TaskId> added = IntStream.range(0, 7).mapToObj(n -> add()).toList();

            List<TaskId> seen = new ArrayList<>();
            Optional<TaskPlace> place = Optional.empty();
            List<Task> page;
            do {
                page = tasks.page(ALL, place, 2);
                page.forEach(task -> seen.add(task.id()));
                place = page.isEmpty() ? place : Optional.of(TaskPlace.of(page.get(page.size() - 1)));
            } while (!page.isEmpty());

            assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(added);
        }

        @Test
        void goesOnWhereTheCursorSaysAfterItWasText() {
            TaskId older = add();
            clock.advance(Duration.ofNanos(1_000));
            TaskId newer = add();
            var place = TaskPlace.parse(TaskPlace.of(found(newer)).toString());

            assertThat(tasks.page(ALL, place, 10)).extracting(Task::id).containsExactly(older);
        }

        @Test
        void filtersByOwner() {
            TaskId hers = add();
            add(new Owner("bob"));

            assertThat(ids(new TaskFilter(Optional.of(ALICE), Optional.empty(), Optional.empty())))
                    .containsExactly(hers);
            assertThat(tasks.newestOf(ALICE, 5)).extracting(Task::id).containsExactly(hers);
        }

        @ParameterizedTest
        @EnumSource(
                value = TaskStatus.class,
                names = {"QUEUED", "RUNNING", "CANCELLING", "FAILED"})
        void filtersByStatus(TaskStatus status) {
            TaskId queued = add();
            TaskId running = add();
            begin(running);
            TaskId cancelling = add();
            begin(cancelling);
            tasks.cancel(cancelling);
            TaskId failed = failed();

            TaskId expected = switch (status) {
                case QUEUED -> queued;
                case RUNNING -> running;
                case CANCELLING -> cancelling;
                default -> failed;
            };
            assertThat(ids(new TaskFilter(Optional.empty(), Optional.of(status), Optional.empty())))
                    .containsExactly(expected);
        }

        @Test
        void filtersByTypeAndByAllAtOnce() {
            TaskId sheets = TaskId.random();
            tasks.add(sheets, new TaskType("sheets"), ALICE, "exam.zip", STORE, handle -> {});
            tasks.add(TaskId.random(), new TaskType("sheets"), new Owner("bob"), "exam.zip", STORE, handle -> {});
            add();

            var filter = new TaskFilter(
                    Optional.of(ALICE), Optional.of(TaskStatus.QUEUED), Optional.of(new TaskType("sheets")));
            assertThat(ids(filter)).containsExactly(sheets);
        }
    }

    @Nested
    class Cancelling {

        @Test
        void endsAQueuedTaskAtOnce() {
            TaskId id = add();

            assertThat(tasks.cancel(id)).isTrue();

            Task task = found(id);
            assertThat(task.status()).isEqualTo(TaskStatus.CANCELLED);
            assertThat(task.stage()).isEqualTo("cancelled");
            assertThat(task.error()).contains("Cancelled");
            assertThat(task.finishedAt()).contains(clock.instant());
            assertThat(tasks.unpublishedEnds(10)).extracting(Task::id).containsExactly(id);
        }

        @Test
        void asksTheWorkerOfARunningTaskAndMayBeRepeated() {
            TaskId id = add();
            Lease lease = begin(id);

            assertThat(tasks.cancel(id)).isTrue();
            assertThat(tasks.cancel(id)).isTrue();

            assertThat(found(id).status()).isEqualTo(TaskStatus.CANCELLING);
            assertThat(work.standing(lease)).isEqualTo(Standing.CANCELLING);
            assertThat(tasks.unpublishedEnds(10)).isEmpty();
        }

        @Test
        void refusesATaskThatHasEndedOrIsUnknown() {
            assertThat(tasks.cancel(failed())).isFalse();
            assertThat(tasks.cancel(TaskId.random())).isFalse();
        }
    }

    @Nested
    class Retrying {

        @Test
        void queuesANewAttemptThatKnowsTheFinishedStages() {
            TaskId id = add();
            Lease lease = begin(id);
            work.startedJob(lease, 17);
            work.stageBegan(lease, "extraction");
            work.stageEnded(lease, "extraction", TaskStatus.SUCCEEDED);
            work.stageBegan(lease, "chunking");
            work.stageEnded(lease, "chunking", TaskStatus.FAILED);
            work.ended(lease, TaskStatus.FAILED, "The file is encrypted.");
            published(id);

            assertThat(tasks.retry(id)).isTrue();

            Task task = found(id);
            assertThat(task.status()).isEqualTo(TaskStatus.QUEUED);
            assertThat(task.attempt()).isEqualTo(2);
            assertThat(task.percent()).isZero();
            assertThat(task.error()).isEmpty();
            assertThat(task.finishedAt()).isEmpty();
            assertThat(task.startedAt()).isEmpty();
            assertThat(task.stages()).extracting(Task.StageRun::name).containsExactly("extraction");
            Lease again = begin(id);
            assertThat(again.attempt()).isEqualTo(2);
            assertThat(work.jobExecution(again)).hasValue(17);
        }

        @Test
        void waitsUntilTheEndIsPublished() {
            TaskId id = failed();

            assertThat(tasks.retry(id)).isFalse();
            published(id);

            assertThat(tasks.retry(id)).isTrue();
        }

        @Test
        void refusesWhatHasNotFailed() {
            TaskId queued = add();
            TaskId running = add();
            begin(running);
            TaskId succeeded = add();
            work.succeeded(begin(succeeded), "Done", RESULT);
            published(succeeded);

            assertThat(List.of(queued, running, succeeded, TaskId.random())).noneMatch(tasks::retry);
        }

        @Test
        void ofTwoAtOnceOnlyOneIsANewAttempt() throws Exception {
            TaskId id = failed();
            published(id);

            assertThat(atOnce(() -> tasks.retry(id))).containsExactlyInAnyOrder(true, false);
            assertThat(found(id).attempt()).isEqualTo(2);
        }
    }

    @Nested
    class Deleting {

        @Test
        void takesTheStagesAlong() {
            TaskId id = add();
            Lease lease = begin(id);
            work.stageBegan(lease, "extraction");
            work.succeeded(lease, "Done", RESULT);
            tasks.endPublished(id, 1, "1-0");

            assertThat(tasks.delete(id)).isTrue();

            assertThat(tasks.find(id)).isEmpty();
            assertThat(count("task_stage")).isZero();
        }

        @Test
        void refusesWhatHasNotEnded() {
            TaskId running = add();
            begin(running);

            assertThat(List.of(add(), running, TaskId.random())).noneMatch(tasks::delete);
        }

        @Test
        void refusesOneWhoseEndIsNotPublishedSinceNobodyWouldHearOfIt() {
            TaskId id = add();
            work.succeeded(begin(id), "Done", RESULT);

            assertThat(tasks.isEndUnpublished(id)).isTrue();
            assertThat(tasks.delete(id)).isFalse();
        }

        private int count(String table) {
            return jdbi.withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM " + table)
                    .mapTo(Integer.class)
                    .one());
        }
    }

    @Nested
    class Beginning {

        @Test
        void makesAQueuedTaskRun() {
            TaskId id = add();
            clock.advance(Duration.ofSeconds(5));

            Lease lease = begin(id);

            assertThat(lease.task()).isEqualTo(id);
            assertThat(lease.attempt()).isEqualTo(1);
            assertThat(found(id).status()).isEqualTo(TaskStatus.RUNNING);
            assertThat(found(id).startedAt()).contains(clock.instant());
            assertThat(work.standing(lease)).isEqualTo(Standing.HELD);
        }

        @Test
        void takingOverKeepsWhenTheWorkBegan() {
            TaskId id = add();
            begin(id);
            Instant began = clock.instant();
            clock.advance(Duration.ofMinutes(1));

            begin(id);

            assertThat(found(id).startedAt()).contains(began);
        }

        @Test
        void isRefusedOnceTheTaskHasEndedOrIsGone() {
            assertThat(work.begin(failed())).isEmpty();
            assertThat(work.begin(TaskId.random())).isEmpty();
        }

        @Test
        void ofTwoAtOnceExactlyOneHoldsTheLease() throws Exception {
            TaskId id = add();

            List<Lease> leases = atOnce(() -> begin(id));

            assertThat(leases.stream()
                            .map(work::standing)
                            .map(Standing::name)
                            .sorted()
                            .collect(joining(" ")))
                    .isEqualTo("HELD LOST");
        }
    }

    @Nested
    class Fencing {

        @Test
        void anOldLeaseChangesNothing() {
            TaskId id = add();
            Lease old = begin(id);
            Lease lease = begin(id);
            work.stageBegan(lease, "extraction");
            Task before = found(id);
            clock.advance(Duration.ofSeconds(1));

            assertThat(work.standing(old)).isEqualTo(Standing.LOST);
            assertThat(work.jobExecution(old)).isEqualTo(OptionalLong.empty());
            assertThat(work.startedJob(old, 1)).isFalse();
            assertThat(work.progressed(old, 50, "chunking", 1, "old", Optional.empty(), Optional.empty()))
                    .isFalse();
            assertThat(work.succeeded(old, "Done", RESULT)).isFalse();
            assertThat(work.ended(old, TaskStatus.FAILED, "old")).isFalse();
            assertThatThrownBy(() -> work.stageBegan(old, "chunking")).isInstanceOf(LeaseLostException.class);
            assertThatThrownBy(() -> work.stageEnded(old, "extraction", TaskStatus.FAILED))
                    .isInstanceOf(LeaseLostException.class);

            assertThat(found(id)).isEqualTo(before);
        }

        @Test
        void aTransactionOfAnOldLeaseIsUndone() {
            TaskId id = add();
            Lease old = begin(id);
            begin(id);

            assertThatThrownBy(() -> jdbi.useTransaction(handle -> {
                        handle.execute("UPDATE task SET title = 'changed'");
                        TaskWork.fence(handle, old);
                    }))
                    .isInstanceOf(LeaseLostException.class);

            assertThat(found(id).title()).isEqualTo("report.pdf");
        }

        @Test
        void whoTakesTheTaskOverWaitsForATransactionThatHoldsIt() throws Exception {
            TaskId id = add();
            Lease lease = begin(id);
            var taker = Executors.newSingleThreadExecutor();
            try {
                var taken = jdbi.inTransaction(handle -> {
                    TaskWork.fence(handle, lease);
                    var waiting = taker.submit(() -> begin(id));
                    handle.createUpdate("UPDATE task SET title = 'written by the first' WHERE id = :id")
                            .bind("id", id.value())
                            .execute();
                    assertThat(waiting.isDone()).isFalse();
                    return waiting;
                });

                assertThat(work.standing(taken.get())).isEqualTo(Standing.HELD);
            } finally {
                taker.shutdownNow();
            }
            assertThat(work.standing(lease)).isEqualTo(Standing.LOST);
            assertThat(found(id).title()).isEqualTo("written by the first");
        }

        @Test
        void endsWithTheAttempt() {
            TaskId id = add();
            Lease lease = begin(id);
            work.ended(lease, TaskStatus.FAILED, "The file is encrypted.");

            assertThat(work.standing(lease)).isEqualTo(Standing.LOST);
            assertThat(work.succeeded(lease, "Done", RESULT)).isFalse();
        }
    }

    @Nested
    class Working {

        @Test
        void keepsHowFarTheWorkIs() {
            TaskId id = add();
            Lease lease = begin(id);

            work.progressed(
                    lease, 45, "embedding", 12.5, "Chunk 40", Optional.of(Duration.ofSeconds(31)), Optional.of("7-0"));
            work.progressed(lease, 46, "embedding", 13, "Chunk 41", Optional.empty(), Optional.empty());

            Task task = found(id);
            assertThat(task.percent()).isEqualTo(46);
            assertThat(task.stage()).isEqualTo("embedding");
            assertThat(task.stagePercent()).isEqualTo(13);
            assertThat(task.message()).isEqualTo("Chunk 41");
            assertThat(task.eta()).isEmpty();
            assertThat(task.lastEventId()).as("kept while none newer is known").contains("7-0");
        }

        @Test
        void keepsTheStagesInTheirOrderEachOnce() {
            TaskId id = add();
            Lease lease = begin(id);
            Instant first = clock.instant();
            work.stageBegan(lease, "extraction");
            clock.advance(Duration.ofSeconds(2));
            work.stageEnded(lease, "extraction", TaskStatus.SUCCEEDED);
            work.stageBegan(lease, "chunking");
            clock.advance(Duration.ofSeconds(1));
            work.stageBegan(lease, "chunking");

            assertThat(found(id).stages())
                    .containsExactly(
                            new Task.StageRun(
                                    "extraction",
                                    TaskStatus.SUCCEEDED,
                                    Optional.of(first),
                                    Optional.of(first.plusSeconds(2))),
                            new Task.StageRun(
                                    "chunking",
                                    TaskStatus.RUNNING,
                                    Optional.of(first.plusSeconds(3)),
                                    Optional.empty()));
        }

        @Test
        void successIsWhole() {
            TaskId id = add();
            Lease lease = begin(id);
            work.progressed(lease, 96, "indexing", 1, "Indexing", Optional.of(Duration.ofSeconds(1)), Optional.empty());

            assertThat(work.succeeded(lease, "Done", RESULT)).isTrue();

            Task task = found(id);
            assertThat(task.status()).isEqualTo(TaskStatus.SUCCEEDED);
            assertThat(task.percent()).isEqualTo(100);
            assertThat(task.stage()).isEqualTo("completed");
            assertThat(task.result()).contains(RESULT);
            assertThat(task.eta()).isEmpty();
            assertThat(task.finishedAt()).contains(clock.instant());
        }

        @Test
        void failureKeepsThePerCent() {
            TaskId id = add();
            Lease lease = begin(id);
            work.progressed(lease, 45, "embedding", 12.5, "Chunk 40", Optional.empty(), Optional.empty());

            work.ended(lease, TaskStatus.FAILED, "No text.");

            Task task = found(id);
            assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
            assertThat(task.percent()).isEqualTo(45);
            assertThat(task.stage()).isEqualTo("failed");
            assertThat(task.error()).contains("No text.");
            assertThat(task.message()).isEqualTo("No text.");
        }

        @Test
        void anEndIsNeverLostToItsText() {
            TaskId tooLong = add();
            work.ended(begin(tooLong), TaskStatus.FAILED, "e".repeat(1_001));
            TaskId hostile = add();
            work.ended(begin(hostile), TaskStatus.FAILED, HOSTILE);
            TaskId pairs = add();
            work.ended(begin(pairs), TaskStatus.FAILED, "x" + "😀".repeat(600));

            assertThat(found(tooLong).error()).contains("e".repeat(999) + "…");
            assertThat(found(hostile).error()).contains("a\uFFFDb\uFFFDc");
            assertThat(found(pairs).error()).contains("x" + "😀".repeat(499) + "…");
        }

        @Test
        void progressIsNeverLostToItsText() {
            TaskId id = add();
            Lease lease = begin(id);

            work.progressed(lease, 1, "extraction", 1, "m".repeat(1_001), Optional.empty(), Optional.empty());
            assertThat(found(id).message()).isEqualTo("m".repeat(999) + "…");

            work.progressed(lease, 2, "extraction", 1, HOSTILE, Optional.empty(), Optional.empty());
            assertThat(found(id).message()).isEqualTo("a\uFFFDb\uFFFDc");
        }

        @Test
        void aResultThatIsTooLargeIsRefusedBeforeTheDatabaseIsAsked() {
            TaskId id = add();
            Lease lease = begin(id);
            JsonObject large =
                    Json.createObjectBuilder().add("x", "y".repeat(10_000)).build();

            assertThatThrownBy(() -> work.succeeded(lease, "Done", large)).isInstanceOf(IllegalArgumentException.class);

            assertThat(work.standing(lease)).isEqualTo(Standing.HELD);
        }

        @Test
        void aResultMayHaveAnyCharacter() {
            TaskId id = add();
            JsonObject result = Json.createObjectBuilder().add("x", "a\u0000b").build();

            work.succeeded(begin(id), "Done", result);

            assertThat(found(id).result()).contains(result);
        }
    }

    @Nested
    class Ends {

        @Test
        void areToBePublishedUntilTheyAre() {
            TaskId id = failed();
            assertThat(tasks.unpublishedEnds(10)).extracting(Task::id).containsExactly(id);

            tasks.endPublished(id, 1, "1768471800123-0");

            assertThat(tasks.unpublishedEnds(10)).isEmpty();
            assertThat(found(id).lastEventId()).contains("1768471800123-0");
        }

        @Test
        void theOldestComesFirst() {
            TaskId first = failed();
            clock.advance(Duration.ofSeconds(1));
            TaskId second = failed();

            assertThat(tasks.unpublishedEnds(10)).extracting(Task::id).containsExactly(first, second);
            assertThat(tasks.unpublishedEnds(1)).extracting(Task::id).containsExactly(first);
        }

        @Test
        void ofAnEarlierAttemptSayNothingOfThisOne() {
            TaskId id = failed();
            published(id);
            tasks.retry(id);
            work.ended(begin(id), TaskStatus.FAILED, "Again.");

            tasks.endPublished(id, 1, "1-0");

            assertThat(tasks.unpublishedEnds(10)).extracting(Task::id).containsExactly(id);
        }
    }

    @Nested
    class Scheduling {

        @Test
        void findsTasksOfThisStoreThatNobodyHas() {
            TaskId queued = add();
            clock.advance(Duration.ofSeconds(1));
            TaskId running = add();
            begin(running);
            failed();
            schedule(add(), false, clock.instant());
            tasks.add(TaskId.random(), DOCUMENT, ALICE, "x", UUID.randomUUID().toString(), handle -> {});

            assertThat(tasks.unscheduled(STORE, 10)).containsExactly(queued, running);
            assertThat(tasks.unscheduled(STORE, 1)).containsExactly(queued);
        }

        @Test
        void aTaskWhoseWorkerIsSilentIsStalled() {
            TaskId id = add();
            begin(id);
            schedule(id, true, clock.instant());
            assertThat(found(id).stalled()).isFalse();

            clock.advance(Duration.ofSeconds(9));

            assertThat(found(id).stalled()).isTrue();
        }

        @Test
        void aTaskThatWaitsForAnotherTryIsNotStalled() {
            TaskId id = add();
            begin(id);
            schedule(id, false, clock.instant());

            clock.advance(Duration.ofMinutes(5));

            assertThat(found(id).stalled()).isFalse();
        }

        @Test
        void onlyWorkCanBeStalled() {
            TaskId lost = add();
            begin(lost);
            TaskId external = TaskId.random();
            tasks.add(external, TaskType.EXTERNAL, ALICE, "x", STORE, handle -> {});
            begin(external);

            assertThat(found(lost).stalled())
                    .as("running, and in nobody's hands")
                    .isTrue();
            assertThat(found(external).stalled()).isFalse();
            assertThat(found(add()).stalled()).as("queued").isFalse();
            assertThat(found(failed()).stalled()).as("ended").isFalse();
        }
    }

    private static <T> List<T> atOnce(Callable<T> call) throws Exception {
        var threads = Executors.newFixedThreadPool(2);
        var start = new CyclicBarrier(2);
        try {
            Callable<T> started = () -> {
                start.await();
                return call.call();
            };
            List<T> results = new ArrayList<>();
            for (var result : threads.invokeAll(List.of(started, started))) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
