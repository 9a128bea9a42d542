package org.taskprogress.pipeline.document;

import org.jspecify.annotations.Nullable;
import org.taskprogress.task.TaskId;

/**
 * A document as the database has it.
 *
 * @param task the task that it is
 * @param caseId what its owner files it under
 * @param filename for people; made harmless, never a path
 * @param type what it is by its content
 * @param file its name in the file store
 * @param sizeBytes of the file
 * @param pages how many it has; null if its type has none, or before they are read
 */
record Document(
        TaskId task,
        String caseId,
        String filename,
        DocumentType type,
        String file,
        long sizeBytes,
        @Nullable Integer pages) {}
