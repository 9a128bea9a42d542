package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.TaskId;

/** Keeps what it is told. */
final class RecordingListener implements ProgressListener {

    private final List<RecordedEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger losses = new AtomicInteger();

    @Override
    public void recorded(RecordedEvent event) {
        events.add(event);
    }

    @Override
    public void continuityLost() {
        losses.incrementAndGet();
    }

    List<RecordedEvent> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    int losses() {
        return losses.get();
    }

    /** Nothing lost, doubled or out of order, by ids and by each task's own count. */
    void assertWhole() {
        var recorded = events();
        assertThat(recorded).extracting(RecordedEvent::id).isSorted().doesNotHaveDuplicates();
        Map<TaskId, Long> counts = new HashMap<>();
        for (RecordedEvent event : recorded) {
            long expected = counts.merge(event.event().progress().task(), 1L, Long::sum);
            assertThat(event.seq()).isEqualTo(expected);
        }
    }
}
