package org.taskprogress.pipeline.document;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;

/**
 * The search index of this instance: text and vector of each chunk, in a local directory. The database is the truth;
 * {@link #versions()} tells what is here, so that what is missing can be added again. Every change is committed when
 * its method returns, so a killed process leaves the index as it was after the last one. An index that is damaged, or
 * of another format, is thrown away and begun anew, empty. Thread-safe.
 */
final class DocumentIndex implements AutoCloseable {
    static final String DOCUMENT = "document";
    static final String OWNER = "owner";
    static final String CASE = "case";
    static final String TEXT = "text";
    static final String VECTOR = "vector";
    static final String ORDINAL = "ordinal";
    static final String PAGE = "page";

    private static final String MARKER = "marker";
    private static final String VERSION = "version";
    /** Changes with the fields, the analysis or the embedding model. */
    private static final String FORMAT = "1 all-minilm-l6-v2-q";

    private static final System.Logger LOG = System.getLogger(DocumentIndex.class.getName());

    private final Directory directory;
    private final Analyzer analyzer = new StandardAnalyzer();
    private final IndexWriter writer;
    private final SearcherManager searchers;

    /**
     * Opens the index, or begins one.
     *
     * @param path a directory that no other process uses
     * @throws IOException when the directory is in use or cannot be written
     */
    DocumentIndex(Path path) throws IOException {
        Files.createDirectories(path);
        directory = FSDirectory.open(path);
        writer = openOrBegin(path);
        searchers = new SearcherManager(writer, null);
    }

    private IndexWriter openOrBegin(Path path) throws IOException {
        try {
            check();
            return begin();
        } catch (LockObtainFailedException e) {
            throw new IOException("the search index " + path + " is in use by another process", e);
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            // Damage shows as any of these: a codec that is not there is an IllegalArgumentException.
            LOG.log(Level.WARNING, "index={0} is thrown away and rebuilt: {1}", path, e.toString());
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.delete(file);
                }
            }
            return begin();
        }
    }

    /** Reads every byte once, since Lucene would notice most damage only in the middle of a later search. */
    private void check() throws IOException {
        if (!DirectoryReader.indexExists(directory)) {
            return;
        }
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            String format = reader.getIndexCommit().getUserData().get("format");
            if (!FORMAT.equals(format)) {
                throw new IOException("format " + format + " instead of " + FORMAT);
            }
            for (LeafReaderContext leaf : reader.leaves()) {
                if (leaf.reader() instanceof CodecReader segment) {
                    segment.checkIntegrity();
                }
            }
        }
    }

    private IndexWriter begin() throws IOException {
        IndexWriter begun = new IndexWriter(directory, new IndexWriterConfig(analyzer));
        begun.setLiveCommitData(Map.of("format", FORMAT).entrySet());
        begun.commit();
        return begun;
    }

    /**
     * Adds a document, or replaces it whole; searches see either the old or the new.
     *
     * @param version what {@link #versions()} tells about it, for example the number of its attempt
     * @param chunks read once, in the course of the call
     */
    void add(String documentId, long version, String owner, String caseId, Iterable<IndexedChunk> chunks)
            throws IOException {
        List<Document> block = new ArrayList<>();
        Document marker = new Document();
        marker.add(new StringField(DOCUMENT, documentId, Field.Store.YES));
        marker.add(new StringField(MARKER, "1", Field.Store.NO));
        marker.add(new StoredField(VERSION, version));
        block.add(marker);
        for (IndexedChunk chunk : chunks) {
            block.add(document(documentId, owner, caseId, chunk));
        }
        writer.updateDocuments(new Term(DOCUMENT, documentId), block);
        commit();
    }

    private static Document document(String documentId, String owner, String caseId, IndexedChunk chunk) {
        Document document = new Document();
        document.add(new StringField(DOCUMENT, documentId, Field.Store.YES));
        document.add(new StringField(OWNER, owner, Field.Store.NO));
        document.add(new StringField(CASE, caseId, Field.Store.NO));
        document.add(new StoredField(ORDINAL, chunk.ordinal()));
        Integer page = chunk.page();
        if (page != null) {
            document.add(new StoredField(PAGE, page));
        }
        document.add(new TextField(TEXT, chunk.text(), Field.Store.YES));
        document.add(new KnnFloatVectorField(VECTOR, chunk.vector(), VectorSimilarityFunction.DOT_PRODUCT));
        return document;
    }

    /** Removes a document; does nothing when it is not here. */
    void remove(String documentId) throws IOException {
        writer.deleteDocuments(new Term(DOCUMENT, documentId));
        commit();
    }

    private void commit() throws IOException {
        writer.commit();
        searchers.maybeRefreshBlocking();
    }

    /** The ids of all documents that are here, each with the version it was added with. */
    Map<String, Long> versions() throws IOException {
        IndexSearcher searcher = searchers.acquire();
        try {
            Map<String, Long> versions = new TreeMap<>();
            int all = Math.max(1, searcher.getIndexReader().numDocs());
            for (ScoreDoc found : searcher.search(new TermQuery(new Term(MARKER, "1")), all).scoreDocs) {
                Document marker = searcher.storedFields().document(found.doc);
                versions.put(
                        marker.get(DOCUMENT),
                        marker.getField(VERSION).numericValue().longValue());
            }
            return versions;
        } finally {
            searchers.release(searcher);
        }
    }

    /**
     * The chunks that answer a query best, by their words and by their meaning.
     *
     * @param owner whose documents are searched
     * @param caseId if present, only this case of theirs
     * @param query what the user typed; it has no syntax
     * @param vector the query's embedding
     * @param limit most hits
     */
    List<SearchHit> search(String owner, Optional<String> caseId, String query, float[] vector, int limit)
            throws IOException {
        IndexSearcher searcher = searchers.acquire();
        try {
            return new HybridSearch(searcher, analyzer, owner, caseId).hits(query, vector, limit);
        } finally {
            searchers.release(searcher);
        }
    }

    @Override
    public void close() throws IOException {
        searchers.close();
        writer.close();
        directory.close();
        analyzer.close();
    }
}
