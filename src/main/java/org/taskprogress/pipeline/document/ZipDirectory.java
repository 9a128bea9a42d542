package org.taskprogress.pipeline.document;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

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
    private static final int MAX_MIMETYPE_BYTES = 512;
    private static final String ODT_MIMETYPE = "application/vnd.oasis.opendocument.text";

    private record Entry(String name, long offset) {}

    private ZipDirectory() {}

    static Optional<DocumentType> documentType(FileChannel zip) throws IOException {
        List<Entry> entries = entries(zip);
        for (Entry entry : entries) {
            if (entry.name().equals("mimetype")) {
                return Optional.of(DocumentType.ODT).filter(odt -> ODT_MIMETYPE.equals(content(zip, entry)));
            }
        }
        List<String> names = entries.stream().map(Entry::name).toList();
        boolean word = names.stream().anyMatch(name -> name.startsWith("word/"));
        if ((word && names.contains("[Content_Types].xml")) || isTruncatedWord(zip, names)) {
            return Optional.of(DocumentType.DOCX);
        }
        return Optional.empty();
    }

    /** It has lost its directory, but is still a DOCX, so that its owner hears "damaged", not "unknown kind of file". */
    private static boolean isTruncatedWord(FileChannel zip, List<String> names) throws IOException {
        String first = "[Content_Types].xml";
        return names.isEmpty() && string(read(zip, LOCAL_BYTES, first.length())).equals(first);
    }

    /** Some writers pack even this short entry, though OpenDocument wants it stored, and first. */
    private static String content(FileChannel zip, Entry entry) {
        Inflater inflater = new Inflater(true);
        try {
            ByteBuffer header = read(zip, entry.offset(), LOCAL_BYTES);
            if (header.limit() < LOCAL_BYTES) {
                return "";
            }
            boolean stored = header.getShort(8) == 0;
            int size = header.getInt(22);
            long data = entry.offset()
                    + LOCAL_BYTES
                    + Short.toUnsignedInt(header.getShort(26))
                    + Short.toUnsignedInt(header.getShort(28));
            ByteBuffer packed =
                    read(zip, data, stored ? Math.max(0, Math.min(size, MAX_MIMETYPE_BYTES)) : MAX_MIMETYPE_BYTES);
            if (stored) {
                return string(packed).strip();
            }
            inflater.setInput(packed);
            ByteBuffer text = ByteBuffer.allocate(MAX_MIMETYPE_BYTES);
            inflater.inflate(text);
            return string(text.flip()).strip();
        } catch (IOException | DataFormatException e) {
            return "";
        } finally {
            inflater.end();
        }
    }

    private static List<Entry> entries(FileChannel zip) throws IOException {
        long tail = Math.max(0, zip.size() - END_BYTES - MAX_COMMENT);
        ByteBuffer end = read(zip, tail, END_BYTES + MAX_COMMENT);
        for (int at = end.limit() - END_BYTES; at >= 0; at--) {
            if (end.getInt(at) == END_SIGNATURE) {
                long size = Integer.toUnsignedLong(end.getInt(at + 12));
                long offset = Integer.toUnsignedLong(end.getInt(at + 16));
                return entries(read(zip, offset, (int) Math.min(size, MAX_DIRECTORY_BYTES)));
            }
        }
        return List.of();
    }

    private static List<Entry> entries(ByteBuffer directory) {
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        while (entries.size() < MAX_ENTRIES && at + ENTRY_BYTES <= directory.limit()) {
            int name = Short.toUnsignedInt(directory.getShort(at + 28));
            if (directory.getInt(at) != ENTRY_SIGNATURE || at + ENTRY_BYTES + name > directory.limit()) {
                break;
            }
            long offset = Integer.toUnsignedLong(directory.getInt(at + 42));
            entries.add(new Entry(string(directory.slice(at + ENTRY_BYTES, name)), offset));
            at += ENTRY_BYTES
                    + name
                    + Short.toUnsignedInt(directory.getShort(at + 30))
                    + Short.toUnsignedInt(directory.getShort(at + 32));
        }
        return entries;
    }

    /** Byte for byte: the names looked for are ASCII, and others must only not fail. */
    private static String string(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
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
