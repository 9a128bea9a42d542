package org.taskprogress.task;

/**
 * A CDI event: a task that has ended is about to be tried again or deleted. Whoever publishes ends makes sure now that this one is in
 * the log of events, since what follows must come behind it; if the log is away, that ends the request.
 *
 * @param task whose end it is
 */
public record EndRequired(Task task) {}
