package org.taskprogress.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis of a test's own, which may be killed, frozen and restarted: always a local process, the installed
 * {@code redis-server} or else the embedded binary. Tests that only need some Redis use {@link SharedRedis}, which no test may
 * harm. Not thread-safe.
 */
public final class RedisServer implements AutoCloseable {

    private final ServerProcess process;

    private RedisServer(ServerProcess process) {
        this.process = process;
    }

    /** Starts an empty Redis that keeps nothing: a restart after {@link #kill} finds it empty. */
    public static RedisServer start() {
        return start(anyProgram(), List.of());
    }

    /** Starts an empty Redis that has written each command to its disk before it answers: a restart loses nothing. */
    public static RedisServer startPersistent() {
        return start(anyProgram(), List.of("--appendonly", "yes", "--appendfsync", "always"));
    }

    static RedisServer start(Path program, List<String> options) {
        Path directory = temporaryDirectory();
        return new RedisServer(ServerProcess.start(
                new ServerProcess.Program(
                        port -> command(program, directory, port, options), "Ready to accept connections", "KILL"),
                directory));
    }

    /** The address in the form {@code redis://127.0.0.1:port}; it stays the same over restarts. */
    public String url() {
        return "redis://127.0.0.1:" + process.port();
    }

    /** On the loopback address. */
    public int port() {
        return process.port();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** Ends the server by SIGKILL; {@link #restart} brings it back. */
    public void kill() {
        process.kill();
    }

    /** Holds the server: connections stay open and new ones are accepted by the system, but nothing is answered. */
    public void freeze() {
        process.freeze();
    }

    /** Lets a frozen server go on. */
    public void resume() {
        process.resume();
    }

    /** Starts the server again on the same port; one that still runs is stopped in good order first. */
    public void restart() {
        process.restart();
    }

    @Override
    public void close() {
        process.close();
    }

    static Optional<Path> installedProgram() {
        return Programs.find("redis-server");
    }

    static Path embeddedProgram() {
        return EmbeddedProgram.PATH;
    }

    static Path anyProgram() {
        return SharedRedis.forced().filter(SharedRedis.Backend.EMBEDDED::equals).isPresent()
                ? embeddedProgram()
                : installedProgram().orElseGet(RedisServer::embeddedProgram);
    }

    private static List<String> command(Path program, Path directory, int port, List<String> options) {
        List<String> fixed = List.of(
                program.toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--dir",
                directory.toString(),
                "--save",
                "");
        return Stream.concat(fixed.stream(), options.stream()).toList();
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("redis-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unpacked once a JVM: the binary has 10 MB. */
    private static final class EmbeddedProgram {
        static final Path PATH = unpack();

        private static Path unpack() {
            try {
                Path directory = temporaryDirectory();
                directory.toFile().deleteOnExit();
                Path program = ExecutableProvider.newJarResourceProvider(directory.toFile())
                        .get()
                        .toPath();
                program.toFile().deleteOnExit();
                return program;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
