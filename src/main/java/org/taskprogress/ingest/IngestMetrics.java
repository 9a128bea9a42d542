package org.taskprogress.ingest;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;
import org.taskprogress.task.TaskType;

/** Counts what is taken in and what is not, by MicroProfile Metrics (CONTRACT §7). Thread-safe. */
@Singleton
class IngestMetrics {

    private final Counter updates;
    private final Timer publish;
    private final Map<Reason, Counter> rejected = new EnumMap<>(Reason.class);

    @Inject
    IngestMetrics(MetricRegistry registry) {
        // Workers name their stages as they like, and each name would be a series for ever
        updates = registry.counter(
                "task_progress_updates_total", new Tag("type", TaskType.EXTERNAL.name()), new Tag("stage", "other"));
        publish = registry.timer("task_progress_publish_seconds");
        for (Reason reason : Reason.values()) {
            rejected.put(reason, registry.counter("task_progress_rejected_total", new Tag("reason", reason.label())));
        }
    }

    void recorded(Duration took) {
        updates.inc();
        publish.update(took);
    }

    void rejected(Reason reason) {
        Counter counter = rejected.get(reason);
        if (counter != null) {
            counter.inc();
        }
    }
}
