/**
 * The program of the extraction child: it turns one stored file into text and ends. It runs in a JVM of its own,
 * because a hostile file can exhaust the memory or the stack of any parser; nothing from the rest of the application
 * may come in here, only the parsers and the JDK. The parent side shares
 * {@link org.taskprogress.pipeline.document.extractor.ExtractorFrame} and
 * {@link org.taskprogress.pipeline.document.extractor.ExtractorRequest} and starts
 * {@link org.taskprogress.pipeline.document.extractor.ExtractorMain}.
 */
@NullMarked
package org.taskprogress.pipeline.document.extractor;

import org.jspecify.annotations.NullMarked;
