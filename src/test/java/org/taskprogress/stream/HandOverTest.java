package org.taskprogress.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskprogress.stream.StreamsFixture.watching;
import static org.taskprogress.stream.Work.aTask;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.taskprogress.progress.Cursor;
import org.taskprogress.task.TaskStatus;

/** The seam between what is read and what comes live. */
class HandOverTest {

    private final Work task = aTask("a");
    private final Work other = aTask("b");
    private final StreamsFixture world = new StreamsFixture(StreamsFixture.small(64, 16));

    HandOverTest() {
        world.rows.put(task.id(), task.row(TaskStatus.RUNNING));
        world.rows.put(other.id(), other.row(TaskStatus.RUNNING));
    }

    @Test
    void sendsTheNewestEventFirstThenWhatFollows() {
        world.publish(task.at(10).progressed());
        world.publish(task.at(20).progressed());
        var client = world.open(watching(task), Resume.FRESH);
        world.settle();
        world.publish(task.at(30).progressed());
        world.settle();

        assertThat(Seen.seqs(client.messages(), task)).containsExactly(2L, 3L);
    }

    @Test
    void replaysOnlyWhatFollowsLastEventId() {
        world.publish(task.at(1).progressed());
        var known = world.publish(task.at(2).progressed());
        for (int i = 3; i <= 50; i++) {
            world.publish(task.at(i).progressed());
        }
        var client = world.open(watching(task), Resume.after(known.id()));
        world.settle();

        assertThat(Seen.seqs(client.messages(), task)).containsExactlyElementsOf(numbers(3, 50));
        assertThat(client.names()).containsOnly("progress");
        assertThat(world.counts.replayed).hasValue(48);
    }

    /** Before which of the hand-over's reads an event is recorded, whether it is heard of at once, and where the client stands. */
    static Stream<Arguments> interleavings() {
        return Stream.of(true, false)
                .flatMap(heard -> Stream.of(true, false)
                        .flatMap(resumes ->
                                Stream.of(0, 1, 2, 3, 4, 5).map(read -> Arguments.of(read, heard, resumes))));
    }

    @ParameterizedTest
    @MethodSource("interleavings")
    void nothingFallsBetweenReadingAndLive(int read, boolean heard, boolean resumes) {
        var known = world.publish(task.at(1).progressed());
        world.publish(other.at(1).progressed());
        world.publish(task.at(2).progressed());
        var interruptions = new ArrayList<Runnable>(Collections.nCopies(read, () -> {}));
        var happened = new AtomicBoolean();
        interruptions.add(() -> {
            happened.set(true);
            world.record(other.at(2).progressed());
            world.record(task.at(3).progressed());
            if (heard) {
                world.tell();
            }
        });
        var client = new ClientRecorder();
        var resume = resumes ? Resume.after(known.id()) : Resume.FRESH;
        var admission = world.streams
                .admit(StreamsFixture.caller("alice"), watching(task, other), NamedFormat.TASKS, resume)
                .orElseThrow();
        world.log.beforeReads(interruptions);
        world.streams.open(admission, client);
        world.settle();
        world.publish(task.at(4).progressed());
        world.publish(other.at(3).progressed());
        world.settle();

        Seen.provesThatNothingIsMissing(client.messages());
        // With a cursor everything, without one from the newest event at some moment of the joining on
        long last =
                Seen.seqs(client.messages(), task).stream().max(Long::compare).orElseThrow();
        assertThat(Seen.seqs(client.messages(), task)).contains(last);
        assertThat(Seen.seqs(client.messages(), other)).isNotEmpty();
        if (resumes) {
            assertThat(Seen.seqs(client.messages(), task)).containsExactlyElementsOf(numbers(2, last));
        }
        assertThat(last).isEqualTo(happened.get() ? 4 : 3);
    }

    @ParameterizedTest
    @MethodSource("interleavings")
    void anEndDuringTheJoiningIsToldOnceAndClosesTheStream(int read, boolean heard, boolean resumes) {
        var known = world.publish(task.at(1).progressed());
        world.publish(task.at(2).progressed());
        var interruptions = new ArrayList<Runnable>(Collections.nCopies(Math.min(read, 2), () -> {}));
        interruptions.add(() -> {
            world.rows.put(task.id(), task.row(TaskStatus.SUCCEEDED));
            world.record(task.completed());
            if (heard) {
                world.tell();
            }
        });
        var resume = resumes ? Resume.after(known.id()) : Resume.FRESH;
        var admission = world.streams
                .admit(StreamsFixture.caller("alice"), watching(task), NamedFormat.TASKS, resume)
                .orElseThrow();
        world.log.beforeReads(interruptions);
        var client = new ClientRecorder();
        world.streams.open(admission, client);
        world.settle();
        if (!client.isClosed()) {
            // The joining had fewer reads than that
            assertThat(read).isGreaterThanOrEqualTo(2);
            world.publish(task.completed());
            world.settle();
        }

        Seen.provesThatNothingIsMissing(client.messages());
        assertThat(client.names()).endsWith("complete").containsOnlyOnce("complete");
        assertThat(client.isClosed()).isTrue();
        assertThat(world.counts.closed).containsOnly(Map.entry(CloseReason.COMPLETED, 1));
        assertThat(world.streams.channels()).isZero();
        assertThat(world.streams.places()).isZero();
    }

