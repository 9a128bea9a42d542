package org.taskprogress;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.taskprogress.store.DataDirectory;

/**
 * Looks, before anything is begun, for what most often keeps a program from starting, and says it in one line. The server would go on
 * without the application, or the application without a port, so the process ends.
 */
@Singleton
class Preflight {

    private static final System.Logger LOG = System.getLogger(Preflight.class.getName());
    /** What Liberty registers once it listens; at its own start that is after the applications have started. */
    private static final String LISTENING = "WebSphere:feature=channelfw,type=endpoint,name=defaultHttpEndpoint";

    void check(
            @Observes @Priority(1) Startup startup,
            @ConfigProperty(name = "http.host") String host,
            @ConfigProperty(name = "http.port") int port,
            @ConfigProperty(name = "data.dir") String dataDirectory,
            @ConfigProperty(name = "instance.name") String instance) {
        Optional<String> problem = port(host, port).or(() -> directory(dataDirectory, instance));
        if (problem.isPresent()) {
            LOG.log(System.Logger.Level.ERROR, "Task Progress can't start: " + problem.get());
            Runtime.getRuntime().halt(1);
        }
    }

    private static Optional<String> port(String host, int port) {
        if (serverListens()) {
            return Optional.empty();
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(host.equals("*") ? new InetSocketAddress(port) : new InetSocketAddress(host, port));
            return Optional.empty();
        } catch (IOException taken) {
            return Optional.of("port " + port + " on " + host + " can't be used (" + taken.getMessage()
                    + "); end the program that has it, or give another one by HTTP_PORT");
        }
    }

    /** Then the port is this very process's: the application was deployed, or redeployed, to a server that runs. */
    private static boolean serverListens() {
        try {
            return ManagementFactory.getPlatformMBeanServer().isRegistered(new ObjectName(LISTENING));
        } catch (MalformedObjectNameException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Optional<String> directory(String path, String instance) {
        try {
            var opened = new DataDirectory(path, instance);
            LOG.log(System.Logger.Level.DEBUG, "data directory " + opened.root());
            return Optional.empty();
        } catch (UncheckedIOException unusable) {
            return Optional.of(String.valueOf(unusable.getMessage()));
        }
    }
}
