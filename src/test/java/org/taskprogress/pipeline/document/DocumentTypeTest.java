package org.taskprogress.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTypeTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "testPDF.pdf, PDF",
        "testPDF_bom.pdf, PDF",
        "testJournalParser.pdf, PDF",
        "testWORD.docx, DOCX",
        "testWORD_2006ml.docx, DOCX",
        "testODTStyles3.odt, ODT",
        "testOpenOffice2.odt, ODT",
        "testHTML.html, HTML",
        "testXHTML.html, HTML",
        "big-preamble.html, HTML",
        "testHTML_charset_utf16le.html, HTML",
        "testGroupWiseEml.eml, EMAIL",
        "testEmailWithPNGAtt.eml, EMAIL",
    })
    void knowsRealFilesWhateverTheyAreCalled(String name, DocumentType type) throws IOException {
        Path file = SampleFiles.tika(directory, name);
        assertThat(DocumentType.of(file, name)).contains(type);
        assertThat(DocumentType.of(file, "upload")).contains(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MZ\u0090\u0000\u0003",
                "\u007fELF\u0002\u0001\u0001",
                "\u0089PNG\r\n\u001a\n\u0000",
                "GIF89a\u0001\u0000",
                "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1\u0000",
                "\u00ca\u00fe\u00ba\u00be\u0000",
                "PK\u0003\u0004",
                "{\\rtf1 x",
                "%!PS-Adobe",
                "<?xml version='1.0'?><svg/>",
                "",
                "MZ\u0000%PDF-1.4",
                "\u0000\u0001\u0002"
            })
    void refusesWhatIsNoDocumentThoughItsNameSaysPdf(String content) throws IOException {
        Path file = Files.write(directory.resolve("x"), content.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(DocumentType.of(file, "report.pdf")).isEmpty();
    }

    @Test
    void refusesAZipOfOtherThings() throws IOException {
        Path file = directory.resolve("x");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            SampleFiles.entry(zip, "word.txt", out -> SampleFiles.text(out, "x"));
        }
        assertThat(DocumentType.of(file, "x.docx")).isEmpty();
    }

    @Test
    void refusesOtherOfficeFiles() throws IOException {
        assertThat(DocumentType.of(SampleFiles.tika(directory, "testEXCEL.xlsx"), "x.docx"))
                .isEmpty();
        assertThat(DocumentType.of(SampleFiles.tika(directory, "testPPT.pptx"), "x.docx"))
                .isEmpty();
        assertThat(DocumentType.of(SampleFiles.tika(directory, "testWORD.doc"), "x.docx"))
                .isEmpty();
    }

    @Test
    void knowsATruncatedDocxSoThatItsOwnerHearsThatItIsDamaged() throws IOException {
        Path whole = SampleFiles.docx(directory.resolve("whole"), out -> SampleFiles.repeat(out, "text", 9_000));
        byte[] bytes = Files.readAllBytes(whole);
        Path file = Files.write(directory.resolve("half"), Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(DocumentType.of(file, "x")).contains(DocumentType.DOCX);
    }

    @ParameterizedTest
    @CsvSource({
        "note.txt, TEXT",
        "note.html, TEXT",
        "note.eml, EMAIL",
        "note, TEXT",
        "note.pdf, TEXT",
        "../../n;.eml, EMAIL"
    })
    void letsTheNameDecideBetweenKindsOfText(String name, DocumentType type) throws IOException {
        Path file = Files.writeString(directory.resolve("x"), "The first line.\nAnd grüße as a second.\n");
        assertThat(DocumentType.of(file, name)).contains(type);
    }

    @Test
    void readsNoMoreThanItNeedsOfAHostileZipDirectory() throws IOException {
        byte[] zip = new byte[100];
        System.arraycopy(new byte[] {'P', 'K', 3, 4}, 0, zip, 0, 4);
        System.arraycopy(new byte[] {'P', 'K', 5, 6}, 0, zip, 78, 4);
        Arrays.fill(zip, 86, 98, (byte) 0xff);
        Path file = Files.write(directory.resolve("x"), zip);
        assertThat(DocumentType.of(file, "x.docx")).isEmpty();
    }
}
