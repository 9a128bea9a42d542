/**
 * The packaged program from outside: what users, scripts and operators see, over HTTP and in a browser, also when a process is killed.
 * Nothing here uses the program's own classes; the exception is the test that runs inside the server.
 */
@NullMarked
package org.taskprogress.system;

import org.jspecify.annotations.NullMarked;
