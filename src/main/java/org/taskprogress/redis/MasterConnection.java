package org.taskprogress.redis;

import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.SafeEncoder;

/** A connection to a server that was a master when it was made. One thread at a time. */
class MasterConnection extends Connection {

    private static final String RUN_ID = "run_id:";

    /** The server's name for itself from its start to its end. */
    private final String runId;

    /** @throws redis.clients.jedis.exceptions.JedisException if it can't be made, or the server is no master */
    MasterConnection(HostAndPort address, JedisClientConfig config) {
        super(address, config);
        try {
            requireMaster(address);
            this.runId = readRunId();
        } catch (RuntimeException e) { // whatever it was, the socket must not be left behind
            disconnect();
            throw e;
        }
    }

    /** Changes with each restart and each change of master. */
    String runId() {
        return runId;
    }

    /** How many replicas the server has now. */
    int replicas() {
        return ((List<?>) role().get(2)).size();
    }

    /** A demoted master still answers, and even takes subscriptions. */
    private void requireMaster(HostAndPort address) {
        if (!SafeEncoder.encode((byte[]) role().get(0)).equals("master")) {
            throw new JedisConnectionException("Redis at " + address + " is a replica");
        }
    }

    private List<?> role() {
        return (List<?>) executeCommand(Protocol.Command.ROLE);
    }

    private String readRunId() {
        var info = (byte[]) executeCommand(new CommandArguments(Protocol.Command.INFO).add("server"));
        return SafeEncoder.encode(info)
                .lines()
                .filter(line -> line.startsWith(RUN_ID))
                .map(line -> line.substring(RUN_ID.length()).strip())
                .findFirst()
                .orElse("");
    }
}
