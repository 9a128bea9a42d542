package org.taskprogress.progress;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** Something that happened to a task. Exactly one of the two terminal kinds ends an attempt, after the state was committed. */
public sealed interface ProgressEvent {

    /** How far the task was then. */
    Progress progress();

    /** The event's name on the wire: {@code progress}, {@code complete} or {@code error}. */
    String name();

    /** Whether it ends its attempt. */
    default boolean isTerminal() {
        return !(this instanceof Progressed);
    }

    /**
     * Work went on.
     *
     * @param eta the estimated time to the end of the task; empty rather than wrong
     */
    record Progressed(Progress progress, Optional<Duration> eta) implements ProgressEvent {
        @Override
        public String name() {
            return "progress";
        }
    }

    /**
     * The task succeeded.
     *
     * @param result what came of it, an object of the pipeline's own shape
     */
    record Completed(Progress progress, JsonObject result) implements ProgressEvent {
        @Override
        public String name() {
            return "complete";
        }
    }

    /**
     * The task failed or was cancelled; its stage says which.
     *
     * @param error what went wrong, for people; safe to show
     */
    record Failed(Progress progress, String error) implements ProgressEvent {
        @Override
        public String name() {
            return "error";
        }
    }
}
