package org.taskprogress.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.taskprogress.pipeline.document.DocumentRepository.PendingChunk;
import org.taskprogress.task.Lease;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskWork;
import org.taskprogress.task.TaskWork.LeaseLostException;
import org.taskprogress.testing.TestClock;
import org.taskprogress.testing.TestDatabase;

/** What every database must do for {@link DocumentRepository}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DocumentRepositoryContractTest {

    private static final Owner ALICE = new Owner("alice");

    @SuppressWarnings("NullAway.Init")
    private TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private TaskRepository tasks;

    @SuppressWarnings("NullAway.Init")
    private TaskWork work;

    @SuppressWarnings("NullAway.Init")
    private DocumentRepository documents;

    private final TestClock clock = new TestClock();

    abstract TestDatabase open();

    @BeforeAll
    void openDatabase() {
        database = open();
        tasks = new TaskRepository(database.jdbi(), clock);
        work = new TaskWork(database.jdbi(), clock);
        documents = new DocumentRepository(database.jdbi(), clock);
    }

    @AfterAll
    void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.execute("DELETE FROM task");
    }

    private Lease add(Owner owner) {
        TaskId id = TaskId.random();
        var document = new Document(id, "c-1", "report.pdf", DocumentType.PDF, "file-" + id, 1_234, null);
        tasks.add(
                id,
                DocumentPipeline.TYPE,
                owner,
                "report.pdf",
                "s",
                handle -> DocumentRepository.add(handle, document));
        return work.begin(id).orElseThrow();
    }

    private static TextChunk chunk(int ordinal, String text) {
        return new TextChunk(ordinal, 1, text, 3);
    }

    @Test
    void keepsADocument() {
        Lease lease = add(ALICE);
        documents.pages(lease, 12);

        assertThat(documents.find(lease.task()))
                .contains(new Document(
                        lease.task(), "c-1", "report.pdf", DocumentType.PDF, "file-" + lease.task(), 1_234, 12));
        assertThat(documents.find(TaskId.random())).isEmpty();
    }

    @Test
    void givesThePagesBackInOrderAndKnowsHowFarItIs() {
        Lease lease = add(ALICE);
        documents.addPages(lease, List.of(new Page(1, "First é "), new Page(2, "")));
        documents.addPages(lease, List.of(new Page(null, "third\n")));

        List<Page> pages = new ArrayList<>();
        documents.eachPage(lease.task(), pages::add);

        assertThat(pages).containsExactly(new Page(1, "First é "), new Page(2, ""), new Page(null, "third\n"));
        assertThat(documents.extracted(lease.task())).isEqualTo(new ExtractionPosition(3, 14));
    }

    @Test
    void takesAPageWithCharactersThatNoDatabaseTakes() {
        Lease lease = add(ALICE);
        documents.addPages(lease, List.of(new Page(1, "a\u0000b\uD83Dc")));

        List<Page> pages = new ArrayList<>();
        documents.eachPage(lease.task(), pages::add);

        assertThat(pages).containsExactly(new Page(1, "a\uFFFDb\uFFFDc"));
    }

    @Test
    void givesEmbeddingsBackAsTheyWere() {
        Lease lease = add(ALICE);
        documents.replaceChunks(lease, List.of(chunk(0, "old"), chunk(1, "old"), chunk(2, "old")));
        documents.replaceChunks(lease, List.of(chunk(0, "one"), chunk(1, "two")));
        assertThat(documents.pendingChunks(lease.task(), -1, 10))
                .containsExactly(new PendingChunk(0, "one"), new PendingChunk(1, "two"));
        float[] vector = {0.5f, -1f, Float.MIN_VALUE};

        documents.embed(lease, List.of(new PendingChunk(0, "one")), List.of(vector));

        assertThat(documents.embeddedChunks(lease.task())).singleElement().satisfies(chunk -> {
            assertThat(chunk.vector()).containsExactly(vector);
            assertThat(chunk.text()).isEqualTo("one");
            assertThat(chunk.page()).isEqualTo(1);
        });
        assertThat(documents.pendingChunks(lease.task(), -1, 10)).containsExactly(new PendingChunk(1, "two"));
        assertThat(documents.pendingChunks(lease.task(), 1, 10)).isEmpty();
        assertThat(documents.extent(lease.task())).isEqualTo(new DocumentRepository.Extent(0, 2, 1));
    }

    @Test
    void anOldLeaseWritesNothing() {
        Lease old = add(ALICE);
        work.begin(old.task());

        assertThatThrownBy(() -> documents.addPages(old, List.of(new Page(1, "x"))))
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> documents.pages(old, 1)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> documents.replaceChunks(old, List.of(chunk(0, "x"))))
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> documents.embed(old, List.of(), List.of())).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> documents.indexed(old)).isInstanceOf(LeaseLostException.class);

        assertThat(documents.extracted(old.task())).isEqualTo(ExtractionPosition.START);
    }

    @Test
    void listsWhatAnOwnerCanFind() {
        Lease hers = add(ALICE);
        documents.indexed(hers);
        add(ALICE);
        documents.indexed(add(new Owner("bob")));

        assertThat(documents.indexedOf(ALICE)).singleElement().satisfies(document -> {
            assertThat(document.id()).isEqualTo(hers.task());
            assertThat(document.filename()).isEqualTo("report.pdf");
            assertThat(document.version()).isEqualTo(clock.instant().toEpochMilli());
        });
    }

    @Test
    void goesWithItsTask() {
        Lease lease = add(ALICE);
        documents.addPages(lease, List.of(new Page(1, "x")));
        documents.replaceChunks(lease, List.of(chunk(0, "x")));

        database.execute("DELETE FROM task");

        assertThat(documents.find(lease.task())).isEmpty();
        assertThat(documents.extent(lease.task())).isEqualTo(new DocumentRepository.Extent(0, 0, 0));
    }
}
