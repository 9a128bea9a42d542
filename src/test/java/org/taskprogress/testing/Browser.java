package org.taskprogress.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.json.Json;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The installed Chromium without a window, with an empty profile, driven by Selenium. It writes down each request that its
 * pages send, so that a test can show that a page does not poll. Not thread-safe.
 */
public final class Browser implements AutoCloseable {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final Path profile;
    private final ChromeDriver driver;
    private final List<Request> requests = new ArrayList<>();

    /**
     * A request that a page sent.
     *
     * @param type Chromium's name of its kind: {@code Document}, {@code Fetch}, {@code XHR}, {@code EventSource}, …
     */
    public record Request(String method, String url, String type) {}

    private Browser(Path profile, ChromeDriver driver) {
        this.profile = profile;
        this.driver = driver;
    }

    /** Opens the browser; where the machine has none, the calling test is skipped, or fails with {@code CI=true}. */
    public static Browser open() {
        Path chromium = installed("Chromium", "chromium", "chromium-browser", "google-chrome");
        Path chromedriver = installed("chromedriver", "chromedriver");
        try {
            Path profile = Files.createTempDirectory("chromium-");
            ChromeDriverService service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(chromedriver.toFile())
                    .usingAnyFreePort()
                    .build();
            return new Browser(profile, new ChromeDriver(service, options(chromium, profile)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ChromeDriver driver() {
        return driver;
    }

    /** All requests of this browser so far, in the order in which they were sent. */
    public List<Request> requests() {
        driver.manage()
                .logs()
                .get(LogType.PERFORMANCE)
                .forEach(entry -> request(entry.getMessage()).ifPresent(requests::add));
        return List.copyOf(requests);
    }

    /**
     * What went wrong in the pages since the last call: exceptions, and what their Content-Security-Policy refused. Answers with an error
     * status, and servers that are away, are not in it: Chromium writes them down whether or not the page expects them.
     */
    public List<String> consoleErrors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("Failed to load resource"))
                .toList();
    }

    /**
     * Takes a picture of the whole page, also of what lies below the window's edge.
     *
     * @param name the file's name without its suffix, in {@code target/screenshots}
     */
    public Path screenshot(String name) {
        Map<String, Object> result = driver.executeCdpCommand(
                "Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", wholePage()));
        try {
            Files.createDirectories(SCREENSHOTS);
            return Files.write(
                    SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(result.get("data"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path installed(String what, String... names) {
        return Prerequisite.presentOrSkipped(what, Programs.find(names), "install chromium and chromium-driver");
    }

    private static ChromeOptions options(Path chromium, Path profile) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions()
                .setBinary(chromium.toFile())
                .addArguments("--headless", "--disable-gpu", "--disable-quic", "--no-first-run")
                .addArguments("--disable-background-networking", "--disable-component-update", "--disable-sync")
                .addArguments("--window-size=1280,900", "--user-data-dir=" + profile);
        if ("root".equals(System.getProperty("user.name"))) {
            options.addArguments("--no-sandbox");
        }
        options.setCapability("goog:loggingPrefs", logs);
        return options;
    }

    private Object wholePage() {
        return Objects.requireNonNull(driver.executeScript("const page = document.documentElement;"
                + "return {x: 0, y: 0, scale: 1, width: page.scrollWidth, height: page.scrollHeight};"));
    }

    /** Reads one line of Chromium's log: {@code {"message": {"method": …, "params": {"request": …, "type": …}}}}. */
    private static Optional<Request> request(String line) {
        Map<?, ?> message = object(new Json().<Map<String, Object>>toType(line, Json.MAP_TYPE), "message");
        if (!"Network.requestWillBeSent".equals(message.get("method"))) {
            return Optional.empty();
        }
        Map<?, ?> params = object(message, "params");
        Map<?, ?> request = object(params, "request");
        return Optional.of(new Request(
                String.valueOf(request.get("method")),
                String.valueOf(request.get("url")),
                String.valueOf(params.get("type"))));
    }

    private static Map<?, ?> object(Map<?, ?> parent, String name) {
        return (Map<?, ?>) Objects.requireNonNull(parent.get(name), name);
    }
}
