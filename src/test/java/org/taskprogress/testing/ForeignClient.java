package org.taskprogress.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A client of event streams that others wrote, watching one stream: it comes back by its own means when the connection breaks, and
 * stops by its own means. For curl, which does not come back, this does what a script around it would. Thread-safe.
 */
public final class ForeignClient implements AutoCloseable {

    private static final Path SCRIPTS = Path.of("src", "test", "foreign-clients");
    private static final Path INSTALLED = Path.of("target", "foreign-clients");
    private static final String STATUS = ":status ";

    private final String name;
    private final List<SseEvent> events = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stopped;
    private volatile boolean closed;
    private volatile Process process;

    private ForeignClient(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /** One of Node's: {@code eventsource}, {@code event-source-polyfill} or {@code fetch-event-source}. */
    public static ForeignClient ofNode(String name, String url, String token) {
        Path node = Prerequisite.presentOrSkipped("Node", Programs.find("node", "nodejs"), "install Node 18 or newer");
        Path script = installed().resolve("watch.mjs").toAbsolutePath();
        var client = new ForeignClient(name, start(List.of(node.toString(), script.toString(), name, url, token)));
        daemon(() -> {
            client.readLines(line -> client.events.add(event(line)));
            client.stopped = client.process.exitValue() == 0;
        });
        return client;
    }

    /** curl, started again with the last id until it is told that there is nothing more. */
    public static ForeignClient ofCurl(String url, String token) {
        Path curl = Prerequisite.presentOrSkipped("curl", Programs.find("curl"), "install curl");
        var client = new ForeignClient("curl", start(curlCommand(curl, url, token, "")));
        daemon(() -> client.repeat(curl, url, token));
        return client;
    }

    private void repeat(Path curl, String url, String token) {
        var parser = new SseParser(Clock.systemUTC(), events::add, comment -> {});
        while (true) {
            var status = new StringBuilder();
            readLines(line -> {
                if (line.startsWith(STATUS)) {
                    status.append(line.substring(STATUS.length()));
                } else {
                    parser.line(line);
                }
            });
            if (closed || status.toString().equals("204")) {
                stopped = true;
                return;
            }
            process = start(curlCommand(curl, url, token, lastEventId()));
        }
    }

    private static List<String> curlCommand(Path curl, String url, String token, String lastEventId) {
        return List.of(
                curl.toString(),
                "--silent",
                "--no-buffer",
                "--header",
                "Authorization: Bearer " + token,
                "--header",
                "Last-Event-ID: " + lastEventId,
                "--write-out",
                "\n\n" + STATUS + "%{http_code}\n",
                url);
    }

    public String name() {
        return name;
    }

    /** What it was told so far, whichever connection brought it. */
    public List<SseEvent> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** Whether it has stopped by itself, since the server said that nothing follows. */
    public boolean hasStopped() {
        return stopped;
    }

    @Override
    public void close() {
        closed = true;
        process.destroyForcibly();
    }

    private String lastEventId() {
        var all = events();
        return all.isEmpty() ? "" : all.get(all.size() - 1).lastEventId();
    }

    private void readLines(Consumer<String> consumer) {
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                consumer.accept(line);
            }
            process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An event as a script tells it. */
    static SseEvent event(String json) {
        JsonObject event = Json.createReader(new StringReader(json)).readObject();
        String id = event.getString("id");
        return new SseEvent(
                Optional.of(id).filter(text -> !text.isEmpty()),
                id,
                event.getString("event"),
                event.getString("data"),
                Instant.now());
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The packages, in the versions that the lock names; fetched once. */
    private static synchronized Path installed() {
        try {
            Files.createDirectories(INSTALLED);
            for (String file : List.of("package.json", "package-lock.json", "watch.mjs")) {
                Files.copy(SCRIPTS.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!Files.isDirectory(INSTALLED.resolve("node_modules"))) {
                Path npm = Prerequisite.presentOrSkipped("npm", Programs.find("npm"), "install npm");
                Process process = new ProcessBuilder(npm.toString(), "ci", "--no-audit", "--no-fund")
                        .directory(INSTALLED.toFile())
                        .inheritIO()
                        .start();
                boolean done = process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == 0;
                Prerequisite.presentOrSkipped(
                        "npm's registry", done ? Optional.of(INSTALLED) : Optional.empty(), "connect to it");
            }
            return INSTALLED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "foreign-client");
        thread.setDaemon(true);
        thread.start();
    }
}
