package org.taskprogress.progress;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import org.jdbi.v3.core.JdbiException;
import org.taskprogress.progress.ProgressEvent.Completed;
import org.taskprogress.progress.ProgressEvent.Failed;
import org.taskprogress.progress.ProgressLog.Source;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.task.TaskType;

/**
 * Publishes how attempts ended, from the committed rows (an outbox): so an end that a crash kept from being published is published by
 * whichever instance looks next, and however often it is, the log takes one for each attempt. Thread-safe.
 */
public final class EndPublisher {

    private static final System.Logger LOG = System.getLogger(EndPublisher.class.getName());
    private static final int BATCH = 100;

    private final TaskRepository tasks;
    private final ProgressLog log;
    private final ProgressPublisher publisher;

    public EndPublisher(TaskRepository tasks, ProgressLog log, ProgressPublisher publisher) {
        this.tasks = tasks;
        this.log = log;
        this.publisher = publisher;
    }

    /** Publishes the end of a task's present attempt; nothing happens if it has not ended. */
    public void publish(Task task) {
        if (task.status().isTerminal()) {
            publisher.publish(event(task), source(task));
        }
    }

    /**
     * Makes sure that the end of a task's present attempt is in the log when this returns.
     *
     * @throws ProgressLog.LogUnavailableException if the log is away
     */
    public void settle(Task task) {
        if (tasks.isEndUnpublished(task.id())) {
            ProgressLog.Appended where = log.append(event(task), source(task));
            tasks.endPublished(task.id(), task.attempt(), where.id().toString());
        }
    }

    /** Publishes ends that may not be. To be called now and then; does nothing while events still wait for the log. */
    public void repair() {
        if (publisher.waiting() > 0) {
            return;
        }
        try {
            tasks.unpublishedEnds(BATCH).forEach(this::publish);
        } catch (JdbiException away) {
            LOG.log(System.Logger.Level.DEBUG, "ends not looked for, will be", away);
        }
    }

    private ProgressEvent event(Task task) {
        var progress = Progress.of(task, task.finishedAt().orElse(task.updatedAt()));
        if (task.type().equals(TaskType.EXTERNAL)) {
            // Its row follows the events, so who cancels it ends it with an older per cent than was told
            int told = publisher
                    .told(task.id(), task.attempt())
                    .map(Progress::percent)
                    .orElse(0);
            progress = progress.atLeast(told);
        }
        JsonObject result = task.result().orElse(JsonValue.EMPTY_JSON_OBJECT);
        return task.status() == TaskStatus.SUCCEEDED
                ? new Completed(progress, result)
                : new Failed(progress, task.error().orElse(task.message()));
    }

    private static Source source(Task task) {
        return new Source("end/" + task.attempt(), 1);
    }
}
