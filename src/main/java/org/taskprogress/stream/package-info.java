/**
 * Delivery to clients as Server-Sent Events: channels, sinks, the hand-over from replay to live, and the stream routes. The
 * only package that knows {@code jakarta.ws.rs.sse}; nobody imports it.
 */
@NullMarked
package org.taskprogress.stream;

import org.jspecify.annotations.NullMarked;
