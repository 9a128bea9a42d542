/**
 * The database: its schema, brought up to date at the start, and the way to talk to it ({@link org.jdbi.v3.core.Jdbi}). Each
 * component keeps its own SQL; no table's meaning comes in here.
 */
@NullMarked
package org.taskprogress.database;

import org.jspecify.annotations.NullMarked;
