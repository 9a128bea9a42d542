package org.taskprogress.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrowserTest {

    private static final String PAGE = """
            <!DOCTYPE html><meta charset="utf-8"><title>A page</title>
            <body style="margin:0;height:3000px"><script>fetch("/polled").then(() => { document.title = "Fetched"; })</script>
            """;

    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] page = PAGE.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void opensAPageListsItsRequestsAndTakesAPictureOfAllOfIt() throws IOException {
        try (Browser browser = Browser.open()) {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();
            browser.driver().get(address + "/");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> "Fetched".equals(browser.driver().getTitle()));

            assertThat(browser.requests())
                    .contains(
                            new Browser.Request("GET", address + "/", "Document"),
                            new Browser.Request("GET", address + "/polled", "Fetch"));
            Path picture = browser.screenshot("browser-test");
            assertThat(ImageIO.read(picture.toFile()).getHeight()).isGreaterThanOrEqualTo(3000);
        }
    }
}
