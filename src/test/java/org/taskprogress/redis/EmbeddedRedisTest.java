package org.taskprogress.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskprogress.redis.EmbeddedRedis.CannotStartException;
import redis.clients.jedis.RedisClient;

class EmbeddedRedisTest {

    @TempDir
    private Path directory;

    private EmbeddedRedis start() {
        return EmbeddedRedis.start(directory.resolve("redis"), OptionalInt.empty(), Thread::new);
    }

    private static void put(URI url, String value) {
        try (var redis = RedisClient.create(url)) {
            redis.set("key", value);
        }
    }

    private static String get(URI url) {
        try (var redis = RedisClient.create(url)) {
            return redis.get("key");
        }
    }

    @Test
    void keepsItsDataOverARestart() throws IOException {
        try (var first = start()) {
            put(first.url(), "kept");
            assertThat(new RedisReadiness(new RedisEndpoint(first.url())).problem())
                    .isEmpty();
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(directory.resolve("redis/redis.conf"))))
                    .isEqualTo("rw-------");
        }
        try (var second = start()) {
            assertThat(get(second.url())).isEqualTo("kept");
        }
    }

    @Test
    void letsNobodyInWithoutThePassword() {
        try (var redis = start()) {
            var stranger = URI.create("redis://127.0.0.1:" + redis.url().getPort());

            assertThat(new RedisReadiness(new RedisEndpoint(stranger)).problem())
                    .hasValueSatisfying(problem -> assertThat(problem).contains("NOAUTH"));
        }
    }

    @Test
    void isStartedAgainOnTheSamePortWhenItDies() {
        try (var redis = start()) {
            put(redis.url(), "kept");
            long killed = redis.pid();
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();

            await().atMost(Duration.ofSeconds(20)).until(() -> redis.pid() != killed);
            assertThat(get(redis.url())).isEqualTo("kept");
        }
    }

    @Test
    void takesOverWhatAKilledJvmLeftBehind() throws IOException {
        long pid;
        URI url;
        try (var home = RedisHome.open(directory.resolve("redis"), OptionalInt.empty())) {
            pid = home.launch().pid();
            url = home.url();
            put(url, "kept");
        }

        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("redis"));
        try (var next = EmbeddedRedis.start(link, OptionalInt.empty(), Thread::new)) {
            assertThat(next.pid()).isEqualTo(pid);
            assertThat(next.url()).isEqualTo(url);
            assertThat(get(url)).isEqualTo("kept");
        }
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void endsWhatAKilledJvmLeftBehindWhenItHasAnotherPort() throws IOException {
        long pid;
        try (var home = RedisHome.open(directory.resolve("redis"), OptionalInt.empty())) {
            pid = home.launch().pid();
            put(home.url(), "kept");
        }
        int port = freePort();

        try (var next = EmbeddedRedis.start(directory.resolve("redis"), OptionalInt.of(port), Thread::new)) {
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
            assertThat(next.url().getPort()).isEqualTo(port);
            assertThat(get(next.url())).isEqualTo("kept");
        }
    }

    @Test
    void saysInOneLineThatThePortIsTaken() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatExceptionOfType(CannotStartException.class)
                    .isThrownBy(() -> EmbeddedRedis.start(directory, OptionalInt.of(taken.getLocalPort()), Thread::new))
                    .withMessage("Redis can't start: port " + taken.getLocalPort()
                            + " is taken; give another one by REDIS_PORT");
        }
    }

    @Test
    void saysInOneLineThatTheDirectoryCannotBeWritten() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatExceptionOfType(CannotStartException.class)
                .isThrownBy(() -> EmbeddedRedis.start(file.resolve("redis"), OptionalInt.empty(), Thread::new))
                .withMessageContaining("can't be written to");
    }

    @Test
    void letsOneInstanceOnlyUseADirectory() {
        try (var first = start()) {
            assertThat(first.url()).isNotNull();
            assertThatExceptionOfType(CannotStartException.class)
                    .isThrownBy(this::start)
                    .withMessageContaining("another instance");
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
