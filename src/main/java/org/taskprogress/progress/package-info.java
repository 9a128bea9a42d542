/**
 * What happens to a task while it is worked on: events, the cursor, the reporter that stages talk to, and the ports
 * {@link org.taskprogress.progress.ProgressLog} and {@link org.taskprogress.progress.ProgressListener}. No CDI, no Redis, no REST
 * comes in here.
 */
@NullMarked
package org.taskprogress.progress;

import org.jspecify.annotations.NullMarked;
