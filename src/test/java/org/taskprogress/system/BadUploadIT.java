package org.taskprogress.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.taskprogress.testing.Documents;
import org.taskprogress.testing.MultipartForm;
import org.taskprogress.testing.RawRequest;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressClient.Answer;
import org.taskprogress.testing.TaskProgressServer;

class BadUploadIT {

    private static final byte[] TEXT = "A short text that is in good order.".getBytes(UTF_8);
    private static final byte[] PROGRAM = {
        'M', 'Z', (byte) 0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, (byte) 0xff, (byte) 0xff, 0, 0
    };
    private static final int MEBIBYTE = 1 << 20;
    private static final long MEMORY_BOUND = 1536L * MEBIBYTE;

    @TempDir
    private static Path directory;

    private static TaskProgressServer server;
    private static TaskProgressClient bob;

    private List<String> filesBefore = List.of();

    @BeforeAll
    static void signIn() {
        server = TaskProgressServer.shared();
        bob = server.as("bob");
    }

    @BeforeEach
    void lookIntoTheStore() {
        filesBefore = server.storedFiles();
    }

    @AfterEach
    void nothingIsLeftBehindAndTheServerIsWell() {
        assertThat(server.storedFiles()).isEqualTo(filesBefore);
        assertThat(bob.get("/health/ready").status()).isEqualTo(200);
        assertThat(server.residentBytes()).isLessThan(MEMORY_BOUND);
    }

    @Test
    void anEmptyFileIsRefused() {
        assertProblem(422, form().file("file", "empty.pdf", new byte[0]));
    }

    @Test
    void aProgramRenamedToPdfIsRefused() {
        assertProblem(415, form().file("file", "report.pdf", PROGRAM));
    }

    @Test
    void aFormWithoutCaseIsRefused() {
        assertProblem(400, new MultipartForm().file("file", "a.txt", TEXT));
        assertProblem(400, new MultipartForm().field("case_id", " ").file("file", "a.txt", TEXT));
    }

    @Test
    void aFormWithoutFileIsRefused() {
        assertProblem(400, form());
        assertProblem(400, form().field("file", "not a file at all"));
    }

    @Test
    void aFormWithTwoFilesIsRefused() {
        assertProblem(400, form().file("file", "a.txt", TEXT).file("file", "b.txt", TEXT));
    }

