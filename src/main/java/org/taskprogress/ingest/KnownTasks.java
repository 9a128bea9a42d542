package org.taskprogress.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.RecordedEvent;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRegistry;
import org.taskprogress.task.TaskRegistry.Registration;
import org.taskprogress.task.TaskRepository;

/**
 * The tasks that were told of lately: read from the database and the log when needed, and again after half a minute, since other
 * instances change them too. Bounded. Used by one thread, but for {@link #forget}.
 */
final class KnownTasks {

    private static final int MAX_KEPT = 10_000;
    private static final long KEPT_NANOS = Duration.ofSeconds(30).toNanos();
    /** An ended task may be tried again at any instance, and its worker's next words count then. */
    private static final long ENDED_KEPT_NANOS = Duration.ofSeconds(1).toNanos();

    private final TaskRepository tasks;
    private final TaskRegistry registry;
    private final ProgressLog log;
    private final TokenBucket newTasks;

    private final Map<TaskId, KnownTask> known = new LinkedHashMap<>(1_024, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TaskId, KnownTask> eldest) {
            return size() > MAX_KEPT;
        }
    };

    private final Set<TaskId> changed = ConcurrentHashMap.newKeySet();

    /** @param newTasks how many tasks may be registered by being told of */
    KnownTasks(TaskRepository tasks, TaskRegistry registry, ProgressLog log, TokenBucket newTasks) {
        this.tasks = tasks;
        this.registry = registry;
        this.log = log;
        this.newTasks = newTasks;
    }

    /** Somebody else has changed the task: it is read anew before it is told of again. Thread-safe. */
    void forget(TaskId id) {
        if (changed.size() < MAX_KEPT) {
            changed.add(id);
        }
    }

    /**
     * Reads those tasks that are not known, or not any more, in few questions; those that don't exist are registered where the channel
     * says whose they are.
     *
     * @throws org.jdbi.v3.core.JdbiException if the database is away
     * @throws ProgressLog.LogUnavailableException if the log is
     */
    void load(Collection<Said> said) {
        drop();
        long now = System.nanoTime();
        Map<TaskId, Said> wanted = new LinkedHashMap<>();
        said.stream()
                .filter(each -> !isFresh(known.get(each.task()), now))
                .forEach(each -> wanted.putIfAbsent(each.task(), each));
        if (wanted.isEmpty()) {
            return;
        }
        var rows = new ArrayList<>(tasks.find(wanted.keySet()));
        rows.forEach(row -> wanted.remove(row.id()));
        rows.addAll(registered(wanted.values(), now));
        Map<TaskId, RecordedEvent> newest = log
                .newest(rows.stream().map(Task::id).toList())
                .stream()
                .collect(Collectors.toMap(event -> event.event().progress().task(), Function.identity()));
        rows.forEach(row -> known.put(row.id(), new KnownTask(row, Optional.ofNullable(newest.get(row.id())), now)));
        wanted.keySet().forEach(known::remove);
    }

    /** The task, if it exists. */
    @Nullable
    KnownTask get(TaskId id) {
        return known.get(id);
    }

    private List<Task> registered(Collection<Said> unknown, long now) {
        List<Registration> registrations = unknown.stream()
                .flatMap(said -> said.owner().stream()
                        .filter(owner -> newTasks.take(now))
                        .map(owner ->
                                new Registration(said.task(), owner, said.task().value(), List.of())))
                .toList();
        if (registrations.isEmpty()) {
            return List.of();
        }
        registry.register(registrations);
        List<Task> rows =
                tasks.find(registrations.stream().map(Registration::id).toList());
        rows.forEach(row -> unknown.removeIf(said -> said.task().equals(row.id())));
        return rows;
    }

    private void drop() {
        for (var each = changed.iterator(); each.hasNext(); ) {
            known.remove(each.next());
            each.remove();
        }
    }

    private static boolean isFresh(@Nullable KnownTask task, long now) {
        return task != null && now - task.loadedAt() < (task.isEnded() ? ENDED_KEPT_NANOS : KEPT_NANOS);
    }
}
