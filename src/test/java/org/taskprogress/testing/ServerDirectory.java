package org.taskprogress.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A user directory of Open Liberty with one server in it, put together as an operator would: our configuration, the JDBC drivers beside
 * it, the WAR. Made anew for each server below {@code target/servers}, where it stays to be looked at.
 */
final class ServerDirectory {

    static final String SERVER_NAME = "taskprogress";

    private final Path userDirectory;

    private ServerDirectory(Path userDirectory) {
        this.userDirectory = userDirectory;
    }

    static ServerDirectory make(String name) {
        Path user = Path.of("target", "servers", name).toAbsolutePath();
        var made = new ServerDirectory(user);
        Path server = made.server();
        try {
            deleteTree(user);
            copyTree(Path.of("src", "main", "liberty", "config"), server);
            Path created = installation().resolve("usr/servers").resolve(SERVER_NAME);
            copyTree(created.resolve("jdbc"), server.resolve("jdbc"));
            // The passwords that Liberty makes up for each new server
            Files.copy(created.resolve("server.env"), server.resolve("server.env"));
            Path apps = Files.createDirectories(server.resolve("apps"));
            Files.copy(war(), apps.resolve("task-progress.war"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return made;
    }

    /** {@code WLP_USER_DIR}. */
    Path userDirectory() {
        return userDirectory;
    }

    /** The server's own directory, with its configuration. */
    Path server() {
        return userDirectory.resolve("servers").resolve(SERVER_NAME);
    }

    /** Liberty's own script, which becomes the JVM by exec: its process is the server's. */
    static Path program() {
        return installation().resolve("bin").resolve("server");
    }

    private static Path installation() {
        return Path.of(Settings.text("liberty.home").orElse("target/liberty/wlp"))
                .toAbsolutePath();
    }

    static Path war() {
        return Path.of(Settings.text("war").orElse("target/task-progress.war"));
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
