package org.taskprogress.pipeline.document;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.taskprogress.store.FileStore;
import org.taskprogress.task.TaskDeletion;

/** Keeps the file store tidy: a deleted document takes its file and its place in the index along. */
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

    /** Files of uploads that a crash kept from becoming documents. */
    void sweep(@Observes @Priority(40) Startup startup) throws IOException {
        files.sweep(documents.files());
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
