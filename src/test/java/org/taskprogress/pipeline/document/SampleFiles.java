package org.taskprogress.pipeline.document;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

/** Files for the tests: those of Tika's own test suite, and hostile ones made on the spot. */
final class SampleFiles {
    static final String TYPES = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
            + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
            + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + "<Override PartName=\"/word/document.xml\" ContentType=\""
            + "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    static final String RELATIONS = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
            + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
            + "<Relationship Id=\"rId1\" Type=\""
            + "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\""
            + " Target=\"word/document.xml\"/></Relationships>";
    static final String WORD_START =
            "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>";
    static final String WORD_END = "</w:body></w:document>";

    private SampleFiles() {}

    /** What a test writes into a file that is too large for a string. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    static Path tika(Path directory, String name) throws IOException {
        Path file = directory.resolve(name.substring(name.lastIndexOf('/') + 1));
        try (InputStream in = Objects.requireNonNull(
                SampleFiles.class.getResourceAsStream("/test-documents/" + name), () -> "no " + name)) {
            Files.copy(in, file);
        }
        return file;
    }

    static Path pdf(Path file, int pages, String password) throws IOException {
        try (PDDocument document = new PDDocument()) {
            for (int page = 1; page <= pages; page++) {
                addPage(document, page);
            }
            if (!password.isEmpty()) {
                document.protect(new StandardProtectionPolicy("owner", password, new AccessPermission()));
            }
            document.save(file.toFile());
        }
        return file;
    }

    private static void addPage(PDDocument document, int number) throws IOException {
        PDPage page = new PDPage();
        document.addPage(page);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
            content.beginText();
            content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 8);
            content.setLeading(10);
            content.newLineAtOffset(50, 750);
            for (int line = 1; line <= 60; line++) {
                content.showText("Page " + number + ", line " + line + ", says what nobody would like to read twice.");
                content.newLine();
            }
            content.endText();
        }
    }

    /** A PDF of one page, whose content stream is what is given, compressed. */
    static Path pdfOf(Path file, Content instructions) throws IOException {
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage();
            document.addPage(page);
            PDResources resources = new PDResources();
            resources.put(COSName.getPDFName("F1"), new PDType1Font(Standard14Fonts.FontName.HELVETICA));
            page.setResources(resources);
            PDStream stream = new PDStream(document);
            try (OutputStream out = stream.createOutputStream(COSName.FLATE_DECODE)) {
                instructions.writeTo(out);
            }
            page.setContents(stream);
            document.save(file.toFile());
        }
        return file;
    }

    static Path docx(Path file, Content body) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, "[Content_Types].xml", out -> text(out, TYPES));
            entry(zip, "_rels/.rels", out -> text(out, RELATIONS));
            entry(zip, "word/document.xml", body);
        }
        return file;
    }

    static void entry(ZipOutputStream zip, String name, Content content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        content.writeTo(zip);
        zip.closeEntry();
    }

    static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    static void repeat(OutputStream out, String text, int times) throws IOException {
        byte[] block = text.repeat(1_000).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < times / 1_000; i++) {
            out.write(block);
        }
    }
}