    @Test
    void whatIsPublishedDuringALongReplayComesAfterIt() {
        for (int i = 1; i <= 80; i++) {
            world.publish(task.at(i).progressed());
        }
        var client = world.open(watching(task), Resume.after(new Cursor(1, 0)));
        int published = 0;
        while (world.takeTurns() && published < 50) {
            published++;
            world.publish(task.at(90).progressed());
        }
        world.settle();

        Seen.provesThatNothingIsMissing(client.messages());
        assertThat(Seen.seqs(client.messages(), task)).startsWith(2L).contains(80L);
    }

    @Test
    void aClientThatLeavesInTheMidstOfAReplayGoesOnWhereItWas() {
        for (int i = 1; i <= 80; i++) {
            world.publish(task.at(i).progressed());
        }
        var first = world.open(watching(task), Resume.after(new Cursor(1, 0)));
        for (int turn = 0; turn < 3; turn++) {
            world.readers.takeOne();
            world.writers.takeOne();
        }
        first.goAway();
        world.settle();
        var second = world.open(watching(task), Resume.of(first.lastEventId(), Resume.FRESH));
        world.settle();

        assertThat(first.isClosed()).isTrue();
        assertThat(first.ids()).isNotEmpty().hasSizeLessThan(79);
        assertThat(Stream.concat(first.ids().stream(), second.ids().stream()))
                .containsExactlyElementsOf(
                        numbers(2, 80).stream().map(n -> n + "-0").toList());
    }

    @Test
    void oneCursorServesSeveralTasks() {
        for (int i = 1; i <= 30; i++) {
            world.publish((i % 3 == 0 ? other : task).at(i).progressed());
        }
        var client = world.open(watching(task, other), Resume.after(new Cursor(4, 0)));
        world.settle();

        assertThat(client.ids())
                .containsExactlyElementsOf(
                        numbers(5, 30).stream().map(n -> n + "-0").toList());
    }

    @Test
    void aCursorOlderThanTheLogGetsAResyncAndTheSnapshot() {
        for (int i = 1; i <= 10; i++) {
            world.publish(task.at(i).progressed());
        }
        world.log.trimUpTo(new Cursor(5, 0));
        var client = world.open(watching(task), Resume.after(new Cursor(3, 0)));
        world.settle();

        assertThat(client.names()).containsExactly("resync", "progress");
        assertThat(client.messages().get(0).data()).isEqualTo("{\"reason\":\"trimmed\"}");
        assertThat(client.ids()).containsExactly("10-0");
    }

    @Test
    void aMalformedCursorAndOneOfAnotherLogGetAResyncAndTheSnapshot() {
        world.publish(task.at(1).progressed());
        for (String cursor : List.of("nonsense", "999-0", "1-0-0", "-1-0")) {
            var client = world.open(watching(task), Resume.of(cursor, Resume.FRESH));
            world.settle();

            assertThat(client.names()).containsExactly("resync", "progress");
            assertThat(client.messages().get(0).data()).isEqualTo("{\"reason\":\"unknown\"}");
            client.goAway();
            world.publish(task.at(1).progressed());
            world.settle();
        }
    }

