/**
 * Files that belong to tasks (uploads, results) under generated names. Knows nothing of what is in them.
 */
@NullMarked
package org.taskprogress.store;

import org.jspecify.annotations.NullMarked;
