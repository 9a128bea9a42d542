package org.taskprogress.pipeline.document;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.FileUploadSizeException;
import org.apache.commons.fileupload2.jakarta.servlet6.JakartaServletFileUpload;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.store.FileStore;
import org.taskprogress.store.FileStore.Stored;
import org.taskprogress.store.FileStore.TooLargeException;

/**
 * Takes a multipart form in as it streams: the file goes to the store without lying in memory, and what breaks a rule ends the
 * request at once. Whatever is refused leaves no file behind.
 */
@Singleton
class Upload {

    private static final int MAX_FIELD = 200;
    private static final int MAX_PARTS = 20;
    /** What a form may have besides its file. */
    private static final long FORM_OVERHEAD = 64 * 1024;

    private final FileStore files;
    private final long maxSize;

    @Inject
    Upload(FileStore files, @ConfigProperty(name = "documents.max.size") long maxSize) {
        this.files = files;
        this.maxSize = maxSize;
    }

    /**
     * Reads the form.
     *
     * @throws ProblemException 400, 413, 415, 422 or 507; then nothing is kept
     */
    Form read(HttpServletRequest request) throws IOException {
        if (request.getContentType() == null) {
            throw ProblemException.of(Problem.Type.UNSUPPORTED_TYPE, "Send the file in a multipart form.");
        }
        if (request.getContentLengthLong() > maxSize + FORM_OVERHEAD) {
            throw tooLarge();
        }
        if (files.usableBytes() < Math.max(0, request.getContentLengthLong()) + FileStore.RESERVE_BYTES) {
            throw ProblemException.of(Problem.Type.OUT_OF_SPACE, "There is no room for this file at the moment.");
        }
        var form = new Parts();
        try {
            readParts(request, form);
            return checked(form);
        } catch (ProblemException | IOException refused) {
            form.discard(files);
            throw refused;
        }
    }

    private void readParts(HttpServletRequest request, Parts form) throws IOException {
        try {
            var upload = new JakartaServletFileUpload<>();
            upload.setHeaderCharset(StandardCharsets.UTF_8);
            // Whatever part it is that has no end: reading stops here, with or without a Content-Length
            upload.setSizeMax(maxSize + FORM_OVERHEAD);
            FileItemInputIterator parts = upload.getItemIterator(request);
            for (int part = 0; parts.hasNext(); part++) {
                if (part == MAX_PARTS) {
                    throw ProblemException.of(Problem.Type.BAD_REQUEST, "The form has too many parts.");
                }
                readPart(parts.next(), form);
            }
        } catch (TooLargeException | FileUploadSizeException tooLarge) {
            throw tooLarge();
        } catch (FileUploadException | EOFException | SocketException | SocketTimeoutException incomplete) {
            throw ProblemException.of(Problem.Type.BAD_REQUEST, "This is no complete multipart form.");
        }
    }

    private void readPart(FileItemInput part, Parts form) throws IOException {
        switch (String.valueOf(part.getFieldName())) {
            case "file" -> {
                if (form.file != null) {
                    throw ProblemException.badField("file", "is given twice; send one file a request");
                }
                if (part.isFormField()) {
                    throw ProblemException.badField("file", "is a text; send a file with its name");
                }
                form.filename = FileNames.harmless(name(part));
                // Not closed: that would first read all that is left of a file which is refused for its size
                form.file = files.put(part.getInputStream(), maxSize);
            }
            case "case_id" -> form.caseId = text(part);
            default -> {
                // A field that we don't know may be meant for a later version.
            }
        }
    }

    /** The library refuses names that are no paths; for us it is only a name. */
    private static @Nullable String name(FileItemInput part) {
        try {
            return part.getName();
        } catch (InvalidPathException noPath) {
            return noPath.getInput();
        }
    }

    private static String text(FileItemInput part) throws IOException {
        try (InputStream content = part.getInputStream()) {
            return new String(content.readNBytes(MAX_FIELD * 4 + 1), StandardCharsets.UTF_8).strip();
        }
    }

    private Form checked(Parts form) throws IOException {
        String caseId = form.caseId;
        if (caseId == null
                || caseId.isEmpty()
                || caseId.length() > MAX_FIELD
                || caseId.chars().anyMatch(Character::isISOControl)) {
            throw ProblemException.badField("case_id", "is required, 1 to " + MAX_FIELD + " characters");
        }
        Stored file = form.file;
        if (file == null) {
            throw ProblemException.badField("file", "is required");
        }
        if (file.sizeBytes() == 0) {
            throw ProblemException.of(Problem.Type.UNREADABLE_FILE, "The file is empty.");
        }
        Optional<DocumentType> type = DocumentType.of(files.path(file.name()), form.filename);
        return new Form(
                caseId,
                form.filename,
                file,
                type.orElseThrow(
                        () -> ProblemException.of(
                                Problem.Type.UNSUPPORTED_TYPE,
                                "This file is no document that can be read. PDF, DOCX, ODT, HTML, plain text and e-mail (EML) can.")));
    }

    private ProblemException tooLarge() {
        return ProblemException.of(
                Problem.Type.TOO_LARGE, "The file is larger than " + maxSize / (1024 * 1024) + " MiB.");
    }

    /**
     * A form that is in order.
     *
     * @param caseId what to file the document under
     * @param filename harmless
     * @param file where the content lies
     * @param type what it is
     */
    record Form(String caseId, String filename, Stored file, DocumentType type) {}

    /** What has been read of a form so far. */
    private static final class Parts {
        private @Nullable String caseId;
        private String filename = "";
        private @Nullable Stored file;

        void discard(FileStore files) throws IOException {
            if (file != null) {
                files.delete(file.name());
            }
        }
    }
}
