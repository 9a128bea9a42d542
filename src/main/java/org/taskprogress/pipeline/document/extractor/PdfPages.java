package org.taskprogress.pipeline.document.extractor;

import java.io.File;
import java.io.IOException;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/**
 * Reads a PDF page by page with PDFBox, so that page numbers are the file's own and reading can go on at any page. A
 * page that cannot be read gives no text and the others still count; a document without one readable page is corrupt.
 */
final class PdfPages {
    private static final int MAX_GLYPHS_ON_A_PAGE = 200_000;

    private PdfPages() {}

    static void read(ExtractorRequest request, FrameWriter out) throws IOException, UnreadableFileException {
        try (PDDocument document = Loader.loadPDF(new File(request.file()))) {
            readPages(document, request, out);
        } catch (InvalidPasswordException e) {
            throw new UnreadableFileException(ExtractorFrame.Cause.ENCRYPTED, String.valueOf(e.getMessage()));
        }
    }

    private static void readPages(PDDocument document, ExtractorRequest request, FrameWriter out)
            throws IOException, UnreadableFileException {
        int total = document.getNumberOfPages();
        out.pages(total);
        BoundedStripper stripper = new BoundedStripper();
        int unreadable = 0;
        for (int page = request.skip() + 1; page <= total; page++) {
            String text = "";
            try {
                text = stripper.page(document, page);
            } catch (PageTooLongException e) {
                throw new UnreadableFileException(
                        ExtractorFrame.Cause.TOO_MUCH_TEXT,
                        "page " + page + " has more than " + MAX_GLYPHS_ON_A_PAGE + " characters");
            } catch (IOException | RuntimeException e) {
                // PDFBox answers broken content streams with whatever its parser trips over.
                unreadable++;
                System.err.println("page " + page + " is unreadable: " + e);
            }
            out.text(page, text);
        }
        if (total == 0 || (unreadable == total && unreadable > 0)) {
            throw new UnreadableFileException(ExtractorFrame.Cause.CORRUPT, "no readable page of " + total);
        }
        out.end();
    }

    /**
     * The stripper collects the glyphs of a page in memory before it makes text of them, so it is stopped while it
     * collects.
     */
    private static final class BoundedStripper extends PDFTextStripper {
        private int glyphs;

        private BoundedStripper() {
            setLineSeparator("\n");
            setParagraphEnd("\n");
        }

        String page(PDDocument document, int page) throws IOException {
            glyphs = 0;
            setStartPage(page);
            setEndPage(page);
            String text = getText(document).strip();
            return text.isEmpty() ? "" : text + "\n";
        }

        @Override
        protected void processTextPosition(TextPosition text) {
            if (++glyphs > MAX_GLYPHS_ON_A_PAGE) {
                throw new PageTooLongException();
            }
            super.processTextPosition(text);
        }
    }

    private static final class PageTooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
