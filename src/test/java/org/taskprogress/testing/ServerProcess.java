package org.taskprogress.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One server program run by a test, on a loopback port of its own. It has started when its output shows that it is ready; its
 * directory (data, output) goes with it when it is closed, or at the end of the JVM. Not thread-safe.
 */
final class ServerProcess implements AutoCloseable {

    /** Another process may take the port between our look for a free one and the server's bind. */
    private static final int PORT_ATTEMPTS = 3;

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /** What to run and how it behaves: the command for a port, its sign of readiness, and the signal that ends it at once. */
    record Program(IntFunction<List<String>> command, String readyText, String stopSignal) {}

    private final Program program;
    private final Path directory;
    private final int port;
    private final Thread atJvmEnd = new Thread(this::endAndDelete, "stop-test-server");
    private Process process;

    private ServerProcess(Program program, Path directory, int port) {
        this.program = program;
        this.directory = directory;
        this.port = port;
        this.process = launch();
    }

    /**
     * Starts the program and waits until it is ready.
     *
     * @param directory the server's own, deleted with it
     * @throws IllegalStateException with the end of the program's output when it doesn't become ready
     */
    static ServerProcess start(Program program, Path directory) {
        try {
            ServerProcess server = startOnFreePort(program, directory);
            server.endWithTheJvm();
            return server;
        } catch (RuntimeException e) { // whatever it was, the directory must not stay
            deleteTree(directory);
            throw e;
        }
    }

    private static ServerProcess startOnFreePort(Program program, Path directory) {
        for (int attempt = 1; ; attempt++) {
            try {
                return new ServerProcess(program, directory, freePort());
            } catch (NotReadyException e) {
                if (attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the program by SIGKILL, as a crash would; its data stays. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Ends the program if it runs, by SIGTERM, and starts it anew on the same port and data. */
    void restart() {
        resume();
        process.destroy();
        awaitExit();
        process = launch();
    }

    /** Holds the program by SIGSTOP: it keeps its connections, and answers nobody. */
    void freeze() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private void endWithTheJvm() {
        try {
            Runtime.getRuntime().addShutdownHook(atJvmEnd);
        } catch (IllegalStateException e) { // the JVM is ending already, and runs no further hooks
            kill();
            throw e;
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atJvmEnd);
        endAndDelete();
    }

    private void endAndDelete() {
        signal(program.stopSignal());
        awaitExit();
        deleteTree(directory);
    }

    private Process launch() {
        Path output = directory.resolve("output.log");
        try {
            Process started = new ProcessBuilder(program.command().apply(port))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!becomesReady(started, output, program.readyText())) {
                throw new NotReadyException(
                        "server did not start: " + program.command().apply(port) + "\n" + read(output));
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Looks for the program's own word, since a port that answers may be another process's. Ends one that isn't ready. */
    private static boolean becomesReady(Process started, Path output, String readyText) {
        boolean ready = false;
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(START_TIMEOUT)
                    .until(() -> !started.isAlive() || read(output).contains(readyText));
            ready = started.isAlive();
        } catch (ConditionTimeoutException e) {
            return false;
        } finally {
            if (!ready) {
                started.destroyForcibly();
            }
        }
        return ready;
    }

    private void awaitExit() {
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Sends a signal through the shell, whose own {@code kill} is there even where the program of that name is not. */
    private void signal(String name) {
        if (!process.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String read(Path output) throws IOException {
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteTree(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program ended, or said for too long nothing that shows that it is ready. */
    private static final class NotReadyException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        NotReadyException(String message) {
            super(message);
        }
    }
}
