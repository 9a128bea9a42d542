package org.taskprogress.task;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One long-running job of one owner, as the database has it: the truth, though a second or so behind the events.
 *
 * @param id which
 * @param type its kind of work
 * @param owner whose it is
 * @param title what people call it, for instance a file name
 * @param status where it stands
 * @param stalled whether the worker has not been heard of for longer than its lease; recovery is under way
 * @param attempt 1, then one more for each retry
 * @param percent of the whole task, 0–100; never falls within an attempt
 * @param stage the present stage of its pipeline; {@code completed}, {@code failed} or {@code cancelled} at the end
 * @param stagePercent of that stage, 0–100
 * @param message for people
 * @param eta estimated time to the end
 * @param createdAt when it was asked for
 * @param startedAt when this attempt's work began
 * @param updatedAt when its progress last changed
 * @param finishedAt when this attempt ended
 * @param error what went wrong, for people, if it failed
 * @param result what came of it, if it succeeded
 * @param lastEventId the newest recorded event that the database knows of
 * @param details what only this kind of work shows, such as how many sheets there are; empty for most
 * @param stages those of this attempt that have begun, or were announced, in order
 */
public record Task(
        TaskId id,
        TaskType type,
        Owner owner,
        String title,
        TaskStatus status,
        boolean stalled,
        int attempt,
        int percent,
        String stage,
        double stagePercent,
        String message,
        Optional<Duration> eta,
        Instant createdAt,
        Optional<Instant> startedAt,
        Instant updatedAt,
        Optional<Instant> finishedAt,
        Optional<String> error,
        Optional<JsonObject> result,
        Optional<String> lastEventId,
        JsonObject details,
        List<StageRun> stages) {

    public Task {
        stages = List.copyOf(stages);
    }

    /** The same task with these stages. */
    Task withStages(List<StageRun> others) {
        return new Task(
                id,
                type,
                owner,
                title,
                status,
                stalled,
                attempt,
                percent,
                stage,
                stagePercent,
                message,
                eta,
                createdAt,
                startedAt,
                updatedAt,
                finishedAt,
                error,
                result,
                lastEventId,
                details,
                others);
    }

    /**
     * A stage of a task, as far as it has come.
     *
     * @param name the stage
     * @param status {@code queued} if it was only announced, {@code running}, {@code succeeded}, {@code failed} or {@code cancelled}
     * @param startedAt when it began, if it did
     * @param finishedAt when it ended, if it did
     */
    public record StageRun(String name, TaskStatus status, Optional<Instant> startedAt, Optional<Instant> finishedAt) {}
}
