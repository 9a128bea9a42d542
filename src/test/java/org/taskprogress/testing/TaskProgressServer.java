package org.taskprogress.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The packaged program as an operator runs it: Open Liberty with our configuration and the WAR, in a JVM of its own on a loopback port
 * of its own, with a data directory below {@code target}. It has started when {@code /health/ready} says so. It keeps port and data
 * over {@link #kill} and {@link #restart}; its log goes on in one file. Whatever it started ends with it, at the end of the JVM at the
 * latest. Not thread-safe.
 */
public final class TaskProgressServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(TaskProgressServer.class.getName());
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);
    private static final int LOG_TAIL_LINES = 60;
    private static final AtomicInteger STARTED = new AtomicInteger();

    private final ServerDirectory directory;
    private final int port = freePort();
    private final Path data;
    private final Map<String, String> environment;
    private final Thread atJvmEnd = new Thread(this::endAll, "stop-task-progress");
    private Process process;

    private TaskProgressServer(ServerDirectory directory, Path data, Map<String, String> settings) {
        this.directory = directory;
        this.data = data;
        this.environment = new TreeMap<>(settings);
        environment.put("HTTP_PORT", String.valueOf(port));
        environment.put("DATA_DIR", data.toString());
        environment.put("WLP_USER_DIR", directory.userDirectory().toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.putIfAbsent("JVM_ARGS", "-Xmx512m");
        Runtime.getRuntime().addShutdownHook(atJvmEnd);
        this.process = launch();
    }

    /** The server for all tests that do it no harm, with nothing but the defaults: started at first use, stopped at the JVM's end. */
    public static TaskProgressServer shared() {
        return Shared.SERVER;
    }

    /** Starts a server of the test's own. */
    public static TaskProgressServer start() {
        return start(Map.of());
    }

    /** Starts a server of the test's own with these environment variables. */
    public static TaskProgressServer start(Map<String, String> settings) {
        ServerDirectory directory = ServerDirectory.make(nextName());
        return new TaskProgressServer(directory, directory.userDirectory().resolve("data"), settings);
    }

    /** Starts a server that shares the data directory of another; Redis and the database must be outside of both. */
    public static TaskProgressServer startBeside(TaskProgressServer other, Map<String, String> settings) {
        return new TaskProgressServer(ServerDirectory.make(nextName()), other.data, settings);
    }

    /** Its address, without a slash at the end. */
    public String url() {
        return "http://localhost:" + port;
    }

    public URI uri(String path) {
        return URI.create(url() + path);
    }

    /** Signs one of the demo accounts in. */
    public TaskProgressClient as(String user) {
        return TaskProgressClient.signIn(this, user, "demo-" + user);
    }

    /** A client that has not signed in. */
    public TaskProgressClient asNobody() {
        return TaskProgressClient.nobody(this);
    }

    /** {@code DATA_DIR}. */
    public Path data() {
        return data;
    }

    /** What lies in the file store, by name. */
    public List<String> storedFiles() {
        Path files = data.resolve("files");
        try (Stream<Path> stored = Files.exists(files) ? Files.walk(files) : Stream.empty()) {
            return stored.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that it has said, over all its starts. */
    public String log() {
        try {
            return Files.exists(output()) ? Files.readString(output(), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** The processes that it has started, and theirs. */
    public List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    /** Its resident memory in bytes, as Linux counts it. */
    public long residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            String line =
                    lines.filter(text -> text.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the JVM by SIGKILL, and nothing else; {@link #restart} brings it back. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(process.toHandle());
    }

    /** Ends the server in good order, if it runs. */
    public void stop() {
        if (process.isAlive()) {
            process.destroy();
            awaitExit(process.toHandle());
        }
    }

    /** Starts it again on the same port and data; one that still runs is stopped in good order first. */
    public void restart() {
        stop();
        process = launch();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atJvmEnd);
        endAll();
    }

    private void endAll() {
        List<ProcessHandle> children = children();
        stop();
        Stream.concat(children.stream(), leftRedis().stream())
                .filter(ProcessHandle::isAlive)
                .forEach(child -> {
                    child.destroyForcibly();
                    awaitExit(child);
                });
    }

    /** The embedded Redis outlives a killed server on purpose. */
    private Optional<ProcessHandle> leftRedis() {
        Path pid = data.resolve("redis").resolve("redis.pid");
        try {
            return Files.exists(pid)
                    ? ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                            .filter(process -> process.info()
                                    .command()
                                    .filter(command -> command.startsWith(data.toString()))
                                    .isPresent())
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() {
        var builder = new ProcessBuilder(ServerDirectory.program().toString(), "run", ServerDirectory.SERVER_NAME)
                .directory(directory.userDirectory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
        builder.environment().putAll(environment);
        try {
            long begin = System.nanoTime();
            Process started = builder.start();
            awaitReady(started);
            LOG.log(
                    System.Logger.Level.INFO,
                    "Task Progress for the tests: {0}, data {1}, ready after {2} ms",
                    url(),
                    data,
                    String.valueOf(Duration.ofNanos(System.nanoTime() - begin).toMillis()));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady(Process started) {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(200))
                    .atMost(START_TIMEOUT)
                    .until(() -> !started.isAlive() || asNobody().answers("/health/ready"));
        } catch (ConditionTimeoutException e) {
            started.destroyForcibly();
            throw new IllegalStateException("not ready within " + START_TIMEOUT + "\n" + logTail(), e);
        }
        if (!started.isAlive()) {
            throw new IllegalStateException("ended with " + started.exitValue() + "\n" + logTail());
        }
    }

    private String logTail() {
        List<String> lines = log().lines().toList();
        return lines.stream().skip(Math.max(0, lines.size() - LOG_TAIL_LINES)).collect(Collectors.joining("\n"));
    }

    private Path output() {
        return directory.userDirectory().resolve("output.log");
    }

    private static void awaitExit(ProcessHandle ending) {
        try {
            ending.onExit()
                    .orTimeout(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } finally {
            ending.destroyForcibly();
        }
    }

    private static String nextName() {
        return "server-" + STARTED.incrementAndGet();
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Shared {
        static final TaskProgressServer SERVER = start();
    }
}
