package org.taskprogress.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskprogress.stream.StreamsFixture.awaiting;
import static org.taskprogress.stream.Work.aTask;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.Cursor;
import org.taskprogress.task.TaskStatus;

/** Streams of tasks that have not begun ({@code await=true}). */
class AwaitTest {

    private final Work task = aTask("a");
    private final StreamsFixture world = new StreamsFixture(StreamsFixture.small(64, 16));

    @Test
    void theFirstEventComesLikeAnyOther() {
        var client = world.open(awaiting(task), Resume.FRESH);
        world.settle();
        assertThat(client.messages()).isEmpty();

        world.publish(task.at(1).progressed());
        world.publish(task.completed());
        world.settle();

        assertThat(client.names()).containsExactly("progress", "complete");
        assertThat(Seen.seqs(client.messages(), task)).containsExactly(1L, 2L);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void eventsOfAnotherOwnersTaskOfThatNameAreNeverTold() {
        var stranger = task.of("bob");
        var client = world.open(awaiting(task), Resume.FRESH);
        world.settle();
        world.publish(stranger.at(1).progressed());
        world.rows.put(task.id(), stranger.row(TaskStatus.RUNNING));
        world.settle();
        // The hand-over, by snapshot and by replay
        world.streams.listener().continuityLost();
        world.settle();
        var again = world.open(awaiting(task), Resume.FRESH);
        var resumed = world.open(awaiting(task), Resume.after(Cursor.START));
        world.settle();
        world.publish(stranger.completed());
        world.rows.put(task.id(), stranger.row(TaskStatus.SUCCEEDED));
        world.streams.listener().continuityLost();
        world.settle();

        for (var each : List.of(client, again, resumed)) {
            assertThat(each.messages()).isEmpty();
            assertThat(each.isClosed()).isFalse();
        }
    }

    @Test
    void closesAfterFiveMinutesOfNothing() {
        var client = world.open(awaiting(task), Resume.FRESH);
        world.settle();
        world.pass(Duration.ofSeconds(299));
        assertThat(client.isClosed()).isFalse();
        world.pass(Duration.ofSeconds(2));

        assertThat(client.isClosed()).isTrue();
        assertThat(client.names()).containsOnly("heartbeat");
        assertThat(world.counts.closed).containsOnly(Map.entry(CloseReason.UNBEGUN, 1));
        assertThat(world.streams.places()).isZero();
    }

    @Test
    void oneThatBeganKeepsTheStreamOpenUntilItsEnd() {
        var other = aTask("b");
        var client = world.open(awaiting(task, other), Resume.FRESH);
        world.settle();
        world.publish(task.at(1).progressed());
        world.pass(Duration.ofSeconds(400));
        assertThat(client.isClosed()).isFalse();

        world.publish(task.completed());
        world.pass(Duration.ofSeconds(2));
        assertThat(client.isClosed()).isTrue();
        assertThat(world.counts.closed).containsOnlyKeys(CloseReason.UNBEGUN);
    }

    @Test
    void aTaskThatExistsIsWaitedForAsLongAsItTakes() {
        world.rows.put(task.id(), task.row(TaskStatus.QUEUED));
        var named = StreamsFixture.watching(task);
        var awaited = StreamsFixture.awaiting(aTask("b"));
        var both = new Watch.Tasks(Stream.of(named, awaited)
                .flatMap(watch -> ((Watch.Tasks) watch).named().stream())
                .toList());
        var client = world.open(both, Resume.after(Cursor.START));
        world.settle();
        world.pass(Duration.ofSeconds(400));

        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void whatWasPublishedBeforeTheStreamBeganIsTold() {
        world.publish(task.at(1).progressed());
        world.publish(task.at(2).progressed());
        var fresh = world.open(awaiting(task), Resume.FRESH);
        var resumed = world.open(awaiting(task), Resume.after(new Cursor(1, 0)));
        world.settle();
        world.publish(task.completed());
        world.settle();

        assertThat(fresh.ids()).containsExactly("2-0", "3-0");
        assertThat(resumed.ids()).containsExactly("2-0", "3-0");
        assertThat(fresh.isClosed()).isTrue();
    }

    @Test
    void anAwaitedTaskThatHasNotBegunIsNoReasonToEndAResumedStream() {
        assertThat(world.streams.admit(
                        StreamsFixture.caller("alice"),
                        awaiting(task),
                        NamedFormat.TASKS,
                        Resume.after(new Cursor(5, 0))))
                .isPresent();
    }
}
