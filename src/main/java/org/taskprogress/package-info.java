/** Task Progress: shows people, live, how far their long-running work is. Each component is a package below this one. */
@NullMarked
package org.taskprogress;

import org.jspecify.annotations.NullMarked;
