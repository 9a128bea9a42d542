package org.taskprogress.pipeline.document;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.taskprogress.task.Lease;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskText;
import org.taskprogress.task.TaskWork;

/**
 * The documents in the database: the file's description, and what each stage has made of it so far, so that a run goes on where the
 * one before it stopped, on whichever instance. What a stage writes is fenced by the run's lease. Thread-safe.
 */
@Singleton
class DocumentRepository {

    private static final int FETCH_SIZE = 200;

    private final Jdbi jdbi;
    private final Clock clock;

    @Inject
    DocumentRepository(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** Adds a document beside its task, in that transaction. */
    static void add(Handle handle, Document document) {
        handle.createUpdate("""
                        INSERT INTO document (task_id, case_id, filename, kind, file, size_bytes)
                        VALUES (:id, :case, :filename, :kind, :file, :size)
                        """)
                .bind("id", document.task().value())
                .bind("case", document.caseId())
                .bind("filename", document.filename())
                .bind("kind", document.type().name())
                .bind("file", document.file())
                .bind("size", document.sizeBytes())
                .execute();
    }

    Optional<Document> find(TaskId id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM document WHERE task_id = :id")
                .bind("id", id.value())
                .map((row, context) -> document(row))
                .findOne());
    }

    /** The names of all files that a document still needs. */
    Set<String> files() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT file FROM document")
                .mapTo(String.class)
                .set());
    }

    /** How much of the text is stored: where extraction goes on. */
    ExtractionPosition extracted(TaskId id) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT COUNT(*), COALESCE(SUM(CHAR_LENGTH(text)), 0) FROM document_page WHERE task_id = :id")
                .bind("id", id.value())
                .map((row, context) -> new ExtractionPosition(row.getInt(1), row.getLong(2)))
                .one());
    }

    /** Stores the next pages behind those that are there. */
    void addPages(Lease lease, List<Page> pages) {
        jdbi.useTransaction(handle -> {
            TaskWork.fence(handle, lease);
            int position = count(handle, "document_page", lease.task());
            var batch = handle.prepareBatch(
                    "INSERT INTO document_page (task_id, position, page, text) VALUES (:id, :position, :page, :text)");
            for (Page page : pages) {
                batch.bind("id", lease.task().value())
                        .bind("position", position++)
                        .bind("page", page.number())
                        .bind("text", TaskText.storable(page.text()))
                        .add();
            }
            batch.execute();
        });
    }

    /** Notes how many pages a document has. */
    void pages(Lease lease, int pages) {
        jdbi.useTransaction(handle -> {
            TaskWork.fence(handle, lease);
            handle.createUpdate("UPDATE document SET pages = :pages WHERE task_id = :id")
                    .bind("pages", pages)
                    .bind("id", lease.task().value())
                    .execute();
        });
    }

    /** Gives each stored page, in order. */
    void eachPage(TaskId id, Consumer<Page> consumer) {
        jdbi.useTransaction(handle -> handle.createQuery(
                        "SELECT page, text FROM document_page WHERE task_id = :id ORDER BY position")
                .bind("id", id.value())
                .setFetchSize(FETCH_SIZE)
                .map((row, context) -> new Page(number(row), row.getString("text")))
                .forEach(consumer));
    }

    /** Stores all chunks at once, in the place of any that are there. */
    void replaceChunks(Lease lease, List<TextChunk> chunks) {
        jdbi.useTransaction(handle -> {
            TaskWork.fence(handle, lease);
            handle.createUpdate("DELETE FROM document_chunk WHERE task_id = :id")
                    .bind("id", lease.task().value())
                    .execute();
            var batch = handle.prepareBatch(
                    "INSERT INTO document_chunk (task_id, position, page, text) VALUES (:id, :position, :page, :text)");
            for (TextChunk chunk : chunks) {
                batch.bind("id", lease.task().value())
                        .bind("position", chunk.ordinal())
                        .bind("page", chunk.page())
                        .bind("text", chunk.text())
                        .add();
            }
            batch.execute();
        });
    }

    /** The first chunks that have no embedding yet, in order. */
    List<PendingChunk> pendingChunks(TaskId id, int after, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT position, text FROM document_chunk
                        WHERE task_id = :id AND embedding IS NULL AND position > :after ORDER BY position LIMIT :limit
                        """)
                .bind("id", id.value())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new PendingChunk(row.getInt("position"), row.getString("text")))
                .list());
    }

    /**
     * Stores embeddings.
     *
     * @param vectors one for each of the chunks, in their order
     */
    void embed(Lease lease, List<PendingChunk> chunks, List<float[]> vectors) {
        jdbi.useTransaction(handle -> {
            TaskWork.fence(handle, lease);
            var batch = handle.prepareBatch(
                    "UPDATE document_chunk SET embedding = :vector WHERE task_id = :id AND position = :position");
            Iterator<float[]> vector = vectors.iterator();
            for (PendingChunk chunk : chunks) {
                batch.bind("vector", bytes(vector.next()))
                        .bind("id", lease.task().value())
                        .bind("position", chunk.position())
                        .add();
            }
            batch.execute();
        });
    }

    /** What there is of a document: for its description and its result. */
    Extent extent(TaskId id) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT (SELECT COALESCE(SUM(CHAR_LENGTH(text)), 0) FROM document_page WHERE task_id = :id),
                            (SELECT COUNT(*) FROM document_chunk WHERE task_id = :id),
                            (SELECT COUNT(embedding) FROM document_chunk WHERE task_id = :id)
                        """)
                .bind("id", id.value())
                .map((row, context) -> new Extent(row.getLong(1), row.getInt(2), row.getInt(3)))
                .one());
    }

    /** Notes that the document can be found, by every instance. */
    void indexed(Lease lease) {
        jdbi.useTransaction(handle -> {
            TaskWork.fence(handle, lease);
            handle.createUpdate("UPDATE document SET indexed_at = :now WHERE task_id = :id")
                    .bind(
                            "now",
                            OffsetDateTime.ofInstant(clock.instant().truncatedTo(ChronoUnit.MILLIS), ZoneOffset.UTC))
                    .bind("id", lease.task().value())
                    .execute();
        });
    }

    /** The documents of an owner that can be found. */
    List<IndexedDocument> indexedOf(Owner owner) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT d.task_id, d.case_id, d.filename, d.indexed_at FROM document d JOIN task t ON t.id = d.task_id
                        WHERE t.owner = :owner AND d.indexed_at IS NOT NULL AND t.status IN ('running', 'cancelling', 'succeeded')
                        """)
                .bind("owner", owner.subject())
                .map((row, context) -> new IndexedDocument(
                        new TaskId(row.getString("task_id")),
                        row.getString("case_id"),
                        row.getString("filename"),
                        row.getObject("indexed_at", OffsetDateTime.class)
                                .toInstant()
                                .toEpochMilli()))
                .list());
    }

    /** A document's chunks with their embeddings, in order. */
    List<IndexedChunk> embeddedChunks(TaskId id) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT position, page, text, embedding FROM document_chunk
                        WHERE task_id = :id AND embedding IS NOT NULL ORDER BY position
                        """)
                .bind("id", id.value())
                .map((row, context) -> new IndexedChunk(
                        row.getInt("position"), number(row), row.getString("text"), floats(row.getBytes("embedding"))))
                .list());
    }

    private static int count(Handle handle, String table, TaskId id) {
        return handle.createQuery("SELECT COUNT(*) FROM <table> WHERE task_id = :id")
                .define("table", table)
                .bind("id", id.value())
                .mapTo(Integer.class)
                .one();
    }

    private static Document document(ResultSet row) throws SQLException {
        int pages = row.getInt("pages");
        @Nullable Integer known = row.wasNull() ? null : pages;
        return new Document(
                new TaskId(row.getString("task_id")),
                row.getString("case_id"),
                row.getString("filename"),
                DocumentType.valueOf(row.getString("kind")),
                row.getString("file"),
                row.getLong("size_bytes"),
                known);
    }

    private static @Nullable Integer number(ResultSet row) throws SQLException {
        int page = row.getInt("page");
        return row.wasNull() ? null : page;
    }

    private static byte[] bytes(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    private static float[] floats(byte[] bytes) {
        var vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(vector);
        return vector;
    }

    /**
     * A chunk that waits for its embedding.
     *
     * @param position its number in the document
     * @param text what to embed
     */
    record PendingChunk(int position, String text) {}

    /**
     * How much there is of a document.
     *
     * @param characters of text
     * @param chunks of it
     * @param embedded chunks with an embedding
     */
    record Extent(long characters, int chunks, int embedded) {}

    /**
     * A document that can be found.
     *
     * @param version grows when it is indexed again
     */
    record IndexedDocument(TaskId id, String caseId, String filename, long version) {}
}
