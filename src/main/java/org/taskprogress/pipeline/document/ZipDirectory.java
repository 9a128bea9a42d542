package org.taskprogress.pipeline.document;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells DOCX and ODT from other zips by entry names, without unpacking anything. It reads the central directory itself
 * (APPNOTE.TXT 4.3.12 and 4.3.16), because {@link java.util.zip.ZipFile} takes memory for as many entries as a hostile
 * file claims to have.
 */
final class ZipDirectory {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int END_BYTES = 22;
    private static final int ENTRY_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int MAX_COMMENT = 65_535;
    private static final int MAX_DIRECTORY_BYTES = 256 * 1024;
    private static final int MAX_ENTRIES = 1_000;
    private static final String ODT_MIMETYPE = "mimetypeapplication/vnd.oasis.opendocument.text";

    private ZipDirectory() {}

    static Optional<DocumentType> documentType(FileChannel zip) throws IOException {
        ByteBuffer head = read(zip, 0, LOCAL_BYTES + 256);
        String start = string(head, 0, head.limit());
        if (start.startsWith(ODT_MIMETYPE, LOCAL_BYTES) && !isOtherOpenDocument(start)) {
            return Optional.of(DocumentType.ODT);
        }
        List<String> names = entryNames(zip);
        boolean word = names.stream().anyMatch(name -> name.startsWith("word/"));
        // A truncated DOCX has lost its directory. It is still a DOCX, so that its owner hears "damaged", not "unknown
        // kind of file".
        boolean truncatedWord = names.isEmpty() && start.startsWith("[Content_Types].xml", LOCAL_BYTES);
        if ((word && names.contains("[Content_Types].xml")) || truncatedWord) {
            return Optional.of(DocumentType.DOCX);
        }
        return Optional.empty();
    }

    /**
     * For example {@code …opendocument.text-template}; the content of the stored entry ends where the next local header
     * begins.
     */
    private static boolean isOtherOpenDocument(String start) {
        return start.startsWith("-", LOCAL_BYTES + ODT_MIMETYPE.length());
    }

    private static List<String> entryNames(FileChannel zip) throws IOException {
        long tail = Math.max(0, zip.size() - END_BYTES - MAX_COMMENT);
        ByteBuffer end = read(zip, tail, END_BYTES + MAX_COMMENT);
        for (int at = end.limit() - END_BYTES; at >= 0; at--) {
            if (end.getInt(at) == END_SIGNATURE) {
                long size = Integer.toUnsignedLong(end.getInt(at + 12));
                long offset = Integer.toUnsignedLong(end.getInt(at + 16));
                return names(read(zip, offset, (int) Math.min(size, MAX_DIRECTORY_BYTES)));
            }
        }
        return List.of();
    }

    private static List<String> names(ByteBuffer directory) {
        List<String> names = new ArrayList<>();
        int at = 0;
        while (names.size() < MAX_ENTRIES && at + ENTRY_BYTES <= directory.limit()) {
            int name = Short.toUnsignedInt(directory.getShort(at + 28));
            if (directory.getInt(at) != ENTRY_SIGNATURE || at + ENTRY_BYTES + name > directory.limit()) {
                break;
            }
            names.add(string(directory, at + ENTRY_BYTES, name));
            at += ENTRY_BYTES
                    + name
                    + Short.toUnsignedInt(directory.getShort(at + 30))
                    + Short.toUnsignedInt(directory.getShort(at + 32));
        }
        return names;
    }

    /** Byte for byte: the names looked for are ASCII, and others must only not fail. */
    private static String string(ByteBuffer buffer, int from, int length) {
        byte[] bytes = new byte[length];
        buffer.get(from, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer read(FileChannel zip, long position, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long at = position;
        int read = 0;
        while (buffer.hasRemaining() && read >= 0) {
            read = zip.read(buffer, at);
            at += Math.max(read, 0);
        }
        return buffer.flip();
    }
}
