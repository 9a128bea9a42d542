package org.taskprogress.pipeline.document;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A few sentences of a document, short enough for the embedding model.
 *
 * @param ordinal the chunk's number in its document, from 0
 * @param page number of the page on which the first sentence begins, null where the type has no pages
 * @param text the sentences; white space folded, no control characters
 * @param tokens how many tokens the model makes of it
 */
record TextChunk(int ordinal, @Nullable Integer page, String text, int tokens) implements Serializable {}
