package org.taskprogress.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

/** Files to upload: those of Tika's own tests, which nobody here wrote, and what such a collection lacks. */
public final class Documents {

    private static final int LINES_A_PAGE = 45;
    private static final String[] WORDS = """
            harbour engine lantern committee river copper signal winter ledger archive valley pressure engine market
            island captain season window garden treaty bridge journal weather cargo station mirror thunder village
            """.split("\\s+");
    private static final int BOMB_MEGABYTES = 2_000;

    private Documents() {}

    /** A document of Tika's test suite, by its name in {@code test-documents}. */
    public static Path ofTika(Path directory, String name) {
        Path file = directory.resolve(name);
        try (InputStream in = Objects.requireNonNull(
                Documents.class.getResourceAsStream("/test-documents/" + name), () -> "no " + name)) {
            Files.copy(in, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** A PDF full of words; some hundred pages keep the pipeline busy for half a minute. */
    public static Path longPdf(Path directory, int pages) {
        return pdf(directory.resolve("long-" + pages + ".pdf"), pages, "");
    }

    /** A PDF that nobody can open without its password. */
    public static Path encryptedPdf(Path directory) {
        return pdf(directory.resolve("encrypted.pdf"), 2, "a secret");
    }

    /** A word processor's file that unpacks to two gigabytes. */
    public static Path zipBomb(Path directory) {
        Path file = directory.resolve("bomb.docx");
        byte[] megabyte =
                "<w:p><w:r><w:t>xxxxxxxxx</w:t></w:r></w:p>".repeat(25_000).getBytes(StandardCharsets.US_ASCII);
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, "[Content_Types].xml", """
                    <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
                    <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
                    <Override PartName="/word/document.xml" ContentType=\
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>
                    """);
            entry(zip, "_rels/.rels", """
                    <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
                    <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
                    Target="word/document.xml"/></Relationships>
                    """);
            zip.putNextEntry(new ZipEntry("word/document.xml"));
            write(zip, "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>");
            for (int i = 0; i < BOMB_MEGABYTES; i++) {
                zip.write(megabyte);
            }
            write(zip, "</w:body></w:document>");
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** A file with this content. */
    public static Path file(Path directory, String name, byte[] content) {
        try {
            return Files.write(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path pdf(Path file, int pages, String password) {
        // The same words in each run, so that a failure can be looked into.
        var random = new Random(pages);
        try (var document = new PDDocument()) {
            var font = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
            for (int page = 0; page < pages; page++) {
                addPage(document, font, random);
            }
            if (!password.isEmpty()) {
                document.protect(new StandardProtectionPolicy("owner", password, new AccessPermission()));
            }
            document.save(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private static void addPage(PDDocument document, PDType1Font font, Random random) throws IOException {
        var page = new PDPage();
        document.addPage(page);
        try (var content = new PDPageContentStream(document, page)) {
            content.beginText();
            content.setFont(font, 10);
            content.setLeading(14);
            content.newLineAtOffset(50, 740);
            for (int line = 0; line < LINES_A_PAGE; line++) {
                content.showText(sentence(random));
                content.newLine();
            }
            content.endText();
        }
    }

    private static String sentence(Random random) {
        var text = new StringBuilder("The");
        for (int word = 0; word < 11; word++) {
            text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.append('.').toString();
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        write(zip, text);
        zip.closeEntry();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
