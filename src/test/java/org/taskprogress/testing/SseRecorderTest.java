package org.taskprogress.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SseRecorderTest {

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final CountDownLatch release = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stopServer() {
        release.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void recordsEventsWhileTheStreamIsStillOpen() {
        serve((exchange, out) -> {
            write(out, ": hello\r\n\r\nretry: 100\r\nid: 1\r\nevent: progress\r\ndata: {}\r\n\r\n");
            release.await(10, TimeUnit.SECONDS);
            write(out, "id: 2\nevent: complete\ndata: é\ndata: 2\n\nid: 3\ndata: unfinished");
        });

        try (SseRecorder stream = SseRecorder.of(uri()).open()) {
            assertThat(stream.awaitEvent("progress").lastEventId()).isEqualTo("1");
            assertThat(stream.isOver()).isFalse();
            assertThat(stream.retry()).contains(Duration.ofMillis(100));
            stream.awaitComments(1);
            release.countDown();

            assertThat(stream.awaitEnd()).extracting(SseEvent::event).containsExactly("progress", "complete");
            assertThat(stream.events().get(1).data()).isEqualTo("é\n2");
        }
    }

    @Test
    void sendsItsHeadersAndSeesStatusHeadersAndBodyOfARefusal() {
        server.createContext("/", exchange -> {
            String seen = String.join(
                    " ",
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst("Cookie"),
                    exchange.getRequestHeaders().getFirst("Last-Event-ID"));
            exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
            exchange.sendResponseHeaders(403, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                write(out, seen);
            }
        });

        try (SseRecorder stream = SseRecorder.of(uri())
                .bearer("token")
                .cookie("session", "abc")
                .lastEventId("9-0")
                .open()) {
            assertThat(stream.status()).isEqualTo(403);
            assertThat(stream.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(stream.body()).isEqualTo("Bearer token session=abc 9-0");
        }
    }

    @Test
    void saysWhatCameInsteadWhenAnEventDoesNotCome() {
        serve((exchange, out) -> {
            write(out, "data: other\n\n");
            release.await(10, TimeUnit.SECONDS);
        });

        try (SseRecorder stream =
                SseRecorder.of(uri()).timeout(Duration.ofMillis(300)).open()) {
            assertThatThrownBy(() -> stream.awaitEvent("complete"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("an event complete")
                    .hasMessageContaining("data=other");
        }
    }

    @Test
    void givesUpAtOnceWhenTheStreamIsOver() {
        serve((exchange, out) -> write(out, "data: only\n\n"));

        try (SseRecorder stream =
                SseRecorder.of(uri()).timeout(Duration.ofMinutes(1)).open()) {
            assertThatThrownBy(() -> stream.awaitEvents(2)).hasMessageContaining("over before 2 events");
        }
    }

    @Test
    void closingBreaksTheConnectionForTheServer() throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        serve((exchange, out) -> {
            try {
                while (!release.await(1, TimeUnit.MILLISECONDS)) {
                    write(out, "data: again\n\n");
                }
            } catch (IOException e) {
                broken.countDown();
            }
        });
        SseRecorder stream = SseRecorder.of(uri()).open();
        stream.awaitEvents(3);

        stream.close();

        assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(stream.isOver()).isTrue();
        assertThat(stream.events()).hasSizeGreaterThanOrEqualTo(3);
    }

    private interface Body {
        void write(HttpExchange exchange, OutputStream out) throws IOException, InterruptedException;
    }

    private void serve(Body body) {
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                body.write(exchange, out);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
    }
}
