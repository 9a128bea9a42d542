package org.taskprogress.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.taskprogress.stream.StreamsFixture.watching;
import static org.taskprogress.stream.Work.aTask;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.taskprogress.access.Caller;
import org.taskprogress.access.Role;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.TaskStatus;

/** The life of streams: faults of the log, clocks, limits, leaving. */
class StreamsTest {

    private final Work task = aTask("a");
    private final StreamsFixture world = new StreamsFixture(StreamsFixture.small(16, 8));

    StreamsTest() {
        world.rows.put(task.id(), task.row(TaskStatus.RUNNING));
    }

    @Test
    void opensFromTheDatabaseWhileTheLogIsAwayAndHealsLater() {
        world.publish(task.at(10).progressed());
        world.rows.put(task.id(), task.at(10).row(TaskStatus.RUNNING, Optional.of("1-0")));
        world.log.setAway(true);
        var client = world.open(watching(task), Resume.FRESH);
        world.pass(Duration.ofSeconds(3));
        assertThat(client.ids()).containsExactly("1-0");

        world.log.setAway(false);
        world.publish(task.at(20).progressed());
        world.pass(Duration.ofSeconds(2));
        world.publish(task.at(30).progressed());
        world.settle();

        assertThat(client.names()).containsExactly("progress", "resync", "progress", "progress");
        assertThat(client.ids()).containsExactly("1-0", "2-0", "3-0");
    }

    @Test
    void aClientWithACursorWaitsForTheLogAndMissesNothing() {
        var known = world.publish(task.at(1).progressed());
        world.publish(task.at(2).progressed());
        world.log.setAway(true);
        var client = world.open(watching(task), Resume.after(known.id()));
        world.pass(Duration.ofSeconds(2));
        assertThat(client.messages()).isEmpty();

        world.log.setAway(false);
        world.publish(task.at(3).progressed());
        world.pass(Duration.ofSeconds(1));

        assertThat(client.names()).containsExactly("progress", "progress");
        assertThat(client.ids()).containsExactly("2-0", "3-0");
    }

    @Test
    void aLogThatGoesAwayInTheMidstOfAReplayCostsNothing() {
        for (int i = 1; i <= 40; i++) {
            world.publish(task.at(i).progressed());
        }
        var client = world.open(watching(task), Resume.after(new Cursor(1, 0)));
        world.readers.takeOne();
        world.writers.takeOne();
        world.log.setAway(true);
        world.settle();
        world.log.setAway(false);
        world.pass(Duration.ofSeconds(1));

        Seen.provesThatNothingIsMissing(client.messages());
        assertThat(client.ids()).hasSize(39);
    }

    @Test
    void eventsThatTheListenerMissedAreReadFromTheLog() {
        var client = world.open(watching(task), Resume.FRESH);
        var all = world.open(new Watch.AllOf(task.owner()), Resume.FRESH);
        world.settle();
        world.publish(task.at(1).progressed());
        world.settle();
        world.record(task.at(2).progressed());
        world.log.tell(new Deaf());
        world.streams.listener().continuityLost();
        world.publish(task.at(3).progressed());
        world.settle();

        // The first is where the empty log was when the client came
        assertThat(client.ids()).containsExactly("0-0", "1-0", "2-0", "3-0");
        assertThat(all.ids()).containsExactly("0-0", "1-0", "2-0", "3-0");
        assertThat(client.names()).doesNotContain("resync");
    }

    @Test
    void eventsThatNobodyHasAnyMoreShowAsAResync() {
        var client = world.open(watching(task), Resume.FRESH);
        world.settle();
        world.publish(task.at(1).progressed());
        world.settle();
        world.record(task.at(2).progressed());
        world.record(task.at(3).progressed());
        world.log.tell(new Deaf());
        world.log.trimUpTo(new Cursor(2, 0));
        world.streams.listener().continuityLost();
        world.settle();

        assertThat(client.names()).containsExactly("progress", "progress", "resync", "progress");
        assertThat(client.ids()).containsExactly("0-0", "1-0", "3-0");
    }

    @Test
    void lifeIsShownByCommentsAndHeartbeats() {
        var named = world.open(watching(task), Resume.FRESH);
        var plain = world.open(watching(task), DocumentFormat.DOCUMENTS, Resume.FRESH);
        world.settle();
        world.pass(Duration.ofSeconds(61));

        assertThat(named.names()).containsExactly("progress", "heartbeat", "heartbeat");
        assertThat(comments(named)).isEqualTo(2);
        assertThat(plain.names()).hasSize(2);
        assertThat(comments(plain)).isEqualTo(4);
    }

    private static long comments(ClientRecorder client) {
        return client.frames().stream().filter(Frame.Comment.class::isInstance).count();
    }

