package org.taskprogress.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A client of one event stream that writes down all it receives, in order. It starts reading when opened, never reconnects by
 * itself, and keeps what it has after it is closed. Its methods may be called from any thread; those named {@code await…} fail
 * with what was received so far after the recorder's timeout (10 s by default).
 */
public final class SseRecorder implements AutoCloseable {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Duration timeout;
    private final CompletableFuture<HttpResponse.ResponseInfo> head = new CompletableFuture<>();
    private final CompletableFuture<HttpResponse<String>> exchange;
    private final Lines lines = new Lines();

    private SseRecorder(HttpRequest request, Duration timeout) {
        this.timeout = timeout;
        this.exchange = CLIENT.sendAsync(request, info -> {
            head.complete(info);
            return isEventStream(info)
                    ? BodySubscribers.fromLineSubscriber(lines, ignored -> "", UTF_8, null)
                    : BodySubscribers.ofString(UTF_8);
        });
    }

    /** Begins a request for the stream at this address. */
    public static Request of(URI uri) {
        return new Request(uri);
    }

    /** What to send; {@link #open} sends it. */
    public static final class Request {

        private final HttpRequest.Builder http;
        private Duration timeout = Duration.ofSeconds(10);

        private Request(URI uri) {
            http = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
        }

        public Request header(String name, String value) {
            http.header(name, value);
            return this;
        }

        public Request bearer(String token) {
            return header("Authorization", "Bearer " + token);
        }

        public Request cookie(String name, String value) {
            return header("Cookie", name + "=" + value);
        }

        public Request lastEventId(String id) {
            return header("Last-Event-ID", id);
        }

        /** How long each await method waits. */
        public Request timeout(Duration time) {
            timeout = time;
            return this;
        }

        public SseRecorder open() {
            return new SseRecorder(http.build(), timeout);
        }
    }

    /** The response's status; waits for it. */
    public int status() {
        return head().statusCode();
    }

    /** The response's headers; waits for them. */
    public HttpHeaders headers() {
        return head().headers();
    }

    /** The body of an answer that is no event stream (a problem, say); waits for its end. Empty for an event stream. */
    public String body() {
        await("the body's end", this::isOver);
        return exchange.join().body();
    }

    public List<SseEvent> events() {
        synchronized (lines) {
            return List.copyOf(lines.events);
        }
    }

    /** When each comment (a heartbeat, mostly) came. */
    public List<Instant> commentTimes() {
        synchronized (lines) {
            return List.copyOf(lines.comments);
        }
    }

    /** The last reconnection time that the server named. */
    public Optional<Duration> retry() {
        synchronized (lines) {
            return lines.parser.retry();
        }
    }

    /** Whether the response is over: ended by the server, broken or closed here. */
    public boolean isOver() {
        return exchange.isDone();
    }

    /** Waits until at least so many events have come, and returns all that have. */
    public List<SseEvent> awaitEvents(int count) {
        await(count + " events", () -> events().size() >= count);
        return events();
    }

    /** Waits for an event of this name and returns the first, which may have come before. */
    public SseEvent awaitEvent(String name) {
        return awaitEvent("an event " + name, event -> event.event().equals(name));
    }

    /** Waits for an event and returns the first that matches, which may have come before. */
    public SseEvent awaitEvent(String description, Predicate<SseEvent> wanted) {
        Supplier<Optional<SseEvent>> first =
                () -> events().stream().filter(wanted).findFirst();
        await(description, () -> first.get().isPresent());
        return first.get().orElseThrow();
    }

    /** Waits until at least so many comments have come. */
    public void awaitComments(int count) {
        await(count + " comments", () -> commentTimes().size() >= count);
    }

    /** Waits until the server ends the response in good order, and returns all events. */
    public List<SseEvent> awaitEnd() {
        await("the stream's end", this::isOver);
        exchange.join();
        return events();
    }

    /** Breaks the connection. */
    @Override
    public void close() {
        exchange.cancel(true);
    }

    private HttpResponse.ResponseInfo head() {
        await("the response's head", head::isDone);
        return head.join();
    }

    /** Gives up before the timeout where the response is over, since nothing more can come. */
    private void await(String what, BooleanSupplier condition) {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(timeout)
                    .until(() -> exchange.isDone() || condition.getAsBoolean());
            if (condition.getAsBoolean()) {
                return;
            }
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not within " + timeout + ": " + what + "; " + received(), e);
        }
        throw new AssertionError("the stream was over before " + what + "; " + received(), failure());
    }

    private @Nullable Throwable failure() {
        return exchange.handle((response, failure) -> failure).getNow(null);
    }

    private String received() {
        return "received " + events() + " and " + commentTimes().size() + " comments";
    }

    private static boolean isEventStream(HttpResponse.ResponseInfo info) {
        return info.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith("text/event-stream"))
                .isPresent();
    }

    /** Called by the HTTP client, one line after another; its own lock guards what the recorder's callers read. */
    private static final class Lines implements Flow.Subscriber<String> {

        private final List<SseEvent> events = new ArrayList<>();
        private final List<Instant> comments = new ArrayList<>();
        private final SseParser parser =
                new SseParser(Clock.systemUTC(), events::add, comment -> comments.add(comment.receivedAt()));

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public synchronized void onNext(String line) {
            parser.line(line);
        }

        @Override
        public void onError(Throwable failure) {
            // The exchange ends with it.
        }

        @Override
        public void onComplete() {
            // The exchange ends with it.
        }
    }
}
