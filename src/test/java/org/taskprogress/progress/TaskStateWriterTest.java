package org.taskprogress.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskprogress.progress.EventBuilder.anEvent;

import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.ProgressEvent.Progressed;
import org.taskprogress.task.Lease;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskType;
import org.taskprogress.task.TaskWork;
import org.taskprogress.testing.TestClock;
import org.taskprogress.testing.TestDatabase;

class TaskStateWriterTest {

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    private final TestClock clock = new TestClock();
    private final TaskId id = TaskId.random();
    private boolean away;

    @SuppressWarnings("NullAway.Init")
    private TaskRepository tasks;

    @SuppressWarnings("NullAway.Init")
    private TaskWork work;

    @SuppressWarnings("NullAway.Init")
    private TaskStateWriter states;

    @SuppressWarnings("NullAway.Init")
    private Lease lease;

    @BeforeAll
    static void openDatabase() {
        database = TestDatabase.h2();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void begin() {
        tasks = new TaskRepository(database.jdbi(), clock);
        work = new TaskWork(database.jdbi(), clock);
        tasks.add(id, new TaskType("document"), new Owner("alice"), "report.pdf", "store", handle -> {});
        lease = work.begin(id).orElseThrow();
        var interrupted = Jdbi.create(() -> {
            if (away) {
                throw new ConnectionException(new SQLException("away"));
            }
            return database.dataSource().getConnection();
        });
        states = new TaskStateWriter(new TaskWork(interrupted, clock), tasks);
    }

    private Progressed at(int percent) {
        return anEvent().of(id).at(percent).progressed();
    }

    private Task found() {
        return tasks.find(id).orElseThrow();
    }

    @Test
    void writesOnlyTheNewestStateWhenItIsFlushed() {
        states.changed(lease, at(10));
        states.changed(lease, at(20));
        assertThat(found().percent()).isZero();

        states.flush();

        assertThat(found().percent()).isEqualTo(20);
        assertThat(found().stage()).isEqualTo("extraction");
    }

    @Test
    void writesNothingTwice() {
        states.changed(lease, at(10));
        states.flush();
        work.progressed(lease, 99, "x", 0, "by hand", Optional.empty(), Optional.empty());

        states.flush();

        assertThat(found().percent()).isEqualTo(99);
    }

    @Test
    void keepsWhatCannotBeWrittenUntilItCan() {
        away = true;
        states.changed(lease, at(10));
        states.flush();
        states.changed(lease, at(30));
        states.flush();
        assertThat(found().percent()).isZero();

        away = false;
        states.flush();

        assertThat(found().percent()).isEqualTo(30);
    }

    @Test
    void theIdOfAnEventNeverStandsBesideAnOlderState() {
        states.changed(lease, at(10));
        states.recorded(new RecordedEvent(new Cursor(7, 0), 1, at(10)));
        states.changed(lease, at(20));

        states.flush();

        assertThat(found().percent()).isEqualTo(20);
        assertThat(found().lastEventId()).contains("7-0");
    }

    @Test
    void theIdOfAnotherRunsEventIsNotTakenOver() {
        states.changed(lease, at(10));
        states.recorded(new RecordedEvent(new Cursor(7, 0), 1, at(10)));
        lease = work.begin(id).orElseThrow();
        states.changed(lease, at(20));

        states.flush();

        assertThat(found().percent()).isEqualTo(20);
        assertThat(found().lastEventId()).isEmpty();
    }

    @Test
    void aLeaseThatIsLostWritesNothing() {
        work.begin(id);
        states.changed(lease, at(10));

        states.flush();

        assertThat(found().percent()).isZero();
    }

    @Test
    void notesThatAnEndIsPublished() {
        work.ended(lease, TaskStatus.FAILED, "The file is encrypted.");

        states.recorded(new RecordedEvent(new Cursor(9, 0), 2, anEvent().of(id).failed()));

        assertThat(tasks.unpublishedEnds(100)).extracting(Task::id).doesNotContain(id);
        assertThat(found().lastEventId()).contains("9-0");
    }

    @Test
    void forgetsARunThatHasEnded() {
        states.changed(lease, at(10));
        states.forget(id);

        states.flush();
        states.recorded(new RecordedEvent(new Cursor(7, 0), 1, at(10)));

        assertThat(found().percent()).isZero();
    }
}
