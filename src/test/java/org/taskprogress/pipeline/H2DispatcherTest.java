package org.taskprogress.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskprogress.progress.FailingLog;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.testing.TestDatabase;

class H2DispatcherTest extends DispatcherContractTest {

    @Override
    TestDatabase open() {
        return TestDatabase.h2();
    }

    /** H2 takes a time without a zone for one of the session's, so the scheduler must write its heartbeats with theirs. */
    @ParameterizedTest
    @ValueSource(strings = {"Asia/Tokyo", "America/Los_Angeles"})
    void theHeartbeatOfAWorkerIsTheSameInstantInEveryTimeZone(String zone) {
        var go = new CountDownLatch(1);
        try (TestDatabase database = TestDatabase.h2(";TIME ZONE=" + zone);
                Instance instance = Instance.of(database, new FailingLog())) {
            instance.jobs.does((run, stopAsked) -> go.await());
            var tasks = new TaskRepository(database.jdbi(), Clock.systemUTC());
            TaskId id = TaskId.random();
            tasks.add(id, Instance.TYPE, new Owner("alice"), "report.pdf", Instance.STORE, handle -> {});
            instance.dispatcher.submit(id);
            await().until(() -> instance.jobs.started() == 1);

            assertThat(tasks.find(id))
                    .hasValueSatisfying(task -> assertThat(task.stalled()).isFalse());
            assertThat(database.jdbi()
                            .<Integer, RuntimeException>withHandle(handle -> handle.createQuery(
                                            "SELECT COUNT(*) FROM scheduled_tasks WHERE last_heartbeat > CURRENT_TIMESTAMP + INTERVAL '1' MINUTE")
                                    .mapTo(Integer.class)
                                    .one()))
                    .isZero();
            go.countDown();
        }
    }
}
