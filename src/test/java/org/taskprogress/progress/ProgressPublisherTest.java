package org.taskprogress.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.taskprogress.progress.EventBuilder.anEvent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.ProgressLog.Appended;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.task.TaskId;

class ProgressPublisherTest {

    private static final int CAPACITY = 100;

    private final FailingLog log = new FailingLog();
    private final List<Appended> confirmed = new CopyOnWriteArrayList<>();
    private final ProgressPublisher publisher = new ProgressPublisher(
            log,
            CAPACITY,
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0),
            (event, appended) -> confirmed.add(appended),
            Thread::new);
    private final TaskId task = TaskId.random();
    private long number;

    @AfterEach
    void close() {
        publisher.close(Duration.ZERO);
    }

    private void publish(ProgressEvent event) {
        publisher.publish(event, new Source("1", ++number));
    }

    private List<ProgressEvent> awaitRecorded() {
        await().until(() -> publisher.waiting() == 0);
        return log.recorded();
    }

    @Test
    void recordsInOrderAndConfirmsEach() {
        publisher.start();
        for (int n = 1; n <= 50; n++) {
            publish(anEvent().of(task).at(n).progressed());
        }

        assertThat(awaitRecorded()).hasSize(50);
        assertThat(log.recorded())
                .extracting(event -> event.progress().percent())
                .isSorted();
        assertThat(confirmed).extracting(Appended::seq).hasSize(50).isSorted();
    }

    @Test
    void takesAllThatWaitsAtOnceButBounded() {
        for (int n = 1; n <= 3 * CAPACITY; n++) {
            publish(anEvent().of(TaskId.random()).progressed());
        }
        publisher.start();

        assertThat(awaitRecorded()).hasSize(3 * CAPACITY);
        assertThat(log.batches()).containsExactly(256, 44);
    }

    @Test
    void triesEachAloneWhenABatchFailsForNoKnownReason() {
        log.failOddly();
        for (int n = 1; n <= 20; n++) {
            publish(anEvent().of(task).at(n).progressed());
        }
        publisher.start();

        assertThat(awaitRecorded()).hasSize(20);
        assertThat(publisher.refused()).isZero();
    }

    @Test
    void hasTheLogSecuredWhileThereIsNothingToRecord() {
        log.fail(true);
        publisher.start();

        await().until(() -> log.secured() > 1);
        log.fail(false);
        publish(anEvent().of(task).progressed());
        assertThat(awaitRecorded()).hasSize(1);
    }

    @Test
    void keepsAllOfAnOutageThatTheBufferHolds() {
        log.fail(true);
        publisher.start();
        for (int n = 1; n <= CAPACITY; n++) {
            publish(anEvent().of(task).at(n).progressed());
        }
        assertThat(log.recorded()).isEmpty();

        log.fail(false);

        assertThat(awaitRecorded()).hasSize(CAPACITY);
        assertThat(publisher.conflated()).isZero();
    }

    @Test
    void repeatsAnEventOfWhichItDoesNotKnowWhetherItWasRecorded() {
        log.failAfterRecording();
        publisher.start();
        publish(anEvent().of(task).completed());

        assertThat(awaitRecorded()).hasSize(1);
        await().until(() -> confirmed.size() == 1);
        assertThat(confirmed.get(0).repeated()).isTrue();
    }

    @Test
    void conflatesProgressOfAStageToTheNewestButNoStageChangeAndNoEnd() {
        var others = List.of(TaskId.random(), TaskId.random(), TaskId.random());
        for (int n = 0; n < 1_000; n++) {
            int stage = n / 250;
            publish(anEvent().of(task).in("stage-" + stage).at(n / 10).progressed());
            others.forEach(other -> publish(
                    anEvent().of(other).in("stage-" + stage).at(stage * 25).progressed()));
        }
        publish(anEvent().of(task).completed());
        others.forEach(other -> publish(anEvent().of(other).failed()));
        assertThat(publisher.waiting()).isLessThanOrEqualTo(CAPACITY + 4 * 5);

        publisher.start();
        var recorded = awaitRecorded();

        assertThat(publisher.conflated()).isEqualTo(4_004 - recorded.size());
        assertThat(ofTask(recorded, task, event -> true))
                .extracting(event -> event.progress().stage())
                .containsSubsequence("stage-0", "stage-1", "stage-2", "stage-3", "completed");
        assertThat(ofTask(recorded, task, event -> !event.isTerminal()))
                .extracting(event -> event.progress().percent())
                .isSorted()
                .endsWith(99);
        assertThat(recorded).filteredOn(ProgressEvent::isTerminal).hasSize(4);
    }

    private static List<ProgressEvent> ofTask(List<ProgressEvent> all, TaskId task, Predicate<ProgressEvent> which) {
        return all.stream()
                .filter(event -> event.progress().task().equals(task))
                .filter(which)
                .toList();
    }

    @Test
    void conflatesNothingAcrossAStageThatCameBetween() {
        for (int n = 0; n < 2 * CAPACITY; n++) {
            publish(anEvent().of(task).in(n % 2 == 0 ? "a" : "b").progressed());
        }

        assertThat(publisher.waiting()).isEqualTo(2 * CAPACITY);
        assertThat(publisher.conflated()).isZero();
    }

    @Test
    void neverDropsAnEndHoweverManyThereAre() {
        for (int n = 0; n < 3 * CAPACITY; n++) {
            publish(anEvent().of(TaskId.random()).completed());
        }
        publisher.start();

        assertThat(awaitRecorded()).hasSize(3 * CAPACITY);
    }

    @Test
    void goesOnAfterAnEventThatTheLogRefuses() {
        publisher.start();
        publish(anEvent().of(task).saying(FailingLog.UNACCEPTABLE).progressed());
        publish(anEvent().of(task).completed());

        assertThat(awaitRecorded()).singleElement().isInstanceOf(ProgressEvent.Completed.class);
        assertThat(publisher.refused()).isEqualTo(1);
    }

    @Test
    void recordsWhatWaitsBeforeItCloses() {
        for (int n = 1; n <= 50; n++) {
            publish(anEvent().of(task).at(n).progressed());
        }
        publisher.start();

        assertThat(publisher.close(Duration.ofSeconds(5))).isZero();
        assertThat(log.recorded()).hasSize(50);
        publish(anEvent().of(task).progressed());
        assertThat(publisher.refused()).isEqualTo(1);
    }

    @Test
    void closesInTimeAndTellsWhatIsLeftThoughTheLogStaysAway() {
        log.fail(true);
        publisher.start();
        publish(anEvent().of(task).progressed());
        publish(anEvent().of(task).completed());
        long begin = System.nanoTime();

        assertThat(publisher.close(Duration.ofMillis(50))).isEqualTo(2);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isLessThan(2_000);
    }
}
