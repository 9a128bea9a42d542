/**
 * Takes in what workers of other languages tell of their tasks, by Redis or by HTTP (CONTRACT.md, section 6): each message is understood,
 * checked against its task, and recorded once, however many instances hear it. Delivery to clients and Redis itself do not come in here.
 */
@NullMarked
package org.taskprogress.ingest;

import org.jspecify.annotations.NullMarked;
