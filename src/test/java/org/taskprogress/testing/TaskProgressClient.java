package org.taskprogress.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** One user's way to a {@link TaskProgressServer}: HTTP with the token as a header, as a script would do it. Thread-safe. */
public final class TaskProgressClient {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(1);
    /** For a document of some hundred pages on a machine that is shared. */
    private static final Duration WORK_TIMEOUT = Duration.ofMinutes(4);

    private final TaskProgressServer server;
    private final Optional<String> token;

    private TaskProgressClient(TaskProgressServer server, Optional<String> token) {
        this.server = server;
        this.token = token;
    }

    static TaskProgressClient nobody(TaskProgressServer server) {
        return new TaskProgressClient(server, Optional.empty());
    }

    static TaskProgressClient signIn(TaskProgressServer server, String user, String password) {
        Answer answer = nobody(server).login(user, password);
        if (answer.status() != 200) {
            throw new IllegalStateException("cannot sign in: " + answer);
        }
        return new TaskProgressClient(server, Optional.of(answer.json().getString("access_token")));
    }

    /** The same user at another server, or anybody with this token. */
    public static TaskProgressClient withToken(TaskProgressServer server, String token) {
        return new TaskProgressClient(server, Optional.of(token));
    }

    public String token() {
        return token.orElseThrow();
    }

    public Answer login(String user, String password) {
        String form = "username=" + encoded(user) + "&password=" + encoded(password);
        return send(request("/api/auth/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    public Answer get(String path) {
        return send(request(path));
    }

    public Answer post(String path) {
        return send(request(path).POST(BodyPublishers.noBody()));
    }

    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /** Begins a request with the user's token; {@link #send} sends it. */
    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path)).timeout(ANSWER_TIMEOUT);
        token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        return request;
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            return Answer.of(HTTP.send(request.build(), BodyHandlers.ofString(UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Whether a GET is answered with 200; false too where nobody answers. */
    boolean answers(String path) {
        try {
            return get(path).status() == 200;
        } catch (UncheckedIOException nobodyThere) {
            return false;
        }
    }

    /** Uploads a file under its own name, and returns the id of its task. */
    public String upload(Path file, String caseId) {
        Answer answer = tryUpload(file, file.getFileName().toString(), caseId);
        if (answer.status() != 202) {
            throw new AssertionError("upload of " + file + ": " + answer);
        }
        return answer.json().getString("task_id");
    }

    public String upload(String filename, String text, String caseId) {
        Answer answer = send(new MultipartForm()
                .field("case_id", caseId)
                .file("file", filename, text.getBytes(UTF_8))
                .post(request("/documents/upload")));
        if (answer.status() != 202) {
            throw new AssertionError("upload of " + filename + ": " + answer);
        }
        return answer.json().getString("task_id");
    }

    public Answer tryUpload(Path file, String filename, String caseId) {
        BodyPublisher content;
        try {
            content = BodyPublishers.ofFile(file);
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException(e);
        }
        return send(new MultipartForm()
                .field("case_id", caseId)
                .file("file", filename, content)
                .post(request("/documents/upload")));
    }

    /** The task, which must be visible. */
    public JsonObject task(String id) {
        Answer answer = get("/api/v1/tasks/" + id);
        if (answer.status() != 200) {
            throw new AssertionError("task " + id + ": " + answer);
        }
        return answer.json();
    }

    /** Polls until the task is as wanted. */
    public JsonObject awaitTask(String id, Predicate<JsonObject> wanted) {
        return Awaitility.await("task " + id)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .atMost(WORK_TIMEOUT)
                .until(() -> task(id), wanted);
    }

    /** Polls until the task has ended, however. */
    public JsonObject awaitEnd(String id) {
        return awaitTask(id, task -> !task.isNull("finished_at"));
    }

    /** The named stream of some tasks. */
    public SseRecorder.Request stream(String ids) {
        return streamAt("/api/v1/tasks/stream?task_ids=" + ids);
    }

    public SseRecorder.Request streamAt(String path) {
        return SseRecorder.of(server.uri(path)).bearer(token()).timeout(WORK_TIMEOUT);
    }

    /** What a search for this finds; {@code filter} is more of the query, say {@code &limit=3}. */
    public jakarta.json.JsonArray search(String query, String filter) {
        Answer answer = get("/documents/search?q=" + encoded(query) + filter);
        if (answer.status() != 200) {
            throw new AssertionError("search: " + answer);
        }
        return answer.json().getJsonArray("hits");
    }

    public static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /**
     * What the server answered.
     *
     * @param type the media type without parameters, empty if there was none
     */
    public record Answer(int status, java.net.http.HttpHeaders headers, String type, String body) {

        static Answer of(java.net.http.HttpResponse<String> response) {
            String type =
                    response.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
            return new Answer(response.statusCode(), response.headers(), type, response.body());
        }

        public JsonObject json() {
            return jakarta.json.Json.createReader(new ByteArrayInputStream(body.getBytes(UTF_8)))
                    .readObject();
        }

        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        @Override
        public String toString() {
            return status + " " + type + " " + body;
        }
    }
}
