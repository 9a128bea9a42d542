package org.taskprogress.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.store.FileStore;
import org.taskprogress.testing.FakeRequest;

/** The rules of an upload; whatever is refused leaves nothing behind. */
class UploadTest {

    private static final String TYPE = "multipart/form-data; boundary=B";
    private static final int MAX = 10_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Upload upload;

    private boolean accepted;

    @BeforeEach
    void open() {
        upload = new Upload(new FileStore(directory), MAX);
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.filter(file -> !file.endsWith("store.id"))).hasSize(accepted ? 1 : 0);
        }
    }

    private static String field(String name, String value) {
        return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static String file(String name, String content) {
        return "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: application/pdf\r\n\r\n" + content + "\r\n";
    }

    private static FakeRequest request(String... parts) {
        String body = String.join("", parts) + "--B--\r\n";
        return new FakeRequest("POST", "/documents/upload").body(TYPE, body.getBytes(StandardCharsets.UTF_8));
    }

    private void assertRefused(FakeRequest request, int status) {
        assertThatThrownBy(() -> upload.read(request.build()))
                .asInstanceOf(InstanceOfAssertFactories.type(ProblemException.class))
                .extracting(refusal -> refusal.problem().type().status())
                .isEqualTo(status);
    }

    @Test
    void takesADocumentWhateverTheOrderOfTheFields() throws IOException {
        Upload.Form form = upload.read(
                request(file("../notes.txt", "Some plain text."), field("later", "x"), field("case_id", " c-1 "))
                        .build());
        accepted = true;

        assertThat(form.filename()).isEqualTo("notes.txt");
        assertThat(form.caseId()).isEqualTo("c-1");
        assertThat(form.type()).isEqualTo(DocumentType.TEXT);
        assertThat(form.file().sizeBytes()).isEqualTo(16);
    }

    @Test
    void bothFieldsAreRequired() {
        assertRefused(request(file("notes.txt", "text")), 400);
        assertRefused(request(field("case_id", "c-1")), 400);
        assertRefused(request(file("notes.txt", "text"), field("case_id", " ")), 400);
        assertRefused(request(file("notes.txt", "text"), field("case_id", "c".repeat(201))), 400);
        assertRefused(request(file("notes.txt", "text"), field("case_id", "a\u0000b")), 400);
    }

    @Test
    void oneFileARequest() {
        assertRefused(request(file("a.txt", "text"), file("b.txt", "text"), field("case_id", "c")), 400);
    }

    @Test
    void aFormOfTooManyPartsIsRefused() {
        String[] parts = Stream.generate(() -> field("x", "y")).limit(21).toArray(String[]::new);
        assertRefused(request(parts), 400);
    }

    @Test
    void anEmptyFileIsUnreadable() {
        assertRefused(request(file("a.pdf", ""), field("case_id", "c")), 422);
    }

    @Test
    void anExecutableThatIsCalledPdfIsNone() {
        assertRefused(request(file("a.pdf", "\u007fELF\u0002\u0001\u0001\u0000\u0000"), field("case_id", "c")), 415);
    }

    @Test
    void aFileThatIsTooLargeIsRefusedAsItStreams() {
        assertRefused(request(field("case_id", "c"), file("a.txt", "x".repeat(MAX + 1))), 413);
    }

    @Test
    void aRequestThatSaysItIsTooLargeIsNotRead() {
        assertRefused(request(field("case_id", "c")).length(200L * 1024 * 1024), 413);
    }

    @Test
    void whatIsNoFormIsRefused() {
        byte[] text = "no form".getBytes(StandardCharsets.UTF_8);
        assertRefused(new FakeRequest("POST", "/documents/upload").body(TYPE, text), 400);
        assertRefused(new FakeRequest("POST", "/documents/upload").body("multipart/form-data", text), 400);
    }

    @Test
    void aNulInANameIsTakenOut() throws IOException {
        Upload.Form form = upload.read(request(file("a\u0000.txt", "Some plain text."), field("case_id", "c"))
                .build());
        accepted = true;

        assertThat(form.filename()).isEqualTo("a.txt");
    }

    @Test
    void aPartWithoutANameIsNoFaultOfOurs() {
        String nameless = "--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n";
        assertRefused(request(nameless, field("case_id", "c")), 400);
    }

    @Test
    void aConnectionThatBreaksLeavesNothing() {
        var start = new ByteArrayInputStream(
                (field("case_id", "c") + file("a.txt", "text")).getBytes(StandardCharsets.UTF_8));
        InputStream broken = new SequenceInputStream(start, new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] buffer, int offset, int count) throws IOException {
                throw new IOException("connection reset");
            }
        });

        assertThatThrownBy(() -> upload.read(new FakeRequest("POST", "/documents/upload")
                        .body(TYPE, broken)
                        .build()))
                .isInstanceOfAny(IOException.class, ProblemException.class);
    }
}
