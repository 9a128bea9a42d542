package org.taskprogress.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskprogress.progress.StagePlan.stage;
import static org.taskprogress.task.TaskBuilder.aTask;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.taskprogress.task.Lease;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskWork;
import org.taskprogress.testing.TestClock;
import org.taskprogress.testing.TestDatabase;

class ProgressReporterTest {

    private static final StagePlan PLAN =
            StagePlan.of(stage("queued", 0), stage("extraction", 40), stage("embedding", 60));

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    private final TestClock clock = new TestClock();
    private final FailingLog log = new FailingLog();
    private final ProgressPublisher publisher = new ProgressPublisher(
            log,
            1_000,
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0),
            (event, appended) -> {},
            Thread::new);

    @BeforeAll
    static void openDatabase() {
        database = TestDatabase.h2();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @AfterEach
    void close() {
        publisher.close(Duration.ofSeconds(1));
    }

    private ProgressReporter reporter(Task task) {
        publisher.start();
        var tasks = new TaskRepository(database.jdbi(), clock);
        var states = new TaskStateWriter(new TaskWork(database.jdbi(), clock), tasks);
        var lease = new Lease(task.id(), task.attempt(), UUID.randomUUID());
        return new ProgressReporter(task, lease, PLAN, publisher, states, clock);
    }

    private ProgressReporter reporter() {
        return reporter(aTask().build());
    }

    private List<Progress> sent() {
        await().until(() -> publisher.waiting() == 0);
        return log.recorded().stream().map(ProgressEvent::progress).toList();
    }

    @Test
    void sendsTheFirstAndTheLastWordOfAStageHoweverSoonTheyCome() {
        ProgressReporter reporter = reporter();
        reporter.stageBegan("extraction", "Reading");
        reporter.report(50, "Half");
        reporter.stageEnded("Read");
        reporter.stageBegan("embedding", "Embedding");

        assertThat(sent()).extracting(Progress::message).containsExactly("Reading", "Read", "Embedding");
    }

    @Test
    void sendsAtMostTenASecondWhileAStageWorks() {
        ProgressReporter reporter = reporter();
        reporter.stageBegan("extraction", "Reading");
        for (int n = 1; n <= 100; n++) {
            clock.advance(Duration.ofMillis(10));
            reporter.report(n, "Page " + n);
        }

        assertThat(sent()).hasSize(1 + 10);
    }

    @Test
    void sendsWhatWasHeldBackAtTheNextTick() {
        ProgressReporter reporter = reporter();
        reporter.stageBegan("extraction", "Reading");
        reporter.report(50, "Half");
        assertThat(sent()).hasSize(1);

        reporter.tick();
        reporter.tick();

        assertThat(sent()).extracting(Progress::message).containsExactly("Reading", "Half");
    }

    @Test
    void repeatsTheLastWordOfAStageThatIsSilentForFiveSeconds() {
        ProgressReporter reporter = reporter();
        reporter.stageBegan("extraction", "Reading");
        clock.advance(Duration.ofMillis(4_999));
        reporter.tick();
        assertThat(sent()).hasSize(1);

        clock.advance(Duration.ofMillis(1));
        reporter.tick();

        assertThat(sent()).extracting(Progress::message).containsExactly("Reading", "Reading");
    }

    @Test
    void thePerCentNeverFall() {
        ProgressReporter reporter = reporter();
        reporter.stageBegan("extraction", "Reading");
        for (double percent : new double[] {80, 30, 100}) {
            clock.advance(Duration.ofSeconds(1));
            reporter.report(percent, "Reading");
        }
        reporter.stageBegan("embedding", "Embedding");

        assertThat(sent()).extracting(Progress::percent).containsExactly(0, 32, 32, 40, 40);
        assertThat(sent()).extracting(Progress::stagePercent).containsExactly(0.0, 80.0, 80.0, 100.0, 0.0);
    }

    @Test
    void aRunThatGoesOnBeginsWhereTheOneBeforeWas() {
        ProgressReporter reporter = reporter(aTask().running("embedding", 70).build());
        reporter.stageBegan("extraction", "Reading again");
        reporter.stageBegan("embedding", "Embedding");
        clock.advance(Duration.ofSeconds(1));
        reporter.report(75, "Embedding");

        assertThat(sent()).extracting(Progress::percent).containsExactly(70, 70, 85);
    }

    @Test
    void takesWhatIsOutOfRangeAsTheNearerEnd() {
        ProgressReporter reporter = reporter();
        reporter.stageBegan("extraction", "Reading");
        for (double percent : new double[] {-5, 250, Double.NaN}) {
            clock.advance(Duration.ofSeconds(1));
            reporter.report(percent, "Reading");
        }

        assertThat(sent()).extracting(Progress::stagePercent).containsExactly(0.0, 0.0, 100.0, 100.0);
    }

    @Test
    void saysAtOnceWhatIsNoProgress() {
        ProgressReporter reporter = reporter(aTask().running("embedding", 70).build());

        reporter.say("Trying again in a minute.");

        assertThat(sent()).singleElement().satisfies(progress -> {
            assertThat(progress.percent()).isEqualTo(70);
            assertThat(progress.stage()).isEqualTo("embedding");
            assertThat(progress.message()).isEqualTo("Trying again in a minute.");
        });
    }

    @Test
    void aMessageThatIsTooLongCostsNoEvent() {
        reporter().stageBegan("extraction", "x".repeat(999) + "😀");

        assertThat(sent())
                .singleElement()
                .satisfies(progress -> assertThat(progress.message()).isEqualTo("x".repeat(999) + "…"));
    }
}
