package org.taskprogress.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.SafeEncoder;

/** A server with replicas of which Sentinels promote one when it fails. */
public final class RedisSentinels implements RedisDeployment {

    private final RedisNodes sentinels;
    private final String name;
    private final RedisLogin login;

    /**
     * @param sentinels each as {@code host:port}
     * @param name of the master, as the Sentinels know it
     * @param login to the servers
     * @param sentinelLogin to the Sentinels
     * @throws IllegalArgumentException if an address or the name is none
     */
    RedisSentinels(List<String> sentinels, String name, RedisLogin login, RedisLogin sentinelLogin) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the Sentinels' name of the master is needed");
        }
        this.sentinels = new RedisNodes(sentinels, sentinelLogin);
        this.name = name;
        this.login = login;
    }

    @Override
    public HostAndPort master() {
        return sentinels.ask(this::master);
    }

    private Optional<HostAndPort> master(Connection sentinel) {
        var question = new CommandArguments(Protocol.Command.SENTINEL)
                .add("GET-MASTER-ADDR-BY-NAME")
                .add(name);
        return sentinel.executeCommand(question) instanceof List<?> address
                ? Optional.of(new HostAndPort(
                        SafeEncoder.encode((byte[]) address.get(0)),
                        Integer.parseInt(SafeEncoder.encode((byte[]) address.get(1)))))
                : Optional.empty();
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
        return name + " of " + sentinels;
    }
}
