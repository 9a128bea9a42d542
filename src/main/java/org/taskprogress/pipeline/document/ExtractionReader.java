package org.taskprogress.pipeline.document;

import jakarta.batch.api.chunk.ItemReader;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.taskprogress.pipeline.Run;
import org.taskprogress.pipeline.StageException;
import org.taskprogress.store.FileStore;

/**
 * Reads a document's file page after page in a child process. It goes on behind the pages that are stored, so the data is the
 * checkpoint: it can't disagree with itself, and holds on any instance.
 */
@Named
@Dependent
class ExtractionReader implements ItemReader {

    private final JobContext job;
    private final DocumentRepository documents;
    private final FileStore files;
    private final TextExtractor extractor;
    private @Nullable Extraction extraction;

    @Inject
    ExtractionReader(JobContext job, DocumentRepository documents, FileStore files, TextExtractor extractor) {
        this.job = job;
        this.documents = documents;
        this.files = files;
        this.extractor = extractor;
    }

    @Override
    public void open(@Nullable Serializable checkpoint) throws StageException {
        var task = Run.of(job).lease().task();
        Document document =
                documents.find(task).orElseThrow(() -> StageException.lasting("The document is gone.", null));
        try {
            extraction = extractor.open(files.path(document.file()), document.type(), documents.extracted(task));
        } catch (ExtractionException failure) {
            throw stageException(failure);
        }
    }

    @Override
    public @Nullable Object readItem() throws StageException {
        Extraction open = opened();
        try {
            @Nullable Page page = open.next().orElse(null);
            if (page == null) {
                noteTotal(open);
            } else {
                report(open);
            }
            return page;
        } catch (ExtractionException failure) {
            throw stageException(failure);
        }
    }

    @Override
    public Serializable checkpointInfo() {
        return opened().position();
    }

    @Override
    public void close() {
        if (extraction != null) {
            extraction.close();
        }
    }

    private void noteTotal(Extraction open) {
        OptionalInt total = open.totalPages();
        if (total.isPresent()) {
            documents.pages(Run.of(job).lease(), total.getAsInt());
        }
    }

    private void report(Extraction open) {
        int read = open.position().pages();
        OptionalInt total = open.totalPages();
        if (total.isPresent()) {
            Run.of(job)
                    .reporter()
                    .report(100.0 * read / total.getAsInt(), "Reading page " + read + " of " + total.getAsInt());
        } else {
            // How much is left of such a file is not known before its end, so only the message moves.
            Run.of(job)
                    .reporter()
                    .report(
                            0,
                            String.format(
                                    "Reading: %,d characters so far",
                                    open.position().characters()));
        }
    }

    private Extraction opened() {
        if (extraction == null) {
            throw new IllegalStateException("read before open");
        }
        return extraction;
    }

    private static StageException stageException(ExtractionException failure) {
        String text = String.valueOf(failure.getMessage());
        return failure.lasting() ? StageException.lasting(text, failure) : StageException.passing(text, failure);
    }
}
