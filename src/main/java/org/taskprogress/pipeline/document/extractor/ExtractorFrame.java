package org.taskprogress.pipeline.document.extractor;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.charset.StandardCharsets;

/**
 * One message of an extraction child to its parent. The parent does not trust the child, which may have been taken over
 * by the file it reads: every length is checked before memory is taken.
 */
public sealed interface ExtractorFrame {

    /** Most bytes of text in one frame; a longer page is an error of the file. */
    int MAX_TEXT_BYTES = 4 * 1024 * 1024;

    /** The number of pages is known. */
    record Pages(int total) implements ExtractorFrame {}

    /** The next page, or the next block of a format without pages, whose {@code page} is 0. */
    record Text(int page, String text) implements ExtractorFrame {}

    /** All text has been sent. */
    record End() implements ExtractorFrame {}

    /** The file cannot be read; nothing follows. The detail is for the log. */
    record Failure(Cause cause, String detail) implements ExtractorFrame {
        private static final int MAX_DETAIL = 500;

        /** Keeps the beginning of a long detail: parsers quote the file in their messages. */
        public Failure {
            detail = detail.substring(0, Math.min(detail.length(), MAX_DETAIL));
        }
    }

    /** Why a file cannot be read. */
    enum Cause {
        ENCRYPTED,
        CORRUPT,
        EMPTY,
        TOO_MUCH_TEXT,
        TOO_MANY_PAGES,
        OUT_OF_MEMORY
    }

    /** Writes and flushes a frame. */
    static void write(DataOutputStream out, ExtractorFrame frame) throws IOException {
        if (frame instanceof Pages pages) {
            out.writeByte('P');
            out.writeInt(pages.total());
        } else if (frame instanceof Text text) {
            out.writeByte('T');
            out.writeInt(text.page());
            writeText(out, text.text());
        } else if (frame instanceof Failure failure) {
            out.writeByte('F');
            out.writeUTF(failure.cause().name());
            writeText(out, failure.detail());
        } else {
            out.writeByte('E');
        }
        out.flush();
    }

    /**
     * Reads the next frame.
     *
     * @throws java.io.EOFException when the child is gone
     * @throws StreamCorruptedException when what the child sent is no frame
     */
    static ExtractorFrame read(DataInputStream in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case 'P' -> new Pages(in.readInt());
            case 'T' -> new Text(in.readInt(), readText(in));
            case 'F' -> new Failure(readCause(in), readText(in));
            case 'E' -> new End();
            default -> throw new StreamCorruptedException("frame of unknown kind " + kind);
        };
    }

    private static Cause readCause(DataInputStream in) throws IOException {
        String name = in.readUTF();
        try {
            return Cause.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new StreamCorruptedException("failure of unknown cause");
        }
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new IOException("text of " + bytes.length + " bytes does not fit into a frame");
        }
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_TEXT_BYTES) {
            throw new StreamCorruptedException("text of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
