package org.taskprogress.task;

import java.util.Optional;

/** Which tasks to list; an empty part matches all. */
record TaskFilter(Optional<Owner> owner, Optional<TaskStatus> status, Optional<TaskType> type) {}
