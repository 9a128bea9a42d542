package org.taskprogress.pipeline.document;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.taskprogress.store.FileStore;
import org.taskprogress.task.TaskDeletion;

/** Takes a deleted document's file and its place in the index away. */
@Singleton
class DocumentFiles {

    private final DocumentRepository documents;
    private final DocumentSearch search;
    private final FileStore files;

    @Inject
    DocumentFiles(DocumentRepository documents, DocumentSearch search, FileStore files) {
        this.documents = documents;
        this.search = search;
        this.files = files;
    }

    void deleting(@Observes TaskDeletion deletion) {
        documents.find(deletion.task().id()).ifPresent(document -> deletion.afterwards(() -> delete(document)));
    }

    private void delete(Document document) {
        try {
            files.delete(document.file());
            search.remove(document.task());
        } catch (IOException diskFault) {
            throw new UncheckedIOException("file of task " + document.task() + " not deleted", diskFault);
        }
    }
}
