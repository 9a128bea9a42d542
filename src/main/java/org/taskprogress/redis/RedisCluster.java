package org.taskprogress.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.SafeEncoder;

/**
 * A Cluster. What the script publishes starts from the node that has our slot, so that is where we listen, too: what others publish
 * on another node comes there by the Cluster's own bus.
 */
public final class RedisCluster implements RedisDeployment {

    private static final int SLOT = JedisClusterCRC16.getSlot(Keys.LOG);

    private final RedisNodes nodes;
    private final RedisLogin login;

    /**
     * @param nodes some of the nodes, each as {@code host:port}
     * @throws IllegalArgumentException if an address is none
     */
    RedisCluster(List<String> nodes, RedisLogin login) {
        this.nodes = new RedisNodes(nodes, login);
        this.login = login;
    }

    @Override
    public HostAndPort master() {
        return nodes.ask(RedisCluster::master);
    }

    private static Optional<HostAndPort> master(Connection node) {
        var ranges = (List<?>) node.executeCommand(new CommandArguments(Protocol.Command.CLUSTER).add("SLOTS"));
        return ranges.stream()
                .map(range -> (List<?>) range)
                .filter(range -> (Long) range.get(0) <= SLOT && SLOT <= (Long) range.get(1))
                .map(range -> address((List<?>) range.get(2), node.getHostAndPort()))
                .findFirst();
    }

    /** A node that does not know its own address leaves it out. */
    private static HostAndPort address(List<?> node, HostAndPort asked) {
        String host = node.get(0) instanceof byte[] name ? SafeEncoder.encode(name) : "";
        int port = Math.toIntExact((Long) node.get(1));
        return new HostAndPort(host.isEmpty() || host.equals("?") ? asked.getHost() : host, port);
    }

    @Override
    public boolean canMove() {
        return true;
    }

    @Override
    public JedisClientConfig config(Duration connectLimit, Duration readLimit) {
        return login.config(connectLimit, readLimit);
    }

    @Override
    public String toString() {
        return "the Cluster of " + nodes;
    }
}
