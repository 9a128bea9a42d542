package org.taskprogress.progress;

import jakarta.json.JsonObject;
import java.time.Instant;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskText;
import org.taskprogress.task.TaskType;

/**
 * How far a task is at one moment.
 *
 * @param task the task
 * @param owner whose it is
 * @param type its kind of work
 * @param attempt 1, then one more for each retry
 * @param percent of the whole task, whole per cent, 0–100; never falls within an attempt
 * @param stage a stage of the task's pipeline, or {@code completed}, {@code failed}, {@code cancelled}
 * @param stagePercent of that stage, 0–100, decimal
 * @param message for people, at most {@value #MAX_MESSAGE} characters
 * @param at when
 * @param details what only this kind of work shows, such as how many sheets there are; empty for most
 */
public record Progress(
        TaskId task,
        Owner owner,
        TaskType type,
        int attempt,
        int percent,
        String stage,
        double stagePercent,
        String message,
        Instant at,
        JsonObject details) {

    /** Longest message, in UTF-16 units; a longer one is cut, since a message is never worth losing an event. */
    public static final int MAX_MESSAGE = 1_000;

    private static final int MAX_STAGE = 64;

    /** @throws IllegalArgumentException if a number is out of its range or the stage is empty or over 64 characters */
    public Progress {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempts count from 1");
        }
        if (percent < 0 || percent > 100 || !(stagePercent >= 0 && stagePercent <= 100)) {
            throw new IllegalArgumentException("per cent runs from 0 to 100");
        }
        if (stage.isBlank() || stage.length() > MAX_STAGE) {
            throw new IllegalArgumentException("a stage has 1 to " + MAX_STAGE + " characters");
        }
        message = TaskText.fit(message, MAX_MESSAGE);
    }

    /** The same, but not below this per cent. */
    Progress atLeast(int least) {
        return new Progress(
                task, owner, type, attempt, Math.max(percent, least), stage, stagePercent, message, at, details);
    }

    /** How far a task is by its row, as of a time. */
    public static Progress of(Task task, Instant at) {
        return new Progress(
                task.id(),
                task.owner(),
                task.type(),
                task.attempt(),
                task.percent(),
                task.stage(),
                task.stagePercent(),
                task.message(),
                at,
                task.details());
    }
}