    @Test
    void endsWithExpiredWhenTheTokenDoes() {
        var client = world.open(watching(task), Resume.FRESH);
        world.settle();
        world.pass(Duration.ofHours(1));

        assertThat(client.names()).endsWith("expired");
        assertThat(client.isClosed()).isTrue();
        assertThat(world.counts.closed).containsOnlyKeys(CloseReason.EXPIRED);
    }

    @Test
    void aClientThatIsGoneIsForgottenAtTheNextWrite() {
        var client = world.open(watching(task), Resume.FRESH);
        world.settle();
        client.goAway();
        world.pass(Duration.ofSeconds(16));

        assertThat(client.isClosed()).isTrue();
        assertThat(world.counts.closed).containsOnlyKeys(CloseReason.GONE);
        assertThat(world.counts.open).containsEntry("tasks", 0);
        assertThat(world.streams.places()).isZero();
        assertThat(world.streams.channels()).isZero();
    }

    @Test
    void leavingWhileEventsArePublishedDisturbsNobody() {
        var leaving = world.open(watching(task), Resume.FRESH);
        var staying = world.open(watching(task), Resume.FRESH);
        world.settle();
        world.publish(task.at(1).progressed());
        leaving.goAway();
        world.publish(task.at(2).progressed());
        world.settle();
        world.publish(task.at(3).progressed());
        world.settle();

        assertThat(staying.ids()).containsExactly("0-0", "1-0", "2-0", "3-0");
        assertThat(leaving.isClosed()).isTrue();
        assertThat(world.streams.channels()).isEqualTo(1);
    }

    @Test
    void progressIsConflatedForASlowClientAndStaysProvable() {
        var client = world.open(watching(task), Resume.FRESH);
        world.settle();
        for (int i = 1; i <= 100; i++) {
            world.publish(task.at(i).progressed());
        }
        world.publish(task.in("chunking").progressed());
        world.publish(task.completed());
        world.settle();

        Seen.provesThatNothingIsMissing(client.messages());
        assertThat(client.messages()).hasSizeLessThan(20);
        assertThat(client.names()).endsWith("progress", "complete");
        assertThat(world.counts.conflated.get()).isPositive();
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void aClientWhoseMailboxOverflowsIsClosedAndResumes() {
        var client = world.open(watching(task), Resume.FRESH);
        world.settle();
        for (int i = 1; i <= 40; i++) {
            world.publish(task.in("stage-" + i).progressed());
        }
        world.settle();
        assertThat(client.isClosed()).isTrue();
        assertThat(world.counts.closed).containsOnlyKeys(CloseReason.OVERFLOW);

        var again = world.open(watching(task), Resume.after(new Cursor(1, 0)));
        world.settle();
        assertThat(again.ids()).hasSize(39);
    }

    @Test
    void whatWaitsIsWrittenAtOnce() {
        var client = world.open(watching(task), Resume.FRESH);
        world.settle();
        for (int i = 1; i <= 5; i++) {
            world.publish(task.at(i).progressed());
        }
        world.settle();

        assertThat(client.writes()).endsWith(5);
    }

    @Test
    void refusesTheNewcomerWhenAUserHasTooManyStreams() {
        var clients = new ArrayList<ClientRecorder>();
        for (int i = 0; i < 3; i++) {
            clients.add(world.open(watching(task), Resume.FRESH));
        }
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> world.open(watching(task), Resume.FRESH))
                .matches(refusal -> refusal.problem().type().status() == 429)
                .matches(refusal -> refusal.retryAfter().isPresent());

        clients.get(0).goAway();
        world.settle();
        world.open(watching(task), Resume.FRESH);
        assertThat(world.streams.places()).isEqualTo(3);
    }

    @Test
    void streamsAtOtherInstancesCountToo() {
        world.everywhere.openElsewhere("alice", 2);
        world.open(watching(task), Resume.FRESH);
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> world.open(watching(task), Resume.FRESH))
                .matches(refusal -> refusal.problem().type().status() == 429);
        assertThat(world.streams.places()).isEqualTo(1);
        assertThat(world.everywhere.here()).containsOnly(Map.entry("alice", 1));

