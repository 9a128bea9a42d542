package org.taskprogress.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/**
 * A Redis Cluster of three masters, with a replica of the one that has a given slot. All are local processes. Needs Redis 7, for
 * the choice of the bus's port. Not thread-safe.
 */
public final class RedisClusterGroup implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int SLOTS = 16_384;
    private static final int MASTERS = 3;

    private final List<RedisServer> nodes = new ArrayList<>();
    private final List<Integer> buses = new ArrayList<>();
    private final int owner;
    private final Path program;

    private RedisClusterGroup(int slot) {
        this.owner = slot * MASTERS / SLOTS;
        this.program = Prerequisite.presentOrSkipped(
                "Redis 7", RedisServer.installedProgram(), "apt-get install redis-server");
    }

    /** Starts all and waits until they are one Cluster. */
    public static RedisClusterGroup start(int replicatedSlot) {
        var group = new RedisClusterGroup(replicatedSlot);
        try {
            IntStream.rangeClosed(0, MASTERS).forEach(n -> group.startNode());
            group.join();
            return group;
        } catch (RuntimeException e) { // whatever it was, no process must stay
            group.close();
            throw e;
        }
    }

    /** The nodes, each as {@code host:port}. */
    public List<String> nodes() {
        return nodes.stream().map(node -> "127.0.0.1:" + node.port()).toList();
    }

    /** The first master of the replicated slot. */
    public RedisServer master() {
        return nodes.get(owner);
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }

    private void startNode() {
        int bus = freePort();
        nodes.add(RedisServer.start(
                program,
                List.of(
                        "--cluster-enabled",
                        "yes",
                        "--cluster-node-timeout",
                        "1500",
                        "--cluster-port",
                        Integer.toString(bus))));
        buses.add(bus);
    }

    private void join() {
        for (int i = 0; i < MASTERS; i++) {
            try (var node = connect(i)) {
                node.clusterAddSlotsRange(
                        (i * SLOTS + MASTERS - 1) / MASTERS, ((i + 1) * SLOTS + MASTERS - 1) / MASTERS - 1);
            }
        }
        for (int i = 1; i < nodes.size(); i++) {
            try (var first = connect(0)) {
                first.sendCommand(
                        Protocol.Command.CLUSTER,
                        "MEET",
                        "127.0.0.1",
                        Integer.toString(nodes.get(i).port()),
                        Integer.toString(buses.get(i)));
            }
        }
        String master;
        try (var node = connect(owner)) {
            master = node.clusterMyId();
        }
        try (var replica = connect(MASTERS)) {
            await(() -> replica.clusterNodes()
                                    .lines()
                                    .filter(line -> line.contains("connected"))
                                    .count()
                            == nodes.size()
                    && replica.clusterNodes().contains(master));
            replica.clusterReplicate(master);
            await(() -> replica.info("replication").contains("master_link_status:up"));
        }
        for (int i = 0; i < nodes.size(); i++) {
            try (var node = connect(i)) {
                await(() -> node.clusterInfo().contains("cluster_state:ok"));
            }
        }
    }

    private Jedis connect(int node) {
        return new Jedis("127.0.0.1", nodes.get(node).port());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(condition);
    }
}
