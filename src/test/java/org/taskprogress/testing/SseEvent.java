package org.taskprogress.testing;

import java.time.Instant;
import java.util.Optional;

/**
 * One event as a browser would dispatch it.
 *
 * @param id the id that this event itself carried
 * @param lastEventId what a browser would send as {@code Last-Event-ID} after this event
 * @param event the event's name, {@code message} where it gave none
 * @param data its data lines, joined by newlines
 * @param receivedAt when its closing blank line was read
 */
public record SseEvent(Optional<String> id, String lastEventId, String event, String data, Instant receivedAt) {}