        world.everywhere.openElsewhere("alice", 0);
        world.open(watching(task), Resume.FRESH);
    }

    @Test
    void theOwnCountDecidesWhileTheOthersCannotBeAsked() {
        world.everywhere.openElsewhere("alice", 2);
        world.everywhere.setAway(true);
        for (int i = 0; i < 3; i++) {
            world.open(watching(task), Resume.FRESH);
        }
        assertThat(world.everywhere.asked()).isEqualTo(1);
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> world.open(watching(task), Resume.FRESH));

        world.everywhere.setAway(false);
        world.pass(Duration.ofSeconds(2));
        assertThat(world.everywhere.here()).containsOnly(Map.entry("alice", 3));
    }

    @Test
    void theOthersAreToldWhoLeftAndEverythingWhenTheyGaveThisInstanceUp() {
        var client = world.open(watching(task), Resume.FRESH);
        world.open(watching(task), Resume.FRESH);
        world.pass(Duration.ofSeconds(1));
        client.goAway();
        world.pass(Duration.ofSeconds(17));
        assertThat(world.everywhere.here()).containsOnly(Map.entry("alice", 1));

        world.everywhere.forget();
        world.pass(Duration.ofSeconds(2));
        assertThat(world.everywhere.here()).containsOnly(Map.entry("alice", 1));
    }

    @Test
    void nobodyIsAdmittedWhileTheInstanceIsAboutToStop() {
        world.streams.beginDraining();
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> world.open(watching(task), Resume.FRESH))
                .matches(refusal -> refusal.problem().type().status() == 503)
                .matches(refusal -> refusal.retryAfter().isPresent());
    }

    @Test
    void connectionsThatBeganTogetherAreRotatedApart() {
        var rotated = new ArrayList<Long>();
        for (int i = 0; i < 50; i++) {
            world.streams.open(
                    world.streams
                            .admit(caller("user-" + i), watching(task), NamedFormat.TASKS, Resume.FRESH)
                            .orElseThrow(),
                    new ClientRecorder());
        }
        world.settle();
        for (long minute = 1; minute <= 300; minute++) {
            world.now = Work.NOW.plus(Duration.ofMinutes(minute));
            world.streams.tick();
            world.settle();
            int closed = world.counts.closed.getOrDefault(CloseReason.ROTATED, 0);
            while (rotated.size() < closed) {
                rotated.add(minute);
            }
        }

        assertThat(rotated).hasSize(50).allMatch(minute -> minute >= 216 && minute <= 265);
        assertThat(rotated.stream().distinct().count()).isGreaterThan(15);
    }

    private static Caller caller(String subject) {
        return new Caller(subject, Set.of(Role.USER), Work.NOW.plus(Duration.ofHours(9)));
    }

    /** A hand-over that begins before its buffered events were written must not bring them again. */
    @Test
    void whatWaitedForTheHandOverIsNotReadAgainByTheNext() {
        world.publish(task.at(1).progressed());
        var admission = world.streams
                .admit(StreamsFixture.caller("alice"), watching(task), NamedFormat.TASKS, Resume.FRESH)
                .orElseThrow();
        var client = new ClientRecorder();
        // After the seam was fixed, before the snapshot is read
        world.log.beforeReads(List.of(() -> {}, () -> {
            world.publish(task.at(2).progressed());
            world.publish(task.at(3).progressed());
        }));
        world.streams.open(admission, client);
        world.readers.takeOne();
        world.streams.listener().continuityLost();
        world.settle();
        world.publish(task.at(4).progressed());
        world.settle();

        Seen.provesThatNothingIsMissing(client.messages());
        assertThat(client.ids()).endsWith("4-0").doesNotHaveDuplicates();
    }

    @Test
    void continuityLostAtAnyMomentNeitherDoublesNorLoses() {
        for (int moment = 0; moment < 12; moment++) {
            var work = aTask("moment-" + moment);
            world.rows.put(work.id(), work.row(TaskStatus.RUNNING));
            world.publish(work.at(1).progressed());
            var client = world.open(watching(work), Resume.after(new Cursor(0, 0)));
            for (int turn = 0; turn < 12; turn++) {
                world.publish(work.at(2 + turn).progressed());
                if (turn == moment || turn == moment + 2) {
                    world.streams.listener().continuityLost();
                }
                world.readers.takeOne();
                if (turn % 2 == 0) {
                    world.writers.takeOne();
                }
            }
            world.settle();
            Seen.provesThatNothingIsMissing(client.messages());
            assertThat(Seen.seqs(client.messages(), work)).hasSize(13);
            client.goAway();
            world.publish(work.at(50).progressed());
            world.settle();
        }
    }

    @Test
    void anAdmittedRequestThatNeverBeginsGivesItsPlaceBack() {
        var admission = world.streams
                .admit(StreamsFixture.caller("alice"), watching(task), NamedFormat.TASKS, Resume.FRESH)
                .orElseThrow();
        assertThat(world.streams.places()).isEqualTo(1);
        world.pass(Duration.ofSeconds(32));
        assertThat(world.streams.places()).isZero();

        var late = new ClientRecorder();
        world.streams.open(admission, late);
        assertThat(late.isClosed()).isTrue();
        assertThat(world.counts.closed).isEqualTo(Map.of());
    }

    private static final class Deaf implements ProgressListener {
        @Override
        public void recorded(RecordedEvent event) {}

        @Override
        public void continuityLost() {}
    }
}
