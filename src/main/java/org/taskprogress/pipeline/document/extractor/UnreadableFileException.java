package org.taskprogress.pipeline.document.extractor;

/** The file itself is why there is no text; a second try would end alike. */
final class UnreadableFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ExtractorFrame.Cause reason;

    UnreadableFileException(ExtractorFrame.Cause reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    ExtractorFrame.Failure toFrame() {
        return new ExtractorFrame.Failure(reason, String.valueOf(getMessage()));
    }
}
