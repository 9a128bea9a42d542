package org.taskprogress.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Files under names that we made up, in one directory. Thread-safe. Several instances may share the directory; those that do have
 * the same {@link #id}.
 */
public final class FileStore {

    private static final Pattern NAME = Pattern.compile("[0-9a-f-]{36}");
    private static final int BUFFER = 64 * 1024;

    private final Path directory;
    private final String id;

    /**
     * Opens the store in an existing directory.
     *
     * @throws UncheckedIOException if its identity can't be read or written
     */
    public FileStore(Path directory) {
        this.directory = directory;
        this.id = identify(directory.resolve("store.id"));
    }

    /** Names the directory wherever it is mounted: a UUID made when it was first used. */
    public String id() {
        return id;
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

    private static String identify(Path file) {
        try {
            if (Files.notExists(file)) {
                // By way of another file, so that a process killed in between leaves no half an id.
                Path made = Files.createTempFile(file.getParent(), "store", ".part");
                Files.writeString(made, UUID.randomUUID().toString());
                moveUnlessThere(made, file);
            }
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException unusable) {
            throw new UncheckedIOException("the file store's identity " + file + " can't be read or written", unusable);
        }
    }

    private static void moveUnlessThere(Path made, Path file) throws IOException {
        try {
            Files.move(made, file);
        } catch (FileAlreadyExistsException known) {
            // Another instance was faster; its id is the store's.
            Files.delete(made);
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
