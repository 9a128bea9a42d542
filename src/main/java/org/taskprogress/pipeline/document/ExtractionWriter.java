package org.taskprogress.pipeline.document;

import jakarta.batch.api.chunk.AbstractItemWriter;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.taskprogress.pipeline.Run;

/** Stores the pages that were read. */
@Named
@Dependent
class ExtractionWriter extends AbstractItemWriter {

    private final JobContext job;
    private final DocumentRepository documents;

    @Inject
    ExtractionWriter(JobContext job, DocumentRepository documents) {
        this.job = job;
        this.documents = documents;
    }

    @Override
    public void writeItems(List<Object> items) {
        documents.addPages(
                Run.of(job).lease(), items.stream().map(Page.class::cast).toList());
    }
}
