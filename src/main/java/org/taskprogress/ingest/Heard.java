package org.taskprogress.ingest;

/**
 * A message from a channel, not looked at yet.
 *
 * @param payload as it came
 * @param nanos when, by {@link System#nanoTime}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Heard(String channel, byte[] payload, long nanos) implements Intake.Incoming {}
