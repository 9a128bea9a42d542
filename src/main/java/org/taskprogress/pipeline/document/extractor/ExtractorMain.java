package org.taskprogress.pipeline.document.extractor;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jspecify.annotations.Nullable;

/**
 * The child JVM: waits for one {@link ExtractorRequest} on standard input, answers with {@link ExtractorFrame}s on
 * standard output, and ends. It ends too when standard input closes, which is how it learns that its parent died, and
 * when no request comes within the seconds given as first argument.
 */
public final class ExtractorMain {
    private static final Set<String> REMOTE = Set.of("http", "https", "ftp");

    private ExtractorMain() {}

    /** Runs the child; {@code args[0]} is how many seconds it waits for its request. */
    public static void main(String[] args) throws IOException {
        DataOutputStream frames =
                new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        // A parser that prints would otherwise print into the middle of a frame.
        System.setOut(System.err);
        URL.setURLStreamHandlerFactory(protocol -> REMOTE.contains(protocol) ? new NoNetwork() : null);
        CountDownLatch asked = new CountDownLatch(1);
        daemon("idle", () -> endUnlessAsked(asked, Long.parseLong(args[0])));
        daemon("warm-up", ExtractorMain::warmUp);
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        ExtractorRequest request;
        try {
            request = ExtractorRequest.readFrom(in);
        } catch (EOFException e) {
            return;
        }
        asked.countDown();
        daemon("parent-watch", () -> endWithParent(in));
        ExtractorFrame.Failure failure = extract(request, frames);
        if (failure != null) {
            ExtractorFrame.write(frames, failure);
        }
    }

    private static ExtractorFrame.@Nullable Failure extract(ExtractorRequest request, DataOutputStream frames)
            throws IOException {
        try {
            FrameWriter out = new FrameWriter(frames, request);
            if (request.format() == ExtractorRequest.Format.PDF) {
                PdfPages.read(request, out);
            } else {
                FlowingText.read(request, out);
            }
            return null;
        } catch (UnreadableFileException e) {
            return e.toFrame();
        } catch (OutOfMemoryError e) {
            return new ExtractorFrame.Failure(ExtractorFrame.Cause.OUT_OF_MEMORY, e.toString());
        } catch (IOException | RuntimeException | StackOverflowError | LinkageError e) {
            // A broken file makes parsers fail in any way; deep nesting overflows their stack. A dead pipe fails once
            // more below.
            return new ExtractorFrame.Failure(ExtractorFrame.Cause.CORRUPT, e.toString());
        }
    }

    /** Loads the classes of the commonest format while the request is still on its way. */
    private static void warmUp() {
        try (PDDocument document = new PDDocument()) {
            document.addPage(new PDPage());
            new PDFTextStripper().getText(document);
        } catch (IOException e) {
            System.err.println("warm-up failed: " + e);
        }
    }

    private static void endUnlessAsked(CountDownLatch asked, long seconds) {
        try {
            if (!asked.await(seconds, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void endWithParent(InputStream in) {
        try {
            while (in.read() >= 0) {
                // The parent sends nothing after its request; only the end of the stream matters.
            }
        } catch (IOException e) {
            System.err.println("standard input failed: " + e);
        }
        Runtime.getRuntime().halt(1);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** A document must not make the server call addresses of its choice. */
    private static final class NoNetwork extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL url) throws IOException {
            throw new IOException("no network here: " + url.getProtocol());
        }
    }
}
