package org.taskprogress.pipeline.document;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.taskprogress.pipeline.document.ExtractionException.Reason;
import org.taskprogress.pipeline.document.extractor.ExtractorFrame;
import org.taskprogress.pipeline.document.extractor.ExtractorRequest;

/**
 * The reading of one file, page after page. Used by one thread; {@link #close()} by any. Interrupting the thread ends
 * the wait for a page at once. After the end or a failure the child is gone.
 */
final class Extraction implements AutoCloseable {
    private final ExtractorProcess child;
    private final ExtractionLimits limits;
    private final Runnable onClose;
    private ExtractionPosition position;
    private OptionalInt totalPages = OptionalInt.empty();
    private Duration waited = Duration.ZERO;
    private boolean ended;
    private boolean closed;

    Extraction(ExtractorProcess child, ExtractionPosition from, ExtractionLimits limits, Runnable onClose) {
        this.child = child;
        this.position = from;
        this.limits = limits;
        this.onClose = onClose;
    }

    void ask(ExtractorRequest request) throws ExtractionException {
        try {
            child.ask(request);
        } catch (IOException e) {
            close();
            throw new ExtractionException(Reason.NOT_STARTED, "child took no request", e);
        }
    }

    /**
     * Waits for the next page.
     *
     * @return the page, or nothing after the last
     * @throws ExtractionException when there will be no more pages though the end was not reached; repeated calls are
     *     not allowed then
     */
    Optional<Page> next() throws ExtractionException {
        while (!ended) {
            ExtractorFrame frame = await();
            if (frame instanceof ExtractorFrame.Text text) {
                Page page = new Page(text.page() == 0 ? null : text.page(), text.text());
                position = position.after(page);
                return Optional.of(page);
            }
            if (frame instanceof ExtractorFrame.Pages pages) {
                totalPages = OptionalInt.of(pages.total());
            } else if (frame instanceof ExtractorFrame.Failure failure) {
                close();
                throw ExtractionException.of(failure);
            } else {
                ended = true;
                close();
            }
        }
        return Optional.empty();
    }

    /** How many pages the file has: known from the first {@link #next()} on for types with pages, never for others. */
    OptionalInt totalPages() {
        return totalPages;
    }

    /** Where to go on after the pages that {@link #next()} has returned. */
    ExtractionPosition position() {
        return position;
    }

    ProcessHandle child() {
        return child.handle();
    }

    private ExtractorFrame await() throws ExtractionException {
        Duration left = limits.perFile().minus(waited);
        Duration patience = left.compareTo(limits.perPage()) < 0 ? left : limits.perPage();
        long before = System.nanoTime();
        ExtractorProcess.Signal signal;
        try {
            signal = child.await(patience);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new ExtractionException(Reason.INTERRUPTED, "interrupted", e);
        }
        waited = waited.plusNanos(System.nanoTime() - before);
        if (signal == null) {
            close();
            throw new ExtractionException(Reason.TOOK_TOO_LONG, "no page within " + patience + " after " + position);
        }
        if (signal.frame() == null) {
            close();
            Reason reason = signal.outOfMemory() ? Reason.OUT_OF_MEMORY : Reason.KILLED;
            throw new ExtractionException(reason, "child ended with " + signal.exitValue() + " after " + position);
        }
        return signal.frame();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            child.close();
            onClose.run();
        }
    }
}
