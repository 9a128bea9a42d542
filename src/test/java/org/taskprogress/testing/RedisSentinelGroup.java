package org.taskprogress.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/**
 * A master, a replica of it, and three Sentinels that promote the replica within about 2 s of the master's failure. All are local
 * processes. Not thread-safe.
 */
public final class RedisSentinelGroup implements AutoCloseable {

    /** The master's name with the Sentinels. */
    public static final String NAME = "tasks";

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final RedisServer first;
    private final RedisServer second;
    private final List<ServerProcess> sentinels = new ArrayList<>();

    private RedisSentinelGroup() {
        first = RedisServer.start();
        second = RedisServer.start(
                RedisServer.anyProgram(), List.of("--replicaof", "127.0.0.1", Integer.toString(first.port())));
    }

    /** Starts all and waits until they know each other. */
    public static RedisSentinelGroup start() {
        var group = new RedisSentinelGroup();
        try {
            await(() -> replicasOf(group.first.port()) == 1);
            IntStream.range(0, 3).forEach(n -> group.sentinels.add(group.startSentinel()));
            await(group::knowEachOther);
            return group;
        } catch (RuntimeException e) { // whatever it was, no process must stay
            group.close();
            throw e;
        }
    }

    /** The Sentinels, each as {@code host:port}. */
    public List<String> sentinels() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .toList();
    }

    /** The server that is the master by the first Sentinel's word. */
    public RedisServer master() {
        return masterPort() == first.port() ? first : second;
    }

    /** The other one. */
    public RedisServer replica() {
        return masterPort() == first.port() ? second : first;
    }

    /** Waits until the Sentinels name another master than this one. */
    public void awaitOtherMasterThan(RedisServer former) {
        await(() -> masterPort() != former.port());
    }

    @Override
    public void close() {
        sentinels.forEach(ServerProcess::close);
        second.close();
        first.close();
    }

    private int masterPort() {
        try (var sentinel = new Jedis("127.0.0.1", sentinels.get(0).port())) {
            return Integer.parseInt(sentinel.sentinelGetMasterAddrByName(NAME).get(1));
        }
    }

    private boolean knowEachOther() {
        return sentinels.stream().allMatch(process -> {
            try (var sentinel = new Jedis(new HostAndPort("127.0.0.1", process.port()))) {
                return sentinel.sentinelSentinels(NAME).size() == 2
                        && sentinel.sentinelReplicas(NAME).size() == 1;
            }
        });
    }

    private ServerProcess startSentinel() {
        try {
            Path directory = Files.createTempDirectory("sentinel-");
            return ServerProcess.start(
                    new ServerProcess.Program(port -> command(directory, port), "+monitor master", "KILL"), directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(Path directory, int port) {
        try {
            Path file = Files.write(
                    directory.resolve("sentinel.conf"),
                    List.of(
                            "bind 127.0.0.1",
                            "port " + port,
                            "sentinel monitor " + NAME + " 127.0.0.1 " + first.port() + " 2",
                            "sentinel down-after-milliseconds " + NAME + " 1000",
                            "sentinel failover-timeout " + NAME + " 3000"));
            return List.of(RedisServer.anyProgram().toString(), file.toString(), "--sentinel");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int replicasOf(int port) {
        try (var server = new Jedis("127.0.0.1", port)) {
            return server.info("replication").contains("state=online") ? 1 : 0;
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(condition);
    }
}
