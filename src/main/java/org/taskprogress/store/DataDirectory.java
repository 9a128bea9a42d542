package org.taskprogress.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.regex.Matcher;

/**
 * Where this installation keeps what must outlive a restart: uploads, the signing key, and with the defaults the database and Redis's
 * log. Readable by its owner only.
 */
public final class DataDirectory {

    private static final System.Logger LOG = System.getLogger(DataDirectory.class.getName());

    private final Path root;
    private final String instance;
    private final String id;

    /**
     * Opens the directory, and makes it if need be.
     *
     * @param path a leading {@code ~} means the user's home
     * @param instance tells this instance from others that share the directory, the same at each start
     * @throws UncheckedIOException if it can't be made or written to; the message says what to do
     */
    public DataDirectory(String path, String instance) {
        this.instance = instance;
        this.root = Path.of(path.replaceFirst("^~(?=/|$)", Matcher.quoteReplacement(System.getProperty("user.home"))))
                .toAbsolutePath()
                .normalize();
        try {
            Files.createDirectories(root, ownerOnly());
            Files.delete(Files.createTempFile(root, "writable", null));
        } catch (IOException unusable) {
            throw new UncheckedIOException(
                    "the data directory " + root + " can't be written to; give another one by DATA_DIR", unusable);
        }
        this.id = identify(root.resolve("data.id"));
    }

    public Path root() {
        return root;
    }

    /** Names the directory wherever it is mounted, a UUID made at its first use: who has the same id reaches the same files. */
    public String id() {
        return id;
    }

    /**
     * A directory of this instance alone, made if need be.
     *
     * @throws UncheckedIOException if it can't be made
     */
    public Path ownDirectory(String name) {
        return directory("instances/" + instance + "/" + name);
    }

    /**
     * A directory below this one, made if need be; instances may share it.
     *
     * @throws UncheckedIOException if it can't be made
     */
    public Path directory(String name) {
        try {
            return Files.createDirectories(root.resolve(name), ownerOnly());
        } catch (IOException unusable) {
            throw new UncheckedIOException("the directory " + name + " can't be made in " + root, unusable);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    private static String identify(Path file) {
        try {
            if (Files.notExists(file)) {
                // By way of another file, so that a process killed in between leaves no half an id.
                Path made = Files.createTempFile(file.getParent(), "data", ".part");
                Files.writeString(made, UUID.randomUUID().toString());
                linkUnlessThere(made, file);
            }
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException unusable) {
            throw new UncheckedIOException(
                    "the data directory's identity " + file + " can't be read or written", unusable);
        }
    }

    /** A link, since moving looks first and moves then: of two instances each could find itself the first. */
    private static void linkUnlessThere(Path made, Path file) throws IOException {
        try {
            Files.createLink(file, made);
        } catch (FileAlreadyExistsException known) {
            LOG.log(System.Logger.Level.DEBUG, "another instance was faster; its id is the directory's");
        } catch (UnsupportedOperationException noLinksHere) {
            Files.copy(made, file);
        } finally {
            Files.delete(made);
        }
    }
}
