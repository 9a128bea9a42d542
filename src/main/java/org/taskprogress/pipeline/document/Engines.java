package org.taskprogress.pipeline.document;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.taskprogress.store.DataDirectory;
import org.taskprogress.store.FileStore;

/** Makes the engines and the file store of documents once, at their first use, and ends them with the application. */
@ApplicationScoped
class Engines {

    @Resource
    private ManagedThreadFactory threads;

    @Produces
    @Singleton
    FileStore files(DataDirectory data) {
        return new FileStore(data.directory("files/document"));
    }

    @Produces
    @Singleton
    TextExtractor extractor(DataDirectory data, @ConfigProperty(name = "pipeline.workers") int parallel)
            throws IOException {
        return new TextExtractor(
                ChildClassPath.find(), data.ownDirectory("extraction"), ExtractionLimits.DEFAULT, parallel, threads);
    }

    void end(@Disposes TextExtractor extractor) {
        extractor.close();
    }

    @Produces
    @Singleton
    SentenceEmbedder embedder(@ConfigProperty(name = "embedding.threads") int parallel) throws IOException {
        return new SentenceEmbedder(parallel, threads);
    }

    void end(@Disposes SentenceEmbedder embedder) {
        embedder.close();
    }

    @Produces
    @Singleton
    DocumentIndex index(DataDirectory data) throws IOException {
        return new DocumentIndex(data.ownDirectory("index"));
    }

    void end(@Disposes DocumentIndex index) throws IOException {
        index.close();
    }

    @Produces
    @Singleton
    DocumentSearch search(DocumentRepository documents, DocumentIndex index, SentenceEmbedder embedder)
            throws IOException {
        return new DocumentSearch(documents, index, embedder);
    }
}
