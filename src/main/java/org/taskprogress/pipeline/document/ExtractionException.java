package org.taskprogress.pipeline.document;

import org.jspecify.annotations.Nullable;
import org.taskprogress.pipeline.document.extractor.ExtractorFrame;

/** No text could be got from a file. The message is for the file's owner; {@link #detail()} is for the log. */
final class ExtractionException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. A lasting reason is the file's own, so trying again is no use; a passing one is the machine's. */
    enum Reason {
        ENCRYPTED(true, "This file is protected by a password. Remove the password and upload it again."),
        CORRUPT(true, "This file is damaged or incomplete and cannot be read."),
        EMPTY(true, "No text was found in this file. If it is a scan, it holds pictures of text only."),
        TOO_MUCH_TEXT(true, "This file holds more text than one document may have."),
        TOO_MANY_PAGES(true, "This file has more pages than one document may have."),
        TOOK_TOO_LONG(true, "Reading this file took too long and was stopped."),
        OUT_OF_MEMORY(true, "This file needs more memory to read than one document may take."),
        NOT_STARTED(false, "The file could not be read just now. Please try again."),
        KILLED(false, "Reading this file was cut off. Please try again."),
        INTERRUPTED(false, "Reading this file was stopped.");

        private final boolean lasting;
        private final String text;

        Reason(boolean lasting, String text) {
            this.lasting = lasting;
            this.text = text;
        }

        private static Reason of(ExtractorFrame.Cause cause) {
            return switch (cause) {
                case ENCRYPTED -> ENCRYPTED;
                case CORRUPT -> CORRUPT;
                case EMPTY -> EMPTY;
                case TOO_MUCH_TEXT -> TOO_MUCH_TEXT;
                case TOO_MANY_PAGES -> TOO_MANY_PAGES;
                case OUT_OF_MEMORY -> OUT_OF_MEMORY;
            };
        }
    }

    private final Reason reason;
    private final String detail;

    ExtractionException(Reason reason, String detail) {
        this(reason, detail, null);
    }

    ExtractionException(Reason reason, String detail, @Nullable Throwable cause) {
        super(reason.text, cause);
        this.reason = reason;
        this.detail = detail;
    }

    static ExtractionException of(ExtractorFrame.Failure failure) {
        return new ExtractionException(Reason.of(failure.cause()), failure.detail());
    }

    Reason reason() {
        return reason;
    }

    /** Whether a second try would end the same way. */
    boolean lasting() {
        return reason.lasting;
    }

    /** What the machine said; may quote the file, so it is never shown to anybody but the operator. */
    String detail() {
        return detail;
    }
}
