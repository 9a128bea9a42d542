/**
 * Work: Jakarta Batch jobs, who runs them and how an attempt begins, goes on and ends. The only package (with its children)
 * that knows {@code jakarta.batch}. Each pipeline is a package below this one and a job XML.
 */
@NullMarked
package org.taskprogress.pipeline;

import org.jspecify.annotations.NullMarked;
