package org.taskprogress.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.Resource;
import jakarta.batch.operations.JobOperator;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.batch.runtime.BatchStatus;
import jakarta.batch.runtime.StepExecution;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.taskprogress.pipeline.Work;
import org.taskprogress.progress.Cursor;
import org.taskprogress.progress.ProgressEvent;
import org.taskprogress.progress.ProgressLog;
import org.taskprogress.progress.ProgressPublisher;
import org.taskprogress.store.DataDirectory;
import org.taskprogress.store.FileStore;
import org.taskprogress.task.Owner;
import org.taskprogress.task.Task;
import org.taskprogress.task.TaskId;
import org.taskprogress.task.TaskRepository;
import org.taskprogress.task.TaskStatus;
import org.taskprogress.testing.ContainerServer;

/** Runs within the application, on a real server: what CDI, the batch container and the data source make of our parts. */
@ExtendWith({ContainerServer.class, ArquillianExtension.class})
class InContainerIT {

    private static final Owner OWNER = new Owner("in-container");

    @Inject
    private ProgressLog log;

    @Inject
    private ProgressPublisher publisher;

    @Inject
    private TaskRepository tasks;

    @Inject
    private DocumentRepository documents;

    @Inject
    private FileStore files;

    @Inject
    private DataDirectory data;

    @Inject
    private Work work;

    @Inject
    private Jdbi jdbi;

    @Resource(lookup = "jdbc/tasks")
    private DataSource dataSource;

    @Deployment
    static WebArchive application() {
        return ContainerServer.application()
                .addClasses(InContainerIT.class, ContainerServer.class)
                .addClass(SampleFiles.class);
    }

    @Test
    void theDataSourceHasTheNewestSchemaAndTheLogAnswers() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
        }
        assertThat(count("SELECT COUNT(*) FROM \"flyway_schema_history\" WHERE \"success\""))
                .isGreaterThanOrEqualTo(2);
        assertThat(log.head()).isNotNull();
        assertThat(publisher).isNotNull();
    }

    @Test
    void theJobOfADocumentIsCompletedInThePersistentRepository() throws IOException {
        TaskId id = add(pdf(3), new ArrayList<>());

        work.submit(id);

        Task task = awaitEnd(id);
        assertThat(task.status()).as("%s", task.error()).isEqualTo(TaskStatus.SUCCEEDED);
        long execution = execution(id);
        JobOperator operator = BatchRuntime.getJobOperator();
        assertThat(operator.getJobExecution(execution).getBatchStatus()).isEqualTo(BatchStatus.COMPLETED);
        assertThat(operator.getStepExecutions(execution))
                .extracting(StepExecution::getStepName)
                .containsExactly("extraction", "chunking", "embedding", "indexing");
        assertThat(count("SELECT COUNT(*) FROM JB_JOBEXECUTION WHERE JOBEXECID = " + execution))
                .isEqualTo(1);
        assertThat(log.after(id, Cursor.START, 1_000).events())
                .last()
                .satisfies(last -> assertThat(last.event()).isInstanceOf(ProgressEvent.Completed.class));
    }

    @Test
    void theExtractionGoesOnBehindThePagesThatAreStored() throws IOException {
        TaskId id = add(pdf(3), List.of("What an earlier run has read of page 1."));

        work.submit(id);

        assertThat(awaitEnd(id).status()).isEqualTo(TaskStatus.SUCCEEDED);
        List<String> pages = new ArrayList<>();
        documents.eachPage(id, page -> pages.add(page.text()));
        assertThat(pages).hasSize(3);
        assertThat(pages.get(0)).isEqualTo("What an earlier run has read of page 1.");
        assertThat(pages.get(1)).contains("Page 2, line 1");
        assertThat(pages.get(2)).contains("Page 3, line 1");
    }

    /** A queued document, of which some pages were read already. */
    private TaskId add(Path file, List<String> read) throws IOException {
        TaskId id = TaskId.random();
        FileStore.Stored stored;
        try (InputStream content = Files.newInputStream(file)) {
            stored = files.put(content, Long.MAX_VALUE);
        }
        Files.delete(file);
        var document = new Document(id, "case", "three.pdf", DocumentType.PDF, stored.name(), stored.sizeBytes(), null);
        tasks.add(id, DocumentPipeline.TYPE, OWNER, "three.pdf", data.id(), handle -> {
            DocumentRepository.add(handle, document);
            for (int page = 0; page < read.size(); page++) {
                handle.execute(
                        "INSERT INTO document_page (task_id, position, page, text) VALUES (?, ?, ?, ?)",
                        id.value(),
                        page,
                        page + 1,
                        read.get(page));
            }
        });
        return id;
    }

    private static Path pdf(int pages) throws IOException {
        return SampleFiles.pdf(Files.createTempFile("in-container", ".pdf"), pages, "");
    }

    private Task awaitEnd(TaskId id) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(() -> tasks.find(id).orElseThrow(), task -> task.status().isTerminal());
    }

    private long execution(TaskId id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT job_execution FROM task WHERE id = ?")
                .bind(0, id.value())
                .mapTo(Long.class)
                .one());
    }

    private int count(String query) {
        return jdbi.withHandle(
                handle -> handle.createQuery(query).mapTo(Integer.class).one());
    }
}
