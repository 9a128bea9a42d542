/**
 * Documents: upload, extraction, chunking, embedding, indexing, search.
 */
@NullMarked
package org.taskprogress.pipeline.document;

import org.jspecify.annotations.NullMarked;
