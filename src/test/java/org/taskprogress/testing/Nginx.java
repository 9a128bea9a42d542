package org.taskprogress.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** An nginx in front of a server, on a loopback port of its own, with its files below a directory of the test's. */
public final class Nginx implements AutoCloseable {

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The configuration that the project recommends, with the two addresses put in. */
    public static Nginx recommended(Path directory, TaskProgressServer server) {
        try {
            return start(
                    directory,
                    Files.readString(Path.of("deploy", "nginx.conf")).replace("127.0.0.1:9080", address(server)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As nginx does by itself: answers are buffered, unless they ask not to be. */
    public static Nginx withDefaults(Path directory, TaskProgressServer server) {
        return start(
                directory,
                "server { listen 8080; location / { proxy_pass http://" + address(server)
                        + "; proxy_set_header Host $http_host; } }");
    }

    /** Its address, without a slash at the end. */
    public String url() {
        return "http://localhost:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String address(TaskProgressServer server) {
        return "localhost:" + server.uri("").getPort();
    }

    private static Nginx start(Path directory, String servers) {
        Path program = Prerequisite.presentOrSkipped(
                "nginx", Programs.find("nginx", "/usr/sbin/nginx"), "install nginx-light");
        int port = TaskProgressServer.freePort();
        String configuration =
                """
                daemon off;
                master_process off;
                pid DIRECTORY/nginx.pid;
                error_log DIRECTORY/error.log;
                events {}
                http {
                access_log off;
                client_body_temp_path DIRECTORY/body;
                proxy_temp_path DIRECTORY/proxy;
                fastcgi_temp_path DIRECTORY/fastcgi;
                uwsgi_temp_path DIRECTORY/uwsgi;
                scgi_temp_path DIRECTORY/scgi;
                """.replace("DIRECTORY", directory.toAbsolutePath().toString())
                        + servers.replace("listen 8080;", "listen 127.0.0.1:" + port + ";")
                        + "}\n";
        try {
            Path file = Files.writeString(directory.resolve("nginx.conf"), configuration);
            Process process = new ProcessBuilder(program.toString(), "-c", file.toString(), "-p", directory.toString())
                    .inheritIO()
                    .start();
            var nginx = new Nginx(process, port);
            Awaitility.await().until(nginx::listens);
            return nginx;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
