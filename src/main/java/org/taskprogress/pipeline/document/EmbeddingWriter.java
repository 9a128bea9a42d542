package org.taskprogress.pipeline.document;

import jakarta.batch.api.chunk.AbstractItemWriter;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.taskprogress.pipeline.Run;
import org.taskprogress.pipeline.document.DocumentRepository.Extent;
import org.taskprogress.pipeline.document.DocumentRepository.PendingChunk;

/** Computes and stores embeddings; a writer and no processor, since the model computes several texts at once. */
@Named
@Dependent
class EmbeddingWriter extends AbstractItemWriter {

    private final JobContext job;
    private final DocumentRepository documents;
    private final SentenceEmbedder embedder;

    @Inject
    EmbeddingWriter(JobContext job, DocumentRepository documents, SentenceEmbedder embedder) {
        this.job = job;
        this.documents = documents;
        this.embedder = embedder;
    }

    @Override
    public void writeItems(List<Object> items) throws InterruptedException {
        Run run = Run.of(job);
        List<PendingChunk> chunks = items.stream().map(PendingChunk.class::cast).toList();
        List<float[]> vectors =
                embedder.embed(chunks.stream().map(PendingChunk::text).toList());
        documents.embed(run.lease(), chunks, vectors);
        Extent extent = documents.extent(run.lease().task());
        run.reporter()
                .report(
                        100.0 * extent.embedded() / extent.chunks(),
                        "Embedding chunk " + extent.embedded() + " of " + extent.chunks());
    }
}
