package org.taskprogress.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskprogress.task.TaskBuilder.aTask;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskType;
import org.taskprogress.task.TaskWork;
import org.taskprogress.testing.TestClock;
import org.taskprogress.testing.TestDatabase;

class EndPublisherTest {

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    private final TestClock clock = new TestClock();
    private final FailingLog log = new FailingLog();
    private final List<ProgressPublisher> publishers = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private TaskRepository tasks;

    @SuppressWarnings("NullAway.Init")
    private TaskWork work;

    @BeforeAll
    static void openDatabase() {
        database = TestDatabase.h2();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.execute("DELETE FROM task");
        tasks = new TaskRepository(database.jdbi(), clock);
        work = new TaskWork(database.jdbi(), clock);
    }

    @AfterEach
    void close() {
        publishers.forEach(publisher -> publisher.close(Duration.ofSeconds(1)));
    }

    /** What one instance has; all share the log and the database. */
    private EndPublisher instance() {
        var states = new TaskStateWriter(work, tasks);
        var publisher = new ProgressPublisher(
                log,
                100,
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0),
                (event, appended) -> states.recorded(new RecordedEvent(appended.id(), appended.seq(), event)),
                Thread::new);
        publisher.start();
        publishers.add(publisher);
        return new EndPublisher(tasks, log, publisher);
    }

    private TaskId failed() {
        TaskId id = TaskId.random();
        tasks.add(id, new TaskType("document"), new Owner("alice"), "report.pdf", "store", handle -> {});
        work.ended(work.begin(id).orElseThrow(), TaskStatus.FAILED, "The file is encrypted.");
        return id;
    }

    private void awaitPublished() {
        await().until(() -> tasks.unpublishedEnds(10).isEmpty());
    }

    @Test
    void publishesASuccessWithItsResult() {
        Task task = aTask().succeeded().build();

        instance().publish(task);

        await().until(() -> log.recorded().size() == 1);
        assertThat(log.recorded()).singleElement().isInstanceOfSatisfying(ProgressEvent.Completed.class, completed -> {
            assertThat(completed.result()).isEqualTo(task.result().orElseThrow());
            assertThat(completed.progress().percent()).isEqualTo(100);
        });
    }

    @Test
    void publishesAFailureWithItsReason() {
        instance().publish(aTask().running("embedding", 45).failed().build());

        await().until(() -> log.recorded().size() == 1);
        assertThat(log.recorded()).singleElement().isInstanceOfSatisfying(ProgressEvent.Failed.class, failed -> {
            assertThat(failed.error()).isEqualTo("The file is encrypted.");
            assertThat(failed.progress().percent()).isEqualTo(45);
            assertThat(failed.progress().stage()).isEqualTo("failed");
        });
    }

    @Test
    void publishesNothingOfATaskThatHasNotEnded() {
        EndPublisher ends = instance();
        ends.publish(aTask().running("embedding", 45).build());
        ends.publish(aTask().build());
        ends.publish(aTask().cancelled().build());

        await().until(() -> !log.recorded().isEmpty());
        assertThat(log.recorded()).hasSize(1);
    }

    @Test
    void repairsAnEndThatACrashKeptFromBeingPublished() {
        failed();

        instance().repair();

        awaitPublished();
        assertThat(log.recorded()).hasSize(1);
    }

    @Test
    void thereIsOneEndHoweverManyInstancesRepair() {
        TaskId id = failed();
        for (int n = 0; n < 5; n++) {
            EndPublisher ends = instance();
            tasks.find(id).ifPresent(ends::publish);
            ends.repair();
        }

        awaitPublished();
        await().until(() -> publishers.stream().allMatch(publisher -> publisher.waiting() == 0));
        assertThat(log.recorded()).hasSize(1);
    }

    @Test
    void eachAttemptHasAnEndOfItsOwn() {
        Task first = aTask().failed().build();
        EndPublisher ends = instance();
        ends.publish(first);
        ends.publish(aTask().inAttempt(2).failed().build());

        await().until(() -> log.recorded().size() == 2);
    }

    @Test
    void waitsWhileTheLogIsAway() {
        log.fail(true);
        failed();
        EndPublisher ends = instance();
        for (int n = 0; n < 10; n++) {
            ends.repair();
        }
        assertThat(publishers.get(0).waiting()).isEqualTo(1);

        log.fail(false);

        awaitPublished();
        assertThat(log.recorded()).hasSize(1);
    }

    @Test
    void settlesAnEndBeforeItReturns() {
        TaskId id = failed();

        instance().settle(tasks.find(id).orElseThrow());

        assertThat(log.recorded()).hasSize(1);
        assertThat(tasks.isEndUnpublished(id)).isFalse();
    }

    @Test
    void anEndThatIsSettledAndPublishedIsOne() {
        TaskId id = failed();
        EndPublisher ends = instance();
        tasks.find(id).ifPresent(ends::publish);

        ends.settle(tasks.find(id).orElseThrow());
        ends.repair();

        awaitPublished();
        assertThat(log.recorded()).hasSize(1);
    }
}
