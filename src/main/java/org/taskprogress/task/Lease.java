package org.taskprogress.task;

import java.util.UUID;

/**
 * The right to work on one attempt of a task, a fencing token: whoever takes the task over gets a new one, and from then on nothing
 * that is written with the old one has any effect.
 *
 * @param task the task
 * @param attempt which attempt of it
 * @param token unique
 */
public record Lease(TaskId task, int attempt, UUID token) {}
