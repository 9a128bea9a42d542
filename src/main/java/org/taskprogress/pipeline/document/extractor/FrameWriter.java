package org.taskprogress.pipeline.document.extractor;

import java.io.DataOutputStream;
import java.io.IOException;

/** Sends text to the parent and keeps count of it against the limit of the whole document. */
final class FrameWriter {
    private final DataOutputStream out;
    private final ExtractorRequest request;
    private long characters;

    FrameWriter(DataOutputStream out, ExtractorRequest request) {
        this.out = out;
        this.request = request;
        this.characters = request.charactersBefore();
    }

    void pages(int total) throws IOException, UnreadableFileException {
        if (total > request.maxPages()) {
            throw new UnreadableFileException(ExtractorFrame.Cause.TOO_MANY_PAGES, total + " pages");
        }
        ExtractorFrame.write(out, new ExtractorFrame.Pages(total));
    }

    void text(int page, String text) throws IOException, UnreadableFileException {
        characters += text.length();
        if (characters > request.maxCharacters()) {
            throw new UnreadableFileException(
                    ExtractorFrame.Cause.TOO_MUCH_TEXT, "more than " + request.maxCharacters() + " characters");
        }
        ExtractorFrame.write(out, new ExtractorFrame.Text(page, text));
    }

    void end() throws IOException, UnreadableFileException {
        if (characters == 0) {
            throw new UnreadableFileException(ExtractorFrame.Cause.EMPTY, "no text found");
        }
        ExtractorFrame.write(out, new ExtractorFrame.End());
    }
}
