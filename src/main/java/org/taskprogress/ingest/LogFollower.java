package org.taskprogress.ingest;

import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.EndPublisher;
import org.taskprogress.progress.Progress;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.progress.ProgressListener;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.ExternalWork;
import org.taskprogress.task.ExternalWork.Begun;
import org.taskprogress.task.ExternalWork.End;
import org.taskprogress.task.ExternalWork.Standing;
import org.taskprogress.task.ExternalWork.State;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRegistry;
import org.taskprogress.task.TaskRegistry.Registration;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskType;

/**
 * Brings the rows of tasks along whose workers run {@code emit.lua} themselves, perhaps while no instance was there: what the log has of
 * an external task and its row has not, a second later, nobody of us has recorded. Life: {@link #recorded} and {@link #continuityLost} on
 * the listening thread, {@link #flush} about once a second on another one. Bounded.
 */
final class LogFollower implements ProgressListener {

    private static final long RIPE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_FOLLOWED = 10_000;
    private static final int MAX_STAGES = 50;
    private static final int PAGE = 500;

    private final TaskRepository tasks;
    private final TaskRegistry registry;
    private final ExternalWork work;
    private final ProgressLog log;
    private final EndPublisher ends;
    private final Map<TaskId, Followed> followed = new ConcurrentHashMap<>();
    private volatile boolean mustScan;

    /** What was recorded of a task since its row was last looked at. */
    private record Followed(RecordedEvent first, RecordedEvent newest, List<Begun> stages, long since, long newestAt) {

        Followed and(RecordedEvent event, long now) {
            if (!event.id().isAfter(newest.id())) {
                return this;
            }
            return new Followed(first, event, with(stages, event), since, now);
        }

        static List<Begun> with(List<Begun> stages, RecordedEvent event) {
            Progress progress = event.event().progress();
            boolean known = stages.stream().anyMatch(each -> each.stage().equals(progress.stage()));
            if (event.event().isTerminal()
                    || known
                    || stages.size() >= MAX_STAGES
                    || KnownTask.STANDINGS.contains(progress.stage())) {
                return stages;
            }
            var more = new ArrayList<>(stages);
            more.add(new Begun(progress.stage(), progress.at()));
            return List.copyOf(more);
        }
    }

    LogFollower(TaskRepository tasks, TaskRegistry registry, ExternalWork work, ProgressLog log, EndPublisher ends) {
        this.tasks = tasks;
        this.registry = registry;
        this.work = work;
        this.log = log;
        this.ends = ends;
    }

    @Override
    public void recorded(RecordedEvent event) {
        Progress progress = event.event().progress();
        TaskId id = progress.task();
        if (!progress.type().equals(TaskType.EXTERNAL)
                || (followed.size() >= MAX_FOLLOWED && !followed.containsKey(id))) {
            return;
        }
        long now = System.nanoTime();
        followed.merge(
                id,
                new Followed(event, event, Followed.with(List.of(), event), now, now),
                (known, fresh) -> known.and(event, now));
    }

    /** At the first start too: what the log has was perhaps recorded while nobody of us listened. */
    @Override
    public void continuityLost() {
        mustScan = true;
    }

    /** Compares what was recorded with the rows; one thread at a time. Throws as the database and the log do; then nothing is forgotten. */
    synchronized void flush() {
        if (mustScan) {
            mustScan = false;
            scan();
        }
        long now = System.nanoTime();
        List<TaskId> ripe = new ArrayList<>();
        followed.forEach((id, each) -> {
            if (now - each.since() >= RIPE_NANOS) {
                ripe.add(id);
            }
        });
        for (int from = 0; from < ripe.size(); from += PAGE) {
            compare(ripe.subList(from, Math.min(ripe.size(), from + PAGE)), now);
        }
    }

    private void scan() {
        try {
            Cursor at = Cursor.START;
            boolean more = true;
            while (more) {
                ProgressLog.Replay page = log.after(at, PAGE);
                page.events().forEach(this::recorded);
                more = page.more();
                at = page.last();
            }
        } catch (ProgressLog.LogUnavailableException away) {
            mustScan = true;
            throw away;
        }
    }

    private void compare(List<TaskId> ids, long now) {
        Map<TaskId, Standing> rows = work.standings(ids);
        for (TaskId id : ids) {
            Followed each = followed.get(id);
            if (each != null) {
                bringAlong(each, rows.get(id), now);
                boolean quiet = now - each.newestAt() >= RIPE_NANOS
                        || each.newest().event().isTerminal();
                if (!quiet || !followed.remove(id, each)) {
                    followed.computeIfPresent(
                            id,
                            (same, known) -> new Followed(
                                    known.newest(), known.newest(), known.stages(), now, known.newestAt()));
                }
            }
        }
    }

    private void bringAlong(Followed each, @Nullable Standing row, long now) {
        Progress progress = each.newest().event().progress();
        if (row == null) {
            registry.register(List.of(new Registration(
                    progress.task(), progress.owner(), progress.task().value(), List.of())));
        }
        Standing standing = row == null ? new Standing(1, true, 0) : row;
        if (!standing.isOpen() || standing.attempt() != progress.attempt()) {
            return;
        }
        long order = ExternalRows.order(each.newest().id());
        boolean quiet = now - each.newestAt() >= RIPE_NANOS;
        if (each.newest().event().isTerminal()) {
            end(each);
        } else if (standing.order() < ExternalRows.order(each.first().id()) || (quiet && standing.order() < order)) {
            work.progressed(state(each), each.newest().id().toString(), order);
        }
    }

    /** It is published already; publishing it again finds that out, and notes it in the row. */
    private void end(Followed each) {
        ProgressEvent event = each.newest().event();
        boolean cancelled = event.progress().stage().equals("cancelled");
        var end = event instanceof ProgressEvent.Completed completed
                ? new End(state(each), TaskStatus.SUCCEEDED, Optional.empty(), completed.result(), Optional.empty())
                : new End(
                        state(each),
                        cancelled ? TaskStatus.CANCELLED : TaskStatus.FAILED,
                        Optional.of(event instanceof ProgressEvent.Failed failed ? failed.error() : ""),
                        JsonValue.EMPTY_JSON_OBJECT,
                        Optional.empty());
        if (work.ended(end)) {
            tasks.find(event.progress().task()).ifPresent(ends::publish);
        }
    }

    private static State state(Followed each) {
        ProgressEvent event = each.newest().event();
        Progress progress = event.progress();
        Optional<Duration> eta =
                event instanceof ProgressEvent.Progressed progressed ? progressed.eta() : Optional.empty();
        return new State(
                progress.task(),
                progress.attempt(),
                progress.percent(),
                progress.stage(),
                progress.stagePercent(),
                progress.message(),
                eta,
                progress.details(),
                each.stages());
    }
}
