package org.taskprogress.pipeline.document;

import org.jspecify.annotations.Nullable;

/**
 * A chunk that answers a query.
 *
 * @param documentId task id of the document
 * @param chunk the chunk's number in the document
 * @param score from 0 to 1; 1 means first by its words and first by its meaning; only comparable within one search
 * @param text the chunk's text
 * @param page its page, null where the type has no pages
 */
record SearchHit(
        String documentId,
        int chunk,
        double score,
        String text,
        @Nullable Integer page) {}
