package org.taskprogress.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;
import org.taskprogress.progress.Cursor;

/** Counts by MicroProfile Metrics, under the names of CONTRACT.md, section 7. */
final class MetricsMeter implements StreamMeter {

    private final MetricRegistry registry;
    private final Map<String, AtomicInteger> open = new ConcurrentHashMap<>();
    private final Counter replayed;
    private final Counter conflated;
    private final Timer delivery;

    MetricsMeter(MetricRegistry registry) {
        this.registry = registry;
        this.replayed = registry.counter("task_progress_replayed_total");
        this.conflated = registry.counter("task_progress_conflated_total");
        this.delivery = registry.timer("task_progress_delivery_seconds");
    }

    @Override
    public void opened(String route) {
        open.computeIfAbsent(route, this::gauge).incrementAndGet();
    }

    private AtomicInteger gauge(String route) {
        var count = new AtomicInteger();
        registry.gauge("task_progress_streams", count, AtomicInteger::get, new Tag("route", route));
        return count;
    }

    @Override
    public void closed(String route, CloseReason reason) {
        open.computeIfAbsent(route, this::gauge).decrementAndGet();
        registry.counter("task_progress_stream_closed_total", new Tag("reason", reason.label()))
                .inc();
    }

    @Override
    public void replayed(long events) {
        replayed.inc(events);
    }

    @Override
    public void conflated(long events) {
        conflated.inc(events);
    }

    @Override
    public void delivered(Cursor id, Instant at) {
        // The id's time is by the clock of Redis; behind ours by a moment it would count as negative
        long millis = Math.max(0, at.toEpochMilli() - id.millis());
        delivery.update(Duration.ofMillis(millis));
    }
}
