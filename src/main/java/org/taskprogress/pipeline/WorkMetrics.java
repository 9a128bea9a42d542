package org.taskprogress.pipeline;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.TaskType;

/** Counts what this instance works, by MicroProfile Metrics (CONTRACT §7). Thread-safe. */
@Singleton
public class WorkMetrics {

    private final MetricRegistry registry;
    private final Clock clock;

    @Inject
    WorkMetrics(MetricRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** An event of ours is in the log. */
    void recorded(@Observes RecordedEvent recorded) {
        Progress progress = recorded.event().progress();
        registry.counter(
                        "task_progress_updates_total",
                        new Tag("type", progress.type().name()),
                        new Tag("stage", progress.stage()))
                .inc();
        Duration took = Duration.between(progress.at(), clock.instant());
        registry.timer("task_progress_publish_seconds").update(took.isNegative() ? Duration.ZERO : took);
    }

    /** A stage came to its end. */
    void stageEnded(TaskType type, String stage, Duration took) {
        registry.timer("task_progress_stage_seconds", new Tag("type", type.name()), new Tag("stage", stage))
                .update(took);
    }
}
