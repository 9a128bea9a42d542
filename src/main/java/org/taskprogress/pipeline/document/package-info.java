/**
 * Documents: from an uploaded file to text, chunks, vectors and a search index. Parsers run only in the
 * {@code extractor} child JVM; no parser of foreign formats may be called from here.
 */
@NullMarked
package org.taskprogress.pipeline.document;

import org.jspecify.annotations.NullMarked;
