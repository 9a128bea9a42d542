package org.taskprogress.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Files under names that we made up, in one directory. Thread-safe. Several instances may share the directory, but each pipeline has
 * one of its own, so that each can tell which files nobody needs.
 */
public final class FileStore {

    /** Room that must stay on the disk: the database, the index and Redis's log grow there too. */
    public static final long RESERVE_BYTES = 256L * 1024 * 1024;

    private static final Pattern NAME = Pattern.compile("[0-9a-f-]{36}");
    private static final int BUFFER = 64 * 1024;
    private static final Duration LEFT_OVER_AFTER = Duration.ofHours(1);

    private final Path directory;

    /** Opens the store in an existing directory. */
    public FileStore(Path directory) {
        this.directory = directory;
    }

    /**
     * Keeps what the stream has. A file that is too large or breaks off is not kept.
     *
     * @param maxBytes the most that is read
     * @return the file's name in this store, and its size
     * @throws TooLargeException once more than {@code maxBytes} came
     * @throws IOException if the stream breaks or the disk is full
     */
    public Stored put(InputStream content, long maxBytes) throws IOException {
        String name = UUID.randomUUID().toString();
        Path partial = directory.resolve(name + ".part");
        try {
            long size = copy(content, partial, maxBytes);
            Files.move(partial, directory.resolve(name));
            return new Stored(name, size);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /**
     * Where a kept file lies.
     *
     * @throws IllegalArgumentException if the name is none that {@link #put} gave
     */
    public Path path(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name of this store");
        }
        return directory.resolve(name);
    }

    /** Deletes a file; one that is gone already is none of our worry. */
    public void delete(String name) throws IOException {
        Files.deleteIfExists(path(name));
    }

    /**
     * Deletes files that nobody needs and that are older than an hour: what a process killed in the middle of a request left.
     *
     * @param needed the names of all others
     */
    public void sweep(Set<String> needed) throws IOException {
        Instant before = Instant.now().minus(LEFT_OVER_AFTER);
        try (var entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName()).replaceFirst("\\.part$", "");
                boolean ours = NAME.matcher(name).matches() && !needed.contains(name);
                if (ours && Files.getLastModifiedTime(entry).toInstant().isBefore(before)) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    /** Bytes that can still be written. */
    public long usableBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    private static long copy(InputStream content, Path file, long maxBytes) throws IOException {
        try (var out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var buffer = new byte[BUFFER];
            long size = 0;
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                size += read;
                if (size > maxBytes) {
                    throw new TooLargeException(maxBytes);
                }
                var bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            // The task is promised to go on after a power cut, so its file must not be in a cache only.
            out.force(true);
            return size;
        }
    }

    /**
     * A kept file.
     *
     * @param name its name in the store
     * @param sizeBytes its size
     */
    public record Stored(String name, long sizeBytes) {}

    /** More bytes came than are allowed. */
    public static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException(long maxBytes) {
            super("larger than " + maxBytes + " bytes");
        }
    }
}
