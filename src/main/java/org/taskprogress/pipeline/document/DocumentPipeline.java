package org.taskprogress.pipeline.document;

import static org.taskprogress.progress.StagePlan.stage;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import org.taskprogress.pipeline.Pipeline;
import org.taskprogress.progress.StagePlan;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskType;

/** The pipeline of documents; its job is {@code META-INF/batch-jobs/document.xml}. */
@Singleton
class DocumentPipeline implements Pipeline {

    static final TaskType TYPE = new TaskType("document");

    /** The shares are the stages' times for a PDF of 311 pages on two cores: 5.4, 0.7, 22.3 and 1.1 s. */
    private static final StagePlan STAGES = StagePlan.of(
            stage("queued", 0),
            stage("extraction", 20),
            stage("chunking", 2),
            stage("embedding", 74),
            stage("indexing", 4));

    private final DocumentRepository documents;

    @Inject
    DocumentPipeline(DocumentRepository documents) {
        this.documents = documents;
    }

    @Override
    public TaskType type() {
        return TYPE;
    }

    @Override
    public StagePlan stages() {
        return STAGES;
    }

    @Override
    public JsonObject result(TaskId task) {
        DocumentRepository.Extent extent = documents.extent(task);
        var result = Json.createObjectBuilder()
                .add("document_id", task.value())
                .add("text_length", extent.characters())
                .add("chunk_count", extent.chunks());
        documents.find(task).map(Document::pages).ifPresent(pages -> result.add("pages", pages));
        return result.build();
    }
}
