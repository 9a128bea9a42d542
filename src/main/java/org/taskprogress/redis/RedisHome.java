package org.taskprogress.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.taskprogress.redis.EmbeddedRedis.CannotStartException;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.error.OsArchitectureNotFound;
import redis.embedded.error.UnknownOSName;

/**
 * The directory of an {@link EmbeddedRedis}, held by one JVM at a time, and the launching of a server in it. {@code redis.conf} has the
 * port and the password, so that a server that outlived its JVM can be found again; only the owner can read it.
 */
final class RedisHome implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final String ADVICE = "; give another Redis by REDIS_URL";

    /** Long, because a server reads its whole log before it answers. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path directory;
    private final FileChannel lock;
    private final Path configuration;
    private final String password;
    private int port;

    /** Whether it was asked for, or clients know it already. */
    private boolean portFixed;

    private RedisHome(Path directory, FileChannel lock, OptionalInt port) throws IOException {
        this.directory = directory;
        this.lock = lock;
        this.configuration = directory.resolve("redis.conf");
        this.portFixed = port.isPresent();
        this.port = port.orElseGet(() -> Integer.parseInt(setting("port").orElse("0")));
        this.password = setting("requirepass").orElseGet(RedisHome::newPassword);
    }

    /** @throws CannotStartException if the directory can't be written to, or another JVM holds it */
    static RedisHome open(Path directory, OptionalInt port) {
        try {
            Files.createDirectories(directory);
            var lock = FileChannel.open(
                    directory.resolve("redis.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(lock)) {
                lock.close();
                throw new CannotStartException(
                        "Redis can't start: another instance uses " + directory + "; give this one its own DATA_DIR");
            }
            // The real path is what the system names a process's program by; a server not known as ours would share our
            // files
            return new RedisHome(directory.toRealPath(), lock, port);
        } catch (IOException e) {
            throw new CannotStartException("Redis can't start: " + directory + " can't be written to", e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) { // held by this JVM
            return false;
        }
    }

    int port() {
        return port;
    }

    URI url() {
        return URI.create("redis://default:" + password + "@" + HOST + ":" + port);
    }

    /** The server that an earlier JVM left behind here, if it answers and has the right port; any other one of ours is ended. */
    Optional<ProcessHandle> takeOver() {
        var left = readIfThere("redis.pid")
                .map(String::strip)
                .filter(pid -> pid.matches("\\d{1,18}"))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                .filter(this::isOurs);
        boolean fits = setting("port").filter(Integer.toString(port)::equals).isPresent();
        if (left.isPresent() && !(fits && answers())) {
            try {
                EmbeddedRedis.stop(left.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Optional.empty();
        }
        portFixed |= left.isPresent();
        return left;
    }

    /** The number may have gone to another program since. */
    private boolean isOurs(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> command.startsWith(directory.toString()))
                .isPresent();
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @throws CannotStartException if it doesn't
     */
    ProcessHandle launch() {
        try {
            choosePort();
            writeConfiguration();
            Files.deleteIfExists(directory.resolve("redis.log"));
            var process = new ProcessBuilder(program().toString(), configuration.toString())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("redis.out").toFile())
                    .start();
            awaitAnswer(process);
            portFixed = true;
            return process.toHandle();
        } catch (IOException e) {
            throw new CannotStartException("Redis can't start: " + e.getMessage() + ADVICE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStartException("Redis was not started: interrupted", e);
        }
    }

    /** What the server said last. */
    String lastLine() {
        return readIfThere("redis.log")
                .filter(text -> !text.isBlank())
                .or(() -> readIfThere("redis.out"))
                .map(text -> text.stripTrailing().lines().reduce("", (earlier, later) -> later))
                .orElse("");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void choosePort() throws IOException {
        if (port == 0 || !isFree(port)) {
            if (portFixed) {
                throw new CannotStartException(
                        "Redis can't start: port " + port + " is taken; give another one by REDIS_PORT");
            }
            try (var any = new ServerSocket(0, 1, address())) {
                port = any.getLocalPort();
            }
        }
    }

    /** Not the system's loopback address, which may be that of IPv6. */
    private static InetAddress address() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Names no directory, since the server runs in it: so no path needs quoting. */
    private void writeConfiguration() throws IOException {
        Files.deleteIfExists(configuration);
        if (configuration.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    configuration, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(
                configuration,
                List.of(
                        "bind " + HOST,
                        "port " + port,
                        "protected-mode yes",
                        "requirepass " + password,
                        "appendonly yes",
                        "appendfsync everysec",
                        "save \"\"",
                        "maxmemory-policy noeviction",
                        "pidfile redis.pid",
                        "logfile redis.log"));
    }

    private Path program() throws IOException {
        try {
            return ExecutableProvider.newJarResourceProvider(directory.toFile())
                    .get()
                    .toPath();
        } catch (OsArchitectureNotFound | UnknownOSName | NullPointerException e) { // the last: no binary for this pair
            throw new CannotStartException(
                    "Redis can't start: there is none for " + System.getProperty("os.name") + " on "
                            + System.getProperty("os.arch") + ADVICE,
                    e);
        }
    }

    private void awaitAnswer(Process process) throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers()) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new CannotStartException("Redis can't start: " + lastLine() + ADVICE);
            }
            if (System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new CannotStartException(
                        "Redis did not answer in " + START_LIMIT.toSeconds() + " s: " + lastLine());
            }
        }
    }

    private boolean answers() {
        return new RedisReadiness(new RedisEndpoint(url())).problem().isEmpty();
    }

    private Optional<String> setting(String name) {
        return readIfThere("redis.conf").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findFirst();
    }

    private Optional<String> readIfThere(String name) {
        Path file = directory.resolve(name);
        try {
            return Files.exists(file)
                    ? Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String newPassword() {
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
