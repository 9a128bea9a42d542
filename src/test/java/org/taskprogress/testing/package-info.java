/**
 * The real servers and clients that tests use: Redis, PostgreSQL, a browser, and a recorder of event streams. What knows the
 * program's own classes (tokens, tasks, events) is not here: such builders stand beside the tests of their component.
 */
@NullMarked
package org.taskprogress.testing;

import org.jspecify.annotations.NullMarked;
