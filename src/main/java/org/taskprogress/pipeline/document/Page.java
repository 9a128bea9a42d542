package org.taskprogress.pipeline.document;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A page of a document, or a block of some thousand characters of a type that has no pages. The texts of all pages, put
 * together as they are, are the text of the document.
 *
 * @param number the page's number from 1, null where the type has no pages
 * @param text what it says; empty for a page without text
 */
record Page(@Nullable Integer number, String text) implements Serializable {}
