/**
 * Redis by Jedis: the recorded log of events, the one subscription of an instance, the embedded server, health. The only
 * package that knows {@code redis.clients}; nobody imports it.
 */
@NullMarked
package org.taskprogress.redis;

import org.jspecify.annotations.NullMarked;
