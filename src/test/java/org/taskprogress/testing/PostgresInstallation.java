package org.taskprogress.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The PostgreSQL programs of this machine, and a temporary cluster run with them. PostgreSQL refuses to run as root, so a root
 * user's tests run it as {@code postgres}, or {@code nobody} where that account is missing.
 */
final class PostgresInstallation {

    static final String READY = "database system is ready to accept connections";

    /** Prepared transactions are needed for XA, which the batch repository uses. */
    static final List<String> OPTIONS = Stream.of(
                    "fsync=off",
                    "synchronous_commit=off",
                    "full_page_writes=off",
                    "max_prepared_transactions=20",
                    "max_connections=200")
            .flatMap(option -> Stream.of("-c", option))
            .toList();

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final Path programs;

    private PostgresInstallation(Path programs) {
        this.programs = programs;
    }

    /** The newest of Debian's versions, else what the {@code PATH} has. */
    static Optional<PostgresInstallation> find() {
        return Stream.concat(debianVersions(), Programs.find("initdb").map(Path::getParent).stream())
                .filter(directory -> Files.isExecutable(directory.resolve("initdb")))
                .filter(directory -> Files.isExecutable(directory.resolve("postgres")))
                .findFirst()
                .map(PostgresInstallation::new);
    }

    /** Makes a cluster and starts its server, which ends with the JVM. */
    PostgresServer start() {
        try {
            return start(Files.createTempDirectory("postgres-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PostgresServer start(Path directory) throws IOException {
        String password = UUID.randomUUID().toString();
        Path passwordFile = Files.writeString(directory.resolve("password"), password);
        List<String> asUser = List.of();
        if ("root".equals(System.getProperty("user.name"))) {
            boolean debianAccount = exists("postgres");
            String user = debianAccount ? "postgres" : "nobody";
            String group = debianAccount ? "postgres" : "nogroup";
            giveTo(user, directory, passwordFile);
            asUser = List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups");
        }
        Path data = directory.resolve("data");
        initialize(asUser, directory, data, passwordFile);

        List<String> command = new ArrayList<>(asUser);
        command.addAll(
                List.of(programs.resolve("postgres").toString(), "-D", data.toString(), "-k", directory.toString()));
        command.addAll(List.of("-c", "listen_addresses=127.0.0.1"));
        command.addAll(OPTIONS);
        ServerProcess server = ServerProcess.start(
                new ServerProcess.Program(
                        port -> Stream.concat(command.stream(), Stream.of("-p", String.valueOf(port)))
                                .toList(),
                        READY,
                        "QUIT"),
                directory);
        return new PostgresServer("127.0.0.1", server.port(), password);
    }

    private void initialize(List<String> asUser, Path directory, Path data, Path passwordFile) throws IOException {
        List<String> command = new ArrayList<>(asUser);
        command.addAll(List.of(
                programs.resolve("initdb").toString(),
                "-D",
                data.toString(),
                "--no-sync",
                "--locale=C",
                "--encoding=UTF8"));
        command.addAll(
                List.of("--username=" + PostgresServer.USER, "--auth=scram-sha-256", "--pwfile=" + passwordFile));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("initdb failed:\n" + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in initdb", e);
        }
    }

    private static Stream<Path> debianVersions() {
        if (!Files.isDirectory(DEBIAN)) {
            return Stream.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions
                    .sorted(Comparator.comparing(
                                    (Path version) -> version.getFileName().toString())
                            .reversed())
                    .map(version -> version.resolve("bin"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean exists(String account) throws IOException {
        try {
            FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(account);
            return true;
        } catch (UserPrincipalNotFoundException e) {
            return false;
        }
    }

    private static void giveTo(String user, Path... paths) throws IOException {
        for (Path path : paths) {
            Files.setOwner(
                    path,
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user));
        }
    }
}
