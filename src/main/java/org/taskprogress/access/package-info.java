/**
 * Who is calling: login, tokens, roles, and the filter that lets nobody else in. Knows nothing of tasks.
 */
@NullMarked
package org.taskprogress.access;

import org.jspecify.annotations.NullMarked;
