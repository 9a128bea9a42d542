package org.taskprogress.pipeline;

import jakarta.json.JsonObject;
import org.taskprogress.progress.StagePlan;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskType;

/**
 * One kind of work: implemented by a CDI bean in a package below this one, and by a job XML of the same name in
 * {@code META-INF/batch-jobs} whose step ids are the names of the stages.
 */
public interface Pipeline {

    /** The type of its tasks, and the name of its job. */
    TaskType type();

    /** Its stages, in order. */
    StagePlan stages();

    /** What a finished task has to show: the {@code result} of its {@code complete} event. */
    JsonObject result(TaskId task);
}
