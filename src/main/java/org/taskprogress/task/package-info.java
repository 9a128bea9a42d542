/**
 * The task: its identity, owner, states and attempts, the repository (the truth), and the REST routes of a task. Progress
 * events, streams, Redis and batch jobs do not come in here.
 */
@NullMarked
package org.taskprogress.task;

import org.jspecify.annotations.NullMarked;
