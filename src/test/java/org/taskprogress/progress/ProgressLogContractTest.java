package org.taskprogress.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.taskprogress.progress.EventBuilder.anEvent;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.ProgressLog.Appended;
import org.taskprogress.progress.ProgressLog.Replay;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;

/** What every {@link ProgressLog} must do. Each test has tasks of its own; the log may hold those of others. */
public abstract class ProgressLogContractTest {

    protected static final Source FIRST = new Source("1", 1);

    protected final TaskId task = TaskId.random();

    protected abstract ProgressLog log();

    protected final List<Appended> appendTo(TaskId of, int events) {
        return IntStream.rangeClosed(1, events)
                .mapToObj(n -> log().append(anEvent().of(of).at(n % 100).progressed(), new Source("1", n)))
                .toList();
    }

    @Test
    void idsGrowAndSeqHasNoHole() {
        var appended = appendTo(task, 50);

        assertThat(appended).extracting(Appended::id).isSorted().doesNotHaveDuplicates();
        assertThat(appended)
                .extracting(Appended::seq)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 50).mapToObj(Long::valueOf).toList());
        assertThat(appended).noneMatch(Appended::repeated);
        assertThat(log().head()).isEqualTo(appended.get(49).id());
    }

    @Test
    void anEventStandsUnderTheSameIdInEveryView() {
        var owner = new Owner("owner-" + task);
        var before = log().head();
        var event = anEvent().of(task).of(owner).progressed();
        var appended = log().append(event, FIRST);
        var recorded = new RecordedEvent(appended.id(), 1, event);

        assertThat(log().after(before, 10).events()).containsExactly(recorded);
        assertThat(log().after(task, before, 10).events()).containsExactly(recorded);
        assertThat(log().after(owner, before, 10).events()).containsExactly(recorded);
        assertThat(log().newest(List.of(task))).containsExactly(recorded);
    }

    @Test
    void aRepeatChangesNothingAndReturnsWhatTheFirstGot() {
        var appended = appendTo(task, 3);

        assertThat(appendTo(task, 3))
                .isEqualTo(appended.stream()
                        .map(first -> new Appended(first.id(), first.seq(), true))
                        .toList());
        assertThat(log().head()).isEqualTo(appended.get(2).id());
    }

    @Test
    void aSourceMayLeaveNumbersOut() {
        log().append(anEvent().of(task).progressed(), new Source("1", 5));
        var later = log().append(anEvent().of(task).progressed(), new Source("1", 900));

        assertThat(later.seq()).isEqualTo(2);
        assertThat(later.repeated()).isFalse();
    }

    @Test
    void sourcesCountApart() {
        log().append(anEvent().of(task).progressed(), new Source("a", 1));

        assertThat(log().append(anEvent().of(task).progressed(), new Source("b", 1)))
                .matches(second -> second.seq() == 2 && !second.repeated());
    }

    @Test
    void anAttemptHasOneEndAndNothingAfterIt() {
        log().append(anEvent().of(task).progressed(), FIRST);
        var end = log().append(anEvent().of(task).failed(), new Source("1", 2));

        var late = log().append(anEvent().of(task).progressed(), new Source("1", 3));
        var second = log().append(anEvent().of(task).completed(), new Source("repair", 1));

        assertThat(List.of(late, second)).containsOnly(new Appended(end.id(), 2, true));
        assertThat(log().after(task, Cursor.START, 10).events()).hasSize(2);
    }

    @Test
    void aRetryCountsOnAndSilencesTheAttemptBeforeIt() {
        log().append(anEvent().of(task).failed(), FIRST);
        var retry = log().append(anEvent().of(task).inAttempt(2).progressed(), new Source("2", 1));

        var stale = log().append(anEvent().of(task).progressed(), new Source("1", 2));

        assertThat(retry).matches(next -> next.seq() == 2 && !next.repeated());
        assertThat(stale).isEqualTo(new Appended(retry.id(), 2, true));
    }

    @Test
    void aTaskKeepsItsOwner() {
        log().append(anEvent().of(task).progressed(), FIRST);
        var stranger = anEvent().of(task).of(new Owner("mallory")).progressed();

        assertThatIllegalArgumentException().isThrownBy(() -> log().append(stranger, new Source("1", 2)));
    }

    @Test
    void newestLeavesOutUnknownTasksAndGoesByIds() {
        var other = TaskId.random();
        appendTo(task, 2);
        appendTo(other, 3);

        assertThat(log().newest(List.of(other, TaskId.random(), task)))
                .extracting(event -> event.event().progress().task())
                .containsExactly(task, other);
        assertThat(log().newest(List.of())).isEmpty();
    }

    @Test
    void replayGoesOnPageByPage() {
        var appended = appendTo(task, 25);

        var seen = new ArrayList<Cursor>();
        var page = log().after(task, appended.get(4).id(), 7);
        while (true) {
            assertThat(page.gapless()).isTrue();
            page.events().forEach(event -> seen.add(event.id()));
            if (!page.more()) {
                break;
            }
            page = log().after(task, page.last(), 7);
        }

        assertThat(seen)
                .isEqualTo(appended.subList(5, 25).stream().map(Appended::id).toList());
    }

    @Test
    void replayOfAllTasksIsGaplessFromAnyEventOn() {
        var appended = appendTo(task, 5);

        var replay = log().after(appended.get(1).id(), 10);

        assertThat(replay.gapless()).isTrue();
        assertThat(replay.events()).extracting(RecordedEvent::seq).containsExactly(3L, 4L, 5L);
        assertThat(replay.last()).isEqualTo(appended.get(4).id());
    }

    @Test
    void anOwnersReplayPassesOverTheOthersButTellsHowFarItRead() {
        var owner = new Owner("o:*%" + task);
        var start =
                log().append(anEvent().of(task).of(owner).progressed(), FIRST).id();
        var others = appendTo(TaskId.random(), 5);
        var mine = log().append(anEvent().of(task).of(owner).progressed(), new Source("1", 2));

        assertThat(log().after(owner, start, 10).events())
                .extracting(RecordedEvent::id)
                .containsExactly(mine.id());
        var tail = appendTo(TaskId.random(), 2).get(1).id();
        assertThat(log().after(owner, mine.id(), 10)).isEqualTo(new Replay(List.of(), true, tail, false));
        assertThat(log().after(new Owner("nobody"), others.get(0).id(), 10).events())
                .isEmpty();
    }

    @Test
    void anOwnersReplayStopsAtItsLimit() {
        var owner = new Owner("owner-" + task);
        var before = log().head();
        var ids = IntStream.rangeClosed(1, 5)
                .mapToObj(n -> log().append(anEvent().of(task).of(owner).progressed(), new Source("1", n))
                        .id())
                .toList();

        var page = log().after(owner, before, 3);

        assertThat(page.events()).hasSize(3);
        assertThat(page.more()).isTrue();
        assertThat(page.last()).isEqualTo(ids.get(2));
        assertThat(log().after(owner, page.last(), 3).events()).hasSize(2);
    }

    @Test
    void aCursorOfTheFutureIsNoneOfThisLogs() {
        appendTo(task, 2);
        var future = new Cursor(log().head().millis() + 1_000_000, 0);

        assertThat(log().after(task, future, 10).gapless()).isFalse();
        assertThat(log().after(new Owner("alice"), future, 10).gapless()).isFalse();
        assertThat(log().after(future, 10).gapless()).isFalse();
    }

    @Test
    void aCursorFromBeforeThisLogIsNoneOfIts() {
        appendTo(task, 2);

        assertThat(log().after(task, new Cursor(1, 0), 10).gapless()).isFalse();
        assertThat(log().after(new Cursor(1, 0), 10).gapless()).isFalse();
    }

    @Test
    void aForgottenTaskHasNoEvents() {
        appendTo(task, 2);
        log().forget(task);

        assertThat(log().newest(List.of(task))).isEmpty();
        assertThat(log().after(task, Cursor.START, 10).events()).isEmpty();
    }
}
