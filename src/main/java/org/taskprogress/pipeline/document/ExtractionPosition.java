package org.taskprogress.pipeline.document;

import java.io.Serializable;

/**
 * How far the reading of a document has come; the checkpoint from which it goes on.
 *
 * @param pages pages (PDF) or blocks (other types) already read
 * @param characters characters in them
 */
record ExtractionPosition(int pages, long characters) implements Serializable {
    static final ExtractionPosition START = new ExtractionPosition(0, 0);

    ExtractionPosition {
        if (pages < 0 || characters < 0) {
            throw new IllegalArgumentException("negative position");
        }
    }

    ExtractionPosition after(Page page) {
        return new ExtractionPosition(pages + 1, characters + page.text().length());
    }
}
