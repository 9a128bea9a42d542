package org.taskprogress.pipeline.document;

import jakarta.batch.api.chunk.AbstractItemReader;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.taskprogress.pipeline.Run;
import org.taskprogress.pipeline.document.DocumentRepository.PendingChunk;

/** Reads the chunks that have no embedding yet; what is stored is the checkpoint, as in {@link ExtractionReader}. */
@Named
@Dependent
class EmbeddingReader extends AbstractItemReader {

    private static final int AHEAD = 128;

    private final JobContext job;
    private final DocumentRepository documents;
    private final Deque<PendingChunk> ahead = new ArrayDeque<>(AHEAD);
    private int last = -1;

    @Inject
    EmbeddingReader(JobContext job, DocumentRepository documents) {
        this.job = job;
        this.documents = documents;
    }

    @Override
    public @Nullable Object readItem() {
        if (ahead.isEmpty()) {
            ahead.addAll(documents.pendingChunks(Run.of(job).lease().task(), last, AHEAD));
        }
        @Nullable PendingChunk next = ahead.poll();
        if (next != null) {
            last = next.position();
        }
        return next;
    }
}