    @Test
    void aDocumentStreamGreetsAndSendsJustTheSnapshotInsteadOfAResync() {
        world.publish(task.at(1).progressed());
        var client = world.open(watching(task), DocumentFormat.DOCUMENTS, Resume.of("nonsense", Resume.FRESH));
        world.settle();
        world.publish(task.failed());
        world.settle();

        assertThat(client.names()).containsOnly("null");
        assertThat(client.messages().get(0).data()).isEqualTo("{\"document_id\":\"a\",\"status\":\"connected\"}");
        assertThat(client.messages())
                .extracting(message -> Seen.data(message).getString("status"))
                .containsExactly("connected", "processing", "failed");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void endsWhenAllTasksAreAtTheirEnd() {
        world.publish(task.completed());
        var client = world.open(watching(task, other), Resume.FRESH);
        world.settle();
        assertThat(client.isClosed()).isFalse();

        world.publish(other.failed());
        world.settle();
        assertThat(client.names()).containsExactly("progress", "complete", "error");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void anEndBeforeTheCursorCountsToo() {
        world.publish(task.completed());
        var known = world.publish(other.at(1).progressed());
        var client = world.open(watching(task, other), Resume.after(known.id()));
        world.publish(other.completed());
        world.settle();

        assertThat(client.names()).containsExactly("complete");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void aClientThatWasToldTheEndIsNotStreamedToAnyMore() {
        world.publish(task.at(1).progressed());
        var end = world.publish(task.completed());
        world.rows.put(task.id(), task.row(TaskStatus.SUCCEEDED));

        assertThat(admit(end.id())).isEmpty();
        assertThat(admit(new Cursor(99, 0))).isEmpty();
        assertThat(admit(new Cursor(1, 0))).isPresent();
    }

    @Test
    void aRetryStreamsAgain() {
        world.publish(task.at(50).progressed());
        var end = world.publish(task.failed());
        world.rows.put(task.id(), task.inAttempt(2).at(50).row(TaskStatus.QUEUED));
        var client = world.open(watching(task), Resume.after(end.id()));
        world.settle();
        assertThat(client.isClosed()).isFalse();

        var fresh = world.open(watching(task), Resume.FRESH);
        world.settle();
        assertThat(fresh.names()).containsExactly("progress");

        world.publish(task.inAttempt(2).completed());
        world.settle();
        assertThat(client.names()).containsExactly("complete");
        assertThat(fresh.names()).containsExactly("progress", "complete");
    }

    @Test
    void allTasksOfAnOwnerIncludeLaterOnesAndNobodyElses() {
        world.publish(task.at(1).progressed());
        world.publish(aTask("x").of("bob").progressed());
        var client = world.open(new Watch.AllOf(task.owner()), Resume.FRESH);
        var admin = world.open(new Watch.Everything(), Resume.after(new Cursor(1, 0)));
        world.settle();
        world.publish(aTask("later").completed());
        world.publish(aTask("x").of("bob").completed());
        world.settle();

        assertThat(client.ids()).containsExactly("1-0", "3-0");
        assertThat(client.isClosed()).isFalse();
        assertThat(admin.ids()).containsExactly("2-0", "3-0", "4-0");
    }

    @Test
    void aTaskThatTheLogDoesNotKnowIsShownAsTheDatabaseHasIt() {
        world.rows.put(task.id(), task.at(40).row(TaskStatus.RUNNING, Optional.of("7-0")));
        world.rows.put(other.id(), other.row(TaskStatus.QUEUED));
        world.publish(aTask("x").progressed());
        var client = world.open(watching(task, other), Resume.FRESH);
        world.settle();

        assertThat(client.names()).containsExactly("progress", "progress");
        // Where the log is: there is no other place to go on from
        assertThat(client.ids()).containsExactly("1-0");
        assertThat(Seen.data(client.messages().get(0))).doesNotContainKey("seq");
    }

    @Test
    void anEndThatOnlyTheDatabaseKnowsIsToldOnceAndThenNeverAgain() {
        world.rows.put(task.id(), task.row(TaskStatus.SUCCEEDED));
        var client = world.open(watching(task), Resume.FRESH);
        world.settle();

        assertThat(client.names()).containsExactly("complete");
        assertThat(client.isClosed()).isTrue();
        assertThat(admit(Cursor.parse(client.lastEventId()).orElseThrow())).isEmpty();
    }

    private Optional<Admission> admit(Cursor cursor) {
        return world.streams.admit(
                StreamsFixture.caller("alice"), watching(task), NamedFormat.TASKS, Resume.after(cursor));
    }

    private static List<Long> numbers(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void aSnapshotWithoutAnyEventCanBeGoneOnFrom() {
        world.publish(aTask("x").progressed());
        var client = world.open(watching(task), Resume.resync(ResyncReason.UNKNOWN));
        world.settle();
        assertThat(client.names()).containsExactly("resync", "progress");
        client.goAway();
        world.publish(task.at(5).progressed());
        var again = world.open(watching(task), Resume.of(client.lastEventId(), Resume.FRESH));
        world.settle();

        assertThat(again.names()).containsExactly("progress");
        assertThat(again.ids()).containsExactly("2-0");
    }

    @Test
    void aTaskThatWasDeletedIsAtItsEnd() {
        world.publish(task.at(1).progressed());
        world.publish(other.at(1).progressed());
        var client = world.open(watching(task, other), Resume.FRESH);
        world.settle();
        world.publish(task.completed());
        world.rows.remove(other.id());
        world.log.forget(other.id());
        world.settle();
        assertThat(client.isClosed()).isFalse();

        world.streams.deleted(other.id());
        world.settle();
        assertThat(client.isClosed()).isTrue();
        assertThat(client.names()).endsWith("complete");
    }

    @Test
    void aTaskThatIsDeletedWhileAStreamJoinsIsAtItsEnd() {
        var client = new ClientRecorder();
        var admission = world.streams
                .admit(StreamsFixture.caller("alice"), watching(task), NamedFormat.TASKS, Resume.FRESH)
                .orElseThrow();
        world.rows.remove(task.id());
        world.streams.open(admission, client);
        world.settle();

        assertThat(client.isClosed()).isTrue();
        assertThat(world.counts.closed).containsOnlyKeys(CloseReason.COMPLETED);
    }

    @Test
    void aRetryThatHasNotBegunKeepsAReplayedStreamOpen() {
        world.publish(task.at(50).progressed());
        world.publish(task.failed());
        world.rows.put(task.id(), task.inAttempt(2).at(50).row(TaskStatus.QUEUED));
        var client = world.open(watching(task), Resume.after(new Cursor(1, 0)));
        world.settle();
        assertThat(client.names()).containsExactly("error");
        assertThat(client.isClosed()).isFalse();

        world.publish(task.inAttempt(2).completed());
        world.settle();
        assertThat(client.isClosed()).isTrue();
    }
}
