package org.taskprogress.pipeline.document;

import org.jspecify.annotations.Nullable;

/** A chunk as the search index takes it. No record, because its vector is an array, which compares by identity. */
final class IndexedChunk {
    private final int ordinal;
    private final @Nullable Integer page;
    private final String text;
    private final float[] vector;

    /**
     * @param ordinal the chunk's number in its document
     * @param page its page, null where the type has no pages
     * @param text what is searched and shown
     * @param vector its embedding, of length 1; not copied
     */
    IndexedChunk(int ordinal, @Nullable Integer page, String text, float[] vector) {
        this.ordinal = ordinal;
        this.page = page;
        this.text = text;
        this.vector = vector;
    }

    int ordinal() {
        return ordinal;
    }

    @Nullable
    Integer page() {
        return page;
    }

    String text() {
        return text;
    }

    float[] vector() {
        return vector;
    }
}
