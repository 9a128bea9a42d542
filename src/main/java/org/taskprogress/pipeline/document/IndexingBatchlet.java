package org.taskprogress.pipeline.document;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import org.taskprogress.pipeline.Run;
import org.taskprogress.pipeline.StageException;
import org.taskprogress.task.TaskRepository;

/** Makes the document findable: here at once, on other instances at their next search. */
@Named
@Dependent
class IndexingBatchlet extends AbstractBatchlet {

    private final JobContext job;
    private final DocumentRepository documents;
    private final DocumentSearch search;
    private final TaskRepository tasks;

    @Inject
    IndexingBatchlet(JobContext job, DocumentRepository documents, DocumentSearch search, TaskRepository tasks) {
        this.job = job;
        this.documents = documents;
        this.search = search;
        this.tasks = tasks;
    }

    @Override
    public String process() throws StageException {
        Run run = Run.of(job);
        documents.indexed(run.lease());
        var task = tasks.find(run.lease().task()).orElseThrow();
        try {
            search.synchronize(task.owner());
        } catch (IOException diskFault) {
            throw StageException.passing("The search index could not be written.", diskFault);
        }
        return "COMPLETED";
    }
}
