package org.taskprogress.redis;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a client and a server, and can swallow what passes as a network does that drops packets. */
final class Proxy implements AutoCloseable {

    private final URI target;
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Link> links = new CopyOnWriteArrayList<>();

    Proxy(String target) throws IOException {
        this.target = URI.create(target);
        new Thread(this::accept).start();
    }

    String url() {
        return "redis://127.0.0.1:" + listening.getLocalPort();
    }

    /** The present connections carry nothing any more, and nobody is told; new ones work. */
    void swallow() {
        links.forEach(link -> link.swallowing = true);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Link link : links) {
            link.client.close();
            link.server.close();
        }
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                Socket client = listening.accept();
                var link = new Link(client, new Socket(target.getHost(), target.getPort()));
                links.add(link);
                new Thread(() -> link.pump(link.client, link.server)).start();
                new Thread(() -> link.pump(link.server, link.client)).start();
            }
        } catch (IOException e) { // closed
            links.forEach(link -> link.swallowing = true);
        }
    }

    private static final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean swallowing;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void pump(Socket from, Socket to) {
            try (InputStream in = from.getInputStream()) {
                var buffer = new byte[8_192];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (!swallowing) {
                        to.getOutputStream().write(buffer, 0, read);
                    }
                }
                if (!swallowing) {
                    to.close();
                }
            } catch (IOException e) { // one of the two has gone
                swallowing = true;
            }
        }
    }
}
