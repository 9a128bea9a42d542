package org.taskprogress.pipeline.document;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import org.taskprogress.pipeline.document.extractor.ExtractorRequest;

/**
 * What a stored file is, by its content. The name that a client gave is only asked where content cannot tell one text
 * format from another, so an executable named {@code report.pdf} is no PDF.
 */
enum DocumentType {
    PDF(ExtractorRequest.Format.PDF),
    DOCX(ExtractorRequest.Format.DOCX),
    ODT(ExtractorRequest.Format.ODT),
    HTML(ExtractorRequest.Format.HTML),
    TEXT(ExtractorRequest.Format.TEXT),
    EMAIL(ExtractorRequest.Format.EMAIL);

    private static final int HEAD_BYTES = 8 * 1024;

    private final ExtractorRequest.Format format;

    DocumentType(ExtractorRequest.Format format) {
        this.format = format;
    }

    ExtractorRequest.Format format() {
        return format;
    }

    /**
     * Looks at the beginning of a file, and at the directory of a zip; never at more than some 400 KB.
     *
     * @param name the client's file name; untrusted, may be anything
     * @return the type, or nothing for an empty file and for what is no document
     */
    static Optional<DocumentType> of(Path file, String name) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
            int read = 0;
            while (head.hasRemaining() && read >= 0) {
                read = channel.read(head);
            }
            byte[] bytes = new byte[head.position()];
            head.flip().get(bytes);
            if (startsWith(bytes, "PK\u0003\u0004")) {
                return ZipDirectory.documentType(channel);
            }
            if (isPdf(bytes)) {
                return Optional.of(PDF);
            }
            return TextSniffer.documentType(bytes, extension(name));
        }
    }

    /**
     * The header may follow a byte order mark and blanks; what follows anything else is data in a file of another kind.
     */
    private static boolean isPdf(byte[] head) {
        String start = new String(head, 0, Math.min(head.length, 1024), StandardCharsets.ISO_8859_1);
        String unmarked = start.startsWith("\u00ef\u00bb\u00bf") ? start.substring(3) : start;
        return unmarked.stripLeading().startsWith("%PDF-");
    }

    private static boolean startsWith(byte[] head, String magic) {
        if (head.length < magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if (head[i] != (byte) magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 || name.length() - dot > 6
                ? ""
                : name.substring(dot + 1).strip().toLowerCase(Locale.ROOT);
    }
}
