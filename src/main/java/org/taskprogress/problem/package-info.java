/**
 * Errors as the outside sees them: RFC 9457 problem details, the exception that carries one, and the mappers that turn
 * every failure into one. Imports no other package of ours.
 */
@NullMarked
package org.taskprogress.problem;

import org.jspecify.annotations.NullMarked;
