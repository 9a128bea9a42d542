package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.taskprogress.progress.EventBuilder.anEvent;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressLog.Entry;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.redis.UnsecuredEvents.Confirmed;

class UnsecuredEventsTest {

    private final UnsecuredEvents events = new UnsecuredEvents();
    private final Entry entry = new Entry(anEvent().progressed(), new Source("1", 1));

    private void add(long... ids) {
        LongStream.of(ids).forEach(id -> events.add(entry, new Cursor(id, 0)));
    }

    @Test
    void givesThemInTheOrderOfTheirIdsWhoeverWasQuicker() {
        add(3, 1, 2);

        assertThat(events.inOrder())
                .extracting(Confirmed::id)
                .containsExactly(new Cursor(1, 0), new Cursor(2, 0), new Cursor(3, 0));
    }

    @Test
    void whatCameWhileAReplicaWasAskedIsNotSecured() {
        add(1, 2);
        long asked = events.count();
        add(3);
        events.secured(asked);

        assertThat(events.inOrder()).extracting(Confirmed::id).containsExactly(new Cursor(3, 0));
    }

    @Test
    void forgetsTheOldest() {
        add(1);
        events.forgetOlderThan(Duration.ofMinutes(1));
        assertThat(events.isEmpty()).isFalse();

        events.forgetOlderThan(Duration.ofNanos(1).negated());
        assertThat(events.isEmpty()).isTrue();
    }

    @Test
    void isBounded() {
        LongStream.rangeClosed(1, 10_005).forEach(this::add);

        assertThat(events.inOrder())
                .hasSize(10_000)
                .first()
                .matches(first -> first.id().millis() == 6);
    }
}