    @Test
    void whatIsNoMultipartFormIsRefused() {
        assertProblem(
                415,
                bob.send(bob.request("/documents/upload")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"case_id\":\"bad\"}"))));
        assertProblem(415, bob.send(bob.request("/documents/upload").POST(BodyPublishers.ofByteArray(TEXT))));
        assertProblem(
                400,
                bob.send(bob.request("/documents/upload")
                        .header("Content-Type", "multipart/form-data")
                        .POST(BodyPublishers.ofByteArray(TEXT))));
        assertProblem(
                400,
                bob.send(bob.request("/documents/upload")
                        .header("Content-Type", "multipart/form-data; boundary=x")
                        .POST(BodyPublishers.ofByteArray(TEXT))));
    }

    @Test
    void aFormWithoutItsLastBoundaryIsRefused() {
        assertProblem(400, bob.send(form().file("file", "a.txt", TEXT).postUnended(bob.request("/documents/upload"))));
    }

    @Test
    void aConnectionCutInTheMiddleLeavesNothing() {
        try (var request = new RawRequest(server.uri("/"))) {
            request.send(head("Content-Length: 1000000") + beginOfFile("cut.txt"))
                    .send(new byte[100_000]);
        }
        try (var request = new RawRequest(server.uri("/"))) {
            request.send(head("Content-Length: 1000000") + beginOfFile("cut.txt"))
                    .send(new byte[100_000])
                    .endOfInput();
            assertThat(request.answer()).startsWith("HTTP/1.1 400").contains("application/problem+json");
        }
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(90))
                .until(() -> server.storedFiles().equals(filesBefore));
    }

    @Test
    void twoHundredMebibytesAreRefusedByTheirLength() {
        try (var request = new RawRequest(server.uri("/"))) {
            request.send(head("Content-Length: " + 200L * MEBIBYTE) + beginOfFile("large.txt"));
            sendMebibytes(request, 200);
            assertThat(request.answer()).startsWith("HTTP/1.1 413").contains("application/problem+json");
        }
    }

    @Test
    void twoHundredMebibytesWithoutALengthAreRefusedOnceTheyAreTooMany() {
        try (var request = new RawRequest(server.uri("/"))) {
            String begin = beginOfFile("large.txt");
            request.send(
                    head("Transfer-Encoding: chunked") + Integer.toHexString(begin.length()) + "\r\n" + begin + "\r\n");
            byte[] chunk = letters();
            for (int sent = 0; sent < 200 && !request.isAnswered(); sent++) {
                request.send("100000\r\n").send(chunk).send("\r\n");
            }
            assertThat(request.answer()).startsWith("HTTP/1.1 413").contains("application/problem+json");
        }
    }

    @Test
    void anEncryptedPdfFailsWithATextThatPeopleUnderstand() {
        assertFails(Documents.encryptedPdf(directory), "password");
    }

    @Test
    void aCorruptWordFileFailsWithATextThatPeopleUnderstand() {
        Path whole = Documents.ofTika(directory, "testWORD_2006ml.docx");
        byte[] bytes = read(whole);
        // The directory at the end is whole, so it looks like a document; what it holds is not.
        Arrays.fill(bytes, 2_000, bytes.length - 6_000, (byte) 'x');
        assertFails(Documents.file(directory, "corrupt.docx", bytes), "");
    }

    @Test
    void aZipBombIsRefusedOrFailsWithinBounds() {
        Answer answer = bob.tryUpload(Documents.zipBomb(directory), "bomb.docx", "bad");
        if (answer.status() == 202) {
            assertEndsFailed(answer.json().getString("task_id"), "");
        } else {
            assertProblem(422, answer);
        }
    }

    static Stream<Arguments> oddNames() {
        return Stream.of(
                arguments("../../../etc/passwd.txt", "passwd.txt"),
                arguments("..\\..\\boot.txt", "boot.txt"),
                arguments("/etc/shadow.txt", "shadow.txt"),
                arguments("x".repeat(296) + ".txt", "x".repeat(251) + ".txt"),
                arguments("Ünïcode 文書 \uD83D\uDCC4.txt", "Ünïcode 文書 \uD83D\uDCC4.txt"),
                arguments("nul\u0000byte.txt", "nulbyte.txt"),
                arguments("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"));
    }

    @ParameterizedTest
    @MethodSource("oddNames")
    void anOddNameIsMadeHarmless(String name, String expected) {
        Answer answer = post(form().file("file", name, TEXT));

        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        String id = answer.json().getString("task_id");
        assertThat(answer.json().getString("filename")).isEqualTo(expected);
        assertThat(bob.awaitEnd(id).getString("status")).isEqualTo("succeeded");
        assertThat(bob.task(id).getString("title")).isEqualTo(expected);
        assertThat(bob.delete("/api/v1/tasks/" + id).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @MethodSource("brokenDispositions")
    void aNameWithQuotesOrLineEndsDoesNoHarm(String disposition) {
        Answer answer = post(form().fileWithDisposition(disposition, TEXT));

        if (answer.status() == 202) {
            String id = answer.json().getString("task_id");
            assertThat(bob.awaitEnd(id).getString("title")).doesNotContainPattern("[\\p{Cntrl}]");
            assertThat(bob.delete("/api/v1/tasks/" + id).status()).isEqualTo(204);
        } else {
            assertThat(answer.status()).as("%s", answer).isIn(400, 415);
            assertThat(answer.type()).isEqualTo("application/problem+json");
        }
    }

    static Stream<String> brokenDispositions() {
        return Stream.of(
                "form-data; name=\"file\"; filename=\"say \\\"hi\\\".txt\"",
                "form-data; name=\"file\"; filename=\"say \"hi\".txt\"",
                "form-data; name=\"file\"; filename=\"two\nlines.txt\"",
                "form-data; name=\"file\"; filename=\"two\r\n lines.txt\"",
                "form-data; name=\"file\"; filename=\"two%0D%0Alines.txt\"",
                "form-data; name=\"file\"; filename=",
                "form-data; name=\"file\"; filename=\"\"",
                "form-data; filename=\"no-field.txt\"",
                "nonsense");
    }

    private static MultipartForm form() {
        return new MultipartForm().field("case_id", "bad");
    }

    private static Answer post(MultipartForm form) {
        return bob.send(form.post(bob.request("/documents/upload")));
    }

    private static void assertProblem(int status, MultipartForm form) {
        assertProblem(status, post(form));
    }

    private static void assertProblem(int status, Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.type()).isEqualTo("application/problem+json");
        assertThat(answer.json().getInt("status")).isEqualTo(status);
        assertThat(answer.json().getString("detail")).isNotBlank();
    }

    private static void assertFails(Path file, String word) {
        assertEndsFailed(bob.upload(file, "bad"), word);
    }

    private static void assertEndsFailed(String id, String word) {
        JsonObject task = bob.awaitEnd(id);
        assertThat(task.getString("status")).as("%s", task).isEqualTo("failed");
        assertThat(task.getString("error"))
                .containsIgnoringCase(word)
                .doesNotContain("Exception")
                .doesNotContain("org.")
                .isNotBlank();
        List<Telling> told = Telling.recorded(bob, id);
        assertThat(told).filteredOn(Telling::isEnd).singleElement().satisfies(end -> {
            assertThat(end.name()).isEqualTo("error");
            assertThat(end.payload().getString("error")).isEqualTo(task.getString("error"));
        });
        assertThat(bob.delete("/api/v1/tasks/" + id).status()).isEqualTo(204);
    }

    private static void sendMebibytes(RawRequest request, int count) {
        byte[] block = letters();
        for (int sent = 0; sent < count && !request.isAnswered(); sent++) {
            request.send(block);
        }
    }

    private static byte[] letters() {
        var block = new byte[MEBIBYTE];
        Arrays.fill(block, (byte) 'a');
        return block;
    }

    private static String head(String framing) {
        return "POST /documents/upload HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                + bob.token() + "\r\nContent-Type: multipart/form-data; boundary=" + MultipartForm.BOUNDARY + "\r\n"
                + framing
                + "\r\n\r\n";
    }

    private static String beginOfFile(String name) {
        return "--" + MultipartForm.BOUNDARY + "\r\nContent-Disposition: form-data; name=\"case_id\"\r\n\r\nbad\r\n--"
                + MultipartForm.BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: text/plain\r\n\r\n";
    }

    private static byte[] read(Path file) {
        try {
            return Objects.requireNonNull(java.nio.file.Files.readAllBytes(file));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
