package org.taskprogress.pipeline.document;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.taskprogress.pipeline.document.DocumentRepository.IndexedDocument;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;

/**
 * Finds text in an owner's documents. The index of this instance is a copy of what the database has: before each search it takes in
 * what other instances have indexed, and a document that is gone from the database is never found. Thread-safe.
 */
final class DocumentSearch {

    private static final int MAX_ROUNDS = 20;

    private final DocumentRepository documents;
    private final DocumentIndex index;
    private final SentenceEmbedder embedder;
    private final Map<String, Long> versions;

    DocumentSearch(DocumentRepository documents, DocumentIndex index, SentenceEmbedder embedder) throws IOException {
        this.documents = documents;
        this.index = index;
        this.embedder = embedder;
        this.versions = new ConcurrentHashMap<>(index.versions());
    }

    /**
     * The best places, best first.
     *
     * @param query what the user typed
     * @param limit at most so many
     */
    List<Found> search(Owner owner, Optional<String> caseId, String query, int limit)
            throws IOException, InterruptedException {
        Map<String, IndexedDocument> known = synchronize(owner);
        float[] vector = embedder.embed(List.of(query)).get(0);
        List<SearchHit> hits = index.search(owner.subject(), caseId, query, vector, limit);
        // What another instance has deleted is still in this index, and would take the places of what can be found.
        for (int round = 0; round < MAX_ROUNDS && removeUnknown(hits, known); round++) {
            hits = index.search(owner.subject(), caseId, query, vector, limit);
        }
        return hits.stream()
                .flatMap(hit -> Stream.ofNullable(known.get(hit.documentId()))
                        .map(document -> new Found(hit, document.filename())))
                .toList();
    }

    private boolean removeUnknown(List<SearchHit> hits, Map<String, IndexedDocument> known) throws IOException {
        boolean removed = false;
        for (SearchHit hit : hits) {
            if (!known.containsKey(hit.documentId()) && versions.containsKey(hit.documentId())) {
                remove(new TaskId(hit.documentId()));
                removed = true;
            }
        }
        return removed;
    }

    /**
     * Takes in what the database has of an owner and this index has not.
     *
     * @return the owner's documents by id
     */
    Map<String, IndexedDocument> synchronize(Owner owner) throws IOException {
        Map<String, IndexedDocument> known = documents.indexedOf(owner).stream()
                .collect(Collectors.toMap(
                        document -> document.id().value(), Function.identity(), (a, b) -> a, HashMap::new));
        for (IndexedDocument document : known.values()) {
            if (!isCurrent(document)) {
                add(owner, document);
            }
        }
        return known;
    }

    /** Takes a deleted document out. */
    synchronized void remove(TaskId id) throws IOException {
        index.remove(id.value());
        versions.remove(id.value());
    }

    private boolean isCurrent(IndexedDocument document) {
        return versions.getOrDefault(document.id().value(), -1L) == document.version();
    }

    private synchronized void add(Owner owner, IndexedDocument document) throws IOException {
        if (!isCurrent(document)) {
            index.add(
                    document.id().value(),
                    document.version(),
                    owner.subject(),
                    document.caseId(),
                    documents.embeddedChunks(document.id()));
            versions.put(document.id().value(), document.version());
        }
    }

    /**
     * A place that was found.
     *
     * @param filename of the document it is in
     */
    record Found(SearchHit hit, String filename) {}
}
