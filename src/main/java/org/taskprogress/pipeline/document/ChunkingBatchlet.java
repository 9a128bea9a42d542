package org.taskprogress.pipeline.document;

import jakarta.batch.api.Batchlet;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import org.taskprogress.pipeline.Run;
import org.taskprogress.pipeline.StageException;
import org.taskprogress.task.TaskId;

/** Cuts the text into chunks: at most some thousand, a second or two of work, stored all at once or not at all. */
@Named
@Dependent
class ChunkingBatchlet implements Batchlet {

    private final JobContext job;
    private final DocumentRepository documents;
    private final SentenceEmbedder embedder;
    private volatile boolean stopped;

    @Inject
    ChunkingBatchlet(JobContext job, DocumentRepository documents, SentenceEmbedder embedder) {
        this.job = job;
        this.documents = documents;
        this.embedder = embedder;
    }

    @Override
    public String process() throws StageException {
        Run run = Run.of(job);
        List<TextChunk> chunks = cut(run);
        if (stopped) {
            return "STOPPED";
        }
        if (chunks.isEmpty()) {
            throw StageException.lasting(
                    "No text was found in this file. If it is a scan, it holds pictures of text only.", null);
        }
        documents.replaceChunks(run.lease(), chunks);
        return "COMPLETED";
    }

    @Override
    public void stop() {
        stopped = true;
    }

    private List<TextChunk> cut(Run run) {
        TaskId task = run.lease().task();
        int total = Math.max(1, documents.extracted(task).pages());
        var chunker = new Chunker(embedder.tokenizer()::count, Chunker.DEFAULT_MAX_TOKENS, Chunker.DEFAULT_OVERLAP);
        var chunks = new ArrayList<TextChunk>();
        var progress = new int[1];
        documents.eachPage(task, page -> {
            if (!stopped) {
                chunks.addAll(chunker.feed(page));
                run.reporter()
                        .report(100.0 * ++progress[0] / total, "Cutting into chunks: " + chunks.size() + " so far");
            }
        });
        chunks.addAll(chunker.finish());
        return chunks;
    }
}
