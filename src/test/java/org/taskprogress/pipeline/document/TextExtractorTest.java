package org.taskprogress.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.taskprogress.pipeline.document.ExtractionException.Reason;

class TextExtractorTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TextExtractor extractor;

    @BeforeEach
    void start() throws IOException {
        extractor =
                extractor(new ExtractionLimits(5_000_000, 5_000, Duration.ofSeconds(60), Duration.ofMinutes(2), 256));
    }

    private TextExtractor extractor(ExtractionLimits limits) throws IOException {
        List<Path> classPath = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        return new TextExtractor(classPath, directory.resolve("work"), limits, 2, Executors.defaultThreadFactory());
    }

    @AfterEach
    void leavesNothingBehind() throws IOException {
        extractor.close();
        try (Stream<Path> left = Files.list(directory.resolve("work"))) {
            assertThat(left).isEmpty();
        }
    }

    private List<Page> read(Path file, DocumentType type, ExtractionPosition from) throws ExtractionException {
        try (Extraction extraction = extractor.open(file, type, from)) {
            List<Page> pages = new ArrayList<>();
            for (Optional<Page> page = extraction.next(); page.isPresent(); page = extraction.next()) {
                pages.add(page.get());
            }
            return pages;
        }
    }

    private Reason failure(Path file, DocumentType type) {
        ExtractionException failure =
                catchThrowableOfType(ExtractionException.class, () -> read(file, type, ExtractionPosition.START));
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage()).matches("[A-Z].*[.]");
        return failure.reason();
    }

    private static String text(List<Page> pages) {
        return pages.stream().map(Page::text).collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({
        "testPDF.pdf, PDF, Tika - Content Analysis Toolkit",
        "testJournalParser.pdf, PDF, abstract",
        "testWORD.docx, DOCX, Sample Word Document",
        "footnotes.docx, DOCX, snoska",
        "testODTStyles3.odt, ODT, Vredegerecht",
        "testOpenOffice2.odt, ODT, This is a sample Open Office document",
        "testHTML.html, HTML, Test Indexation Html",
        "testHTML_charset_utf8.html, HTML, This is a sample text",
        "testEmailWithPNGAtt.eml, EMAIL, This email has a PNG attachment",
        "testPDF_protected.pdf, PDF, Rethinking the financial network",
    })
    void readsRealFiles(String name, DocumentType type, String expected) throws Exception {
        List<Page> pages = read(SampleFiles.tika(directory, name), type, ExtractionPosition.START);
        assertThat(text(pages)).containsIgnoringCase(expected).endsWith("\n");
    }

    @Test
    void givesPdfPagesTheirOwnNumbersAndGoesOnWhereItStopped() throws Exception {
        Path file = SampleFiles.pdf(directory.resolve("x"), 12, "");
        try (Extraction extraction = extractor.open(file, DocumentType.PDF, new ExtractionPosition(7, 1))) {
            Page page = extraction.next().orElseThrow();
            assertThat(page.number()).isEqualTo(8);
            assertThat(page.text()).startsWith("Page 8, line 1,").doesNotContain("Page 9");
            assertThat(extraction.totalPages()).hasValue(12);
            assertThat(extraction.position())
                    .isEqualTo(new ExtractionPosition(8, 1 + page.text().length()));
        }
    }

    @Test
    void cutsTextWithoutPagesIntoTheSameBlocksOnEveryReading() throws Exception {
        Path file = directory.resolve("x");
        Files.writeString(file, "A line of some words, and more of them.\n\n\n   Ünïcode 𝕏 too.\n".repeat(2_000));
        List<Page> all = read(file, DocumentType.TEXT, ExtractionPosition.START);
        assertThat(all).hasSizeGreaterThan(10).allSatisfy(page -> {
            assertThat(page.number()).isNull();
            assertThat(page.text()).hasSizeLessThanOrEqualTo(4_002);
        });
        String expected = "A line of some words, and more of them.\n\nÜnïcode 𝕏 too.\n".repeat(2_000);
        // Not isEqualTo, which would print both at length.
        assertThat(text(all).equals(expected)).isTrue();
        assertThat(read(file, DocumentType.TEXT, new ExtractionPosition(5, 20_000)))
                .isEqualTo(all.subList(5, all.size()));
    }

    @Test
    void saysWhyAFileHasNoText() throws Exception {
        Path nothing = Files.createFile(directory.resolve("empty"));
        Path blank = Files.writeString(directory.resolve("blank"), " \n\t ".repeat(100));
        Path junk = Files.writeString(directory.resolve("junk"), "%PDF-1.7\nno more of it");
        Path docx = SampleFiles.tika(directory, "testWORD.docx");
        Path half = Files.write(directory.resolve("half"), Arrays.copyOf(Files.readAllBytes(docx), 6_000));
        assertThat(failure(nothing, DocumentType.TEXT)).isEqualTo(Reason.EMPTY);
        assertThat(failure(blank, DocumentType.TEXT)).isEqualTo(Reason.EMPTY);
        assertThat(failure(junk, DocumentType.PDF)).isEqualTo(Reason.CORRUPT);
        assertThat(failure(half, DocumentType.DOCX)).isEqualTo(Reason.CORRUPT);
        assertThat(failure(SampleFiles.pdf(directory.resolve("locked"), 1, "secret"), DocumentType.PDF))
                .isEqualTo(Reason.ENCRYPTED);
        assertThat(failure(SampleFiles.tika(directory, "testODTEncrypted.odt"), DocumentType.ODT))
                .isEqualTo(Reason.ENCRYPTED);
        assertThat(failure(SampleFiles.tika(directory, "testOCR.pdf"), DocumentType.PDF))
                .isEqualTo(Reason.EMPTY);
    }

    @Test
    void survivesBombs() throws Exception {
        Path zipBomb = SampleFiles.docx(directory.resolve("zip"), out -> {
            SampleFiles.text(out, SampleFiles.WORD_START);
            SampleFiles.repeat(out, "<w:p><w:r><w:t>aaaaaaaaaaaaaaaaaaaaaa</w:t></w:r></w:p>", 4_000_000);
            SampleFiles.text(out, SampleFiles.WORD_END);
        });
        assertThat(Files.size(zipBomb)).isLessThan(2_000_000);
        assertThat(failure(zipBomb, DocumentType.DOCX))
                .isIn(Reason.TOO_MUCH_TEXT, Reason.CORRUPT, Reason.OUT_OF_MEMORY);
        Path glyphs = SampleFiles.pdfOf(directory.resolve("glyphs"), out -> {
            SampleFiles.text(out, "BT /F1 12 Tf ");
            SampleFiles.repeat(out, "(aaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ", 100_000);
            SampleFiles.text(out, "ET");
        });
        assertThat(failure(glyphs, DocumentType.PDF)).isEqualTo(Reason.TOO_MUCH_TEXT);
        Path stream = SampleFiles.pdfOf(
                directory.resolve("stream"), out -> SampleFiles.repeat(out, " ".repeat(100), 6_000_000));
        assertThat(failure(stream, DocumentType.PDF)).isIn(Reason.OUT_OF_MEMORY, Reason.EMPTY);
    }

    @Test
    void survivesDeepNesting() throws Exception {
        Path html = Files.writeString(directory.resolve("html"), "<html><body>" + "<div><b>".repeat(200_000) + "deep");
        Path docx = SampleFiles.docx(directory.resolve("docx"), out -> {
            SampleFiles.text(out, SampleFiles.WORD_START);
            SampleFiles.repeat(out, "<w:sdt><w:sdtContent>", 300_000);
        });
        try {
            assertThat(text(read(html, DocumentType.HTML, ExtractionPosition.START)))
                    .contains("deep");
        } catch (ExtractionException e) {
            assertThat(e.lasting()).isTrue();
        }
        assertThat(failure(docx, DocumentType.DOCX)).isIn(Reason.CORRUPT, Reason.OUT_OF_MEMORY);
    }

    @Test
    void endsAChildThatTakesTooLong() throws Exception {
        extractor.close();
        extractor = extractor(new ExtractionLimits(5_000_000, 5_000, Duration.ofMillis(1), Duration.ofMinutes(1), 64));
        Path file = SampleFiles.pdf(directory.resolve("x"), 1, "");
        assertThat(failure(file, DocumentType.PDF)).isEqualTo(Reason.TOOK_TOO_LONG);
    }

    @Test
    void keepsItsLimitsOnTextAndPagesOverARestart() throws Exception {
        extractor.close();
        extractor = extractor(new ExtractionLimits(20_000, 20, Duration.ofMinutes(1), Duration.ofMinutes(1), 128));
        assertThat(failure(SampleFiles.pdf(directory.resolve("a"), 21, ""), DocumentType.PDF))
                .isEqualTo(Reason.TOO_MANY_PAGES);
        Path file = SampleFiles.pdf(directory.resolve("b"), 3, "");
        assertThat(read(file, DocumentType.PDF, new ExtractionPosition(1, 5_000)))
                .hasSize(2);
        assertThatThrownBy(() -> read(file, DocumentType.PDF, new ExtractionPosition(1, 19_000)))
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MUCH_TEXT));
    }

    @Test
    void tellsAKilledChildFromABadFile() throws Exception {
        Path file = SampleFiles.pdf(directory.resolve("x"), 300, "");
        try (Extraction extraction = extractor.open(file, DocumentType.PDF, ExtractionPosition.START)) {
            extraction.next();
            extraction.child().destroyForcibly();
            ExtractionException failure = catchThrowableOfType(ExtractionException.class, () -> {
                while (extraction.next().isPresent()) {
                    assertThat(extraction.position().pages()).isLessThan(300);
                }
            });
            assertThat(failure.reason()).isEqualTo(Reason.KILLED);
            assertThat(failure.lasting()).isFalse();
        }
        assertThat(read(file, DocumentType.PDF, new ExtractionPosition(298, 5))).hasSize(2);
    }

    @Test
    void endsTheChildWhenItsReaderIsInterruptedOrGivesUp() throws Exception {
        Path file = SampleFiles.pdf(directory.resolve("x"), 300, "");
        Extraction extraction = extractor.open(file, DocumentType.PDF, ExtractionPosition.START);
        Thread.currentThread().interrupt();
        assertThatThrownBy(extraction::next)
                .isInstanceOfSatisfying(
                        ExtractionException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INTERRUPTED));
        assertThat(Thread.interrupted()).isTrue();
        await().until(() -> !extraction.child().isAlive());
        Extraction given = extractor.open(file, DocumentType.PDF, ExtractionPosition.START);
        given.close();
        await().until(() -> !given.child().isAlive());
    }

    @Test
    void neverCallsAnAddressThatADocumentNames() throws Exception {
        try (ServerSocket trap = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            trap.setSoTimeout(200);
            String address = "http://127.0.0.1:" + trap.getLocalPort() + "/";
            Path docx = SampleFiles.docx(directory.resolve("docx"), out -> {
                SampleFiles.text(
                        out, "<!DOCTYPE d SYSTEM \"" + address + "d.dtd\" [<!ENTITY e SYSTEM \"" + address + "e\">]>");
                SampleFiles.text(
                        out, SampleFiles.WORD_START + "<w:p><w:r><w:t>A&e;</w:t></w:r></w:p>" + SampleFiles.WORD_END);
            });
            Path html = Files.writeString(
                    directory.resolve("html"),
                    "<html><head><link rel=stylesheet href='" + address + "'></head><body>Words<img src='" + address
                            + "'><iframe src='" + address + "'></iframe></body></html>");
            try {
                read(docx, DocumentType.DOCX, ExtractionPosition.START);
            } catch (ExtractionException e) {
                assertThat(e.lasting()).isTrue();
            }
            assertThat(text(read(html, DocumentType.HTML, ExtractionPosition.START)))
                    .isEqualTo("Words\n");
            assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }
}
