package org.taskprogress.pipeline.document;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.taskprogress.pipeline.document.extractor.ExtractorFrame;
import org.taskprogress.pipeline.document.extractor.ExtractorRequest;

/**
 * One child JVM, from its start to its certain end, with the two threads that read what it writes. It has a temporary
 * directory of its own, which goes with it. {@link #close()} may be called from any thread, the rest by one at a time.
 */
final class ExtractorProcess implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ExtractorProcess.class.getName());
    private static final int MAX_LOGGED_LINES = 50;
    private static final int MAX_LOGGED_CHARACTERS = 500;
    private static final int OUT_OF_MEMORY_EXIT = 3;

    /** What the child sent, or its exit value when it is gone. */
    record Signal(@Nullable ExtractorFrame frame, int exitValue) {
        boolean outOfMemory() {
            return frame == null && exitValue == OUT_OF_MEMORY_EXIT;
        }
    }

    private final Process process;
    private final Path directory;
    // Two pages in waiting: enough to keep the child busy, and a bound on memory, since a full pipe stops the child.
    private final BlockingQueue<Signal> signals = new ArrayBlockingQueue<>(2);
    private final Thread reader;
    private final long startedAt = System.nanoTime();

    private ExtractorProcess(Process process, Path directory, ThreadFactory threads) {
        this.process = process;
        this.directory = directory;
        this.reader = threads.newThread(this::readFrames);
        reader.start();
        threads.newThread(this::drainErrors).start();
    }

    static ExtractorProcess start(List<String> command, Path directory, ThreadFactory threads) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        // The environment holds the server's secrets, and options meant for the server's JVM.
        builder.environment().keySet().removeIf(name -> !isHarmless(name));
        return new ExtractorProcess(builder.start(), directory, threads);
    }

    /** The locale variables say how file names are encoded; without SystemRoot no program starts on Windows. */
    private static boolean isHarmless(String variable) {
        return variable.equals("LANG") || variable.startsWith("LC_") || variable.equalsIgnoreCase("SystemRoot");
    }

    void ask(ExtractorRequest request) throws IOException {
        request.writeTo(new DataOutputStream(new BufferedOutputStream(process.getOutputStream())));
    }

    /** The next signal, or null when none comes in time. */
    @Nullable
    Signal await(Duration patience) throws InterruptedException {
        return signals.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    private void readFrames() {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
            while (true) {
                signals.put(new Signal(ExtractorFrame.read(in), 0));
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "child={0} ended: {1}", process.pid(), e.toString());
            announceEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void announceEnd() {
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                // It closed its output or sent nonsense, yet lives on.
                process.destroyForcibly().waitFor();
            }
            signals.put(new Signal(null, process.exitValue()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drainErrors() {
        try (BufferedReader errors =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            int lines = 0;
            for (int c = errors.read(); c >= 0; c = errors.read()) {
                if (c == '\n') {
                    if (lines++ < MAX_LOGGED_LINES) {
                        LOG.log(Level.DEBUG, "child={0} says {1}", process.pid(), line);
                    }
                    line.setLength(0);
                } else if (line.length() < MAX_LOGGED_CHARACTERS) {
                    line.append((char) c);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "child={0} errors unreadable: {1}", process.pid(), e.toString());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        reader.interrupt();
        boolean interrupted = false;
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        deleteTree(directory);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static void deleteTree(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "directory={0} could not be removed: {1}", directory, e.toString());
        }
    }
}
