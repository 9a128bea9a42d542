package org.taskprogress.pipeline.document.extractor;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What the parent asks of an extraction child, once, on its standard input.
 *
 * @param format which parser reads the file
 * @param file absolute path of the stored file
 * @param skip pages (PDF) or blocks (other formats) that the parent already has
 * @param charactersBefore characters in the skipped part, so that the limit holds over restarts
 * @param maxCharacters most characters a document may have
 * @param maxPages most pages a document may have
 */
public record ExtractorRequest(
        Format format, String file, int skip, long charactersBefore, long maxCharacters, int maxPages) {

    /** The formats that the child has a parser for. */
    public enum Format {
        PDF,
        DOCX,
        ODT,
        HTML,
        TEXT,
        EMAIL
    }

    /** Writes and flushes this request. */
    public void writeTo(DataOutputStream out) throws IOException {
        out.writeUTF(format.name());
        out.writeUTF(file);
        out.writeInt(skip);
        out.writeLong(charactersBefore);
        out.writeLong(maxCharacters);
        out.writeInt(maxPages);
        out.flush();
    }

    static ExtractorRequest readFrom(DataInputStream in) throws IOException {
        return new ExtractorRequest(
                Format.valueOf(in.readUTF()), in.readUTF(), in.readInt(), in.readLong(), in.readLong(), in.readInt());
    }
}
