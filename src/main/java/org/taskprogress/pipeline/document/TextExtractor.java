package org.taskprogress.pipeline.document;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.taskprogress.pipeline.document.ExtractionException.Reason;
import org.taskprogress.pipeline.document.extractor.ExtractorMain;
import org.taskprogress.pipeline.document.extractor.ExtractorRequest;

/**
 * Opens stored files for reading, each in a child JVM of its own with bounded memory and time. One more child is kept
 * warm, since a JVM takes a second to start; unused, it ends by itself after a minute. Thread-safe.
 */
final class TextExtractor implements AutoCloseable {
    private static final String PREFIX = "extractor-";
    private static final Duration IDLE = Duration.ofSeconds(60);
    // A spare so near its end might end between our look and our request.
    private static final Duration TOO_OLD = Duration.ofSeconds(50);

    private final List<Path> classPath;
    private final Path workDirectory;
    private final ExtractionLimits limits;
    private final ThreadFactory threads;
    private final Semaphore places;
    private @Nullable ExtractorProcess spare;
    private boolean closed;

    /**
     * Removes what children of an earlier, killed process have left in the work directory.
     *
     * @param classPath jars and directories that hold the {@code extractor} package and its parsers
     * @param workDirectory this instance's own directory, made if need be; parsers keep temporary files there
     * @param parallel most files that are read at once
     * @param threads makes the two threads that each child needs
     */
    TextExtractor(
            List<Path> classPath, Path workDirectory, ExtractionLimits limits, int parallel, ThreadFactory threads)
            throws IOException {
        this.classPath = List.copyOf(classPath);
        this.workDirectory = Files.createDirectories(workDirectory).toAbsolutePath();
        this.limits = limits;
        this.threads = threads;
        this.places = new Semaphore(parallel);
        try (Stream<Path> left = Files.list(this.workDirectory)) {
            left.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .forEach(ExtractorProcess::deleteTree);
        }
    }

    /**
     * Begins to read a file; the caller closes the extraction.
     *
     * @param from {@link ExtractionPosition#START}, or the {@link Extraction#position()} of an earlier reading
     * @throws ExtractionException with a passing reason, when all places are taken for too long or no child can be
     *     started
     */
    Extraction open(Path file, DocumentType type, ExtractionPosition from) throws ExtractionException {
        takePlace();
        ExtractorProcess child;
        try {
            child = takeChild();
        } catch (IOException e) {
            places.release();
            throw new ExtractionException(Reason.NOT_STARTED, "child did not start", e);
        }
        Extraction extraction = new Extraction(child, from, limits, places::release);
        extraction.ask(new ExtractorRequest(
                type.format(),
                file.toAbsolutePath().toString(),
                from.pages(),
                from.characters(),
                limits.characters(),
                limits.pages()));
        return extraction;
    }

    private void takePlace() throws ExtractionException {
        try {
            if (!places.tryAcquire(limits.perPage().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ExtractionException(Reason.NOT_STARTED, "too many files are read at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExtractionException(Reason.INTERRUPTED, "interrupted", e);
        }
    }

    private synchronized ExtractorProcess takeChild() throws IOException {
        if (closed) {
            throw new IOException("the extractor is closed");
        }
        ExtractorProcess child = spare;
        spare = null;
        if (child != null && (!child.isAlive() || child.age().compareTo(TOO_OLD) > 0)) {
            child.close();
            child = null;
        }
        ExtractorProcess taken = child == null ? start() : child;
        try {
            spare = start();
        } catch (IOException e) {
            // Without a spare the next file just waits for its own child.
            System.getLogger(TextExtractor.class.getName())
                    .log(System.Logger.Level.WARNING, "spare=none reason={0}", e.toString());
        }
        return taken;
    }

    private ExtractorProcess start() throws IOException {
        Path directory = Files.createTempDirectory(workDirectory, PREFIX);
        try {
            return ExtractorProcess.start(command(directory), directory, threads);
        } catch (IOException e) {
            ExtractorProcess.deleteTree(directory);
            throw e;
        }
    }

    private List<String> command(Path directory) {
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", windows ? "java.exe" : "java")
                        .toString(),
                "-Xmx" + limits.heapMegabytes() + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + directory,
                "-Dfile.encoding=UTF-8",
                // No name resolves, and no XML parser fetches what a document points to.
                "-Djdk.net.hosts.file=" + directory.resolve("no-hosts"),
                "-Djavax.xml.accessExternalDTD=",
                "-Djavax.xml.accessExternalSchema=",
                "-Djavax.xml.accessExternalStylesheet=",
                "-cp",
                classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                ExtractorMain.class.getName(),
                Long.toString(IDLE.toSeconds()));
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (spare != null) {
            spare.close();
            spare = null;
        }
    }
}
