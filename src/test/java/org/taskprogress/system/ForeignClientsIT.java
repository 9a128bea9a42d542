package org.taskprogress.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskprogress.testing.Browser;
import org.taskprogress.testing.CuttingProxy;
import org.taskprogress.testing.Documents;
import org.taskprogress.testing.ForeignClient;
import org.taskprogress.testing.SseRecorder;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressServer;

/** The same scenario through clients that others wrote: watched live, cut off in the middle, and watched by one who comes late. */
class ForeignClientsIT {

    private static final int PAGES = 40;
    private static final int BEFORE_THE_CUT = 3;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    private TaskProgressClient alice;
    private CuttingProxy proxy;
    private String task = "";

    @BeforeEach
    void begin() {
        alice = TaskProgressServer.shared().as("alice");
        proxy = CuttingProxy.before(TaskProgressServer.shared());
        task = alice.upload(Documents.longPdf(directory, PAGES), "foreign");
    }

    @AfterEach
    void end() {
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"eventsource", "event-source-polyfill", "fetch-event-source", "curl"})
    void aProgramHoldsWhatTheLogHolds(String name) {
        try (ForeignClient early = open(name)) {
            await().atMost(LIMIT).until(() -> early.events().size() >= BEFORE_THE_CUT);
            proxy.cut();
            try (ForeignClient late = open(name)) {
                await().atMost(LIMIT).until(() -> early.hasStopped() && late.hasStopped());
                assertWhole(Telling.all(early.events()));
                assertWhole(Telling.all(late.events()));
            }
        }
    }

    private ForeignClient open(String name) {
        return name.equals("curl")
                ? ForeignClient.ofCurl(url(), alice.token())
                : ForeignClient.ofNode(name, url(), alice.token());
    }

    @Test
    void theHttpClientOfTheJdkHoldsWhatTheLogHolds() {
        List<Telling> told = new ArrayList<>();
        try (SseRecorder first = connect("")) {
            first.awaitEvents(BEFORE_THE_CUT);
            proxy.cut();
            await().until(first::isOver);
            told.addAll(Telling.all(first.events()));
        }
        try (SseRecorder second = connect(lastId(told))) {
            told.addAll(Telling.all(second.awaitEnd()));
        }
        try (SseRecorder third = connect(lastId(told))) {
            assertThat(third.status()).isEqualTo(204);
        }
        assertWhole(told);
    }

    private SseRecorder connect(String lastEventId) {
        return SseRecorder.of(URI.create(url()))
                .bearer(alice.token())
                .lastEventId(lastEventId)
                .timeout(LIMIT)
                .open();
    }

    private static String lastId(List<Telling> told) {
        return told.isEmpty() ? "" : told.get(told.size() - 1).id();
    }

    @Test
    void chromiumHoldsWhatTheLogHolds() {
        try (Browser browser = Browser.open()) {
            browser.driver().get(proxy.url() + "/favicon.svg");
            browser.driver().executeAsyncScript("""
                    const done = arguments[arguments.length - 1];
                    const form = new URLSearchParams({username: 'alice', password: 'demo-alice'});
                    fetch('/api/auth/login', {method: 'POST', body: form}).then(done);
                    """);
            browser.driver().executeScript("""
                    const watch = () => {
                      const told = [];
                      const source = new EventSource(arguments[0]);
                      for (const name of ['progress', 'complete', 'error', 'resync']) {
                        source.addEventListener(name, event => {
                          if (event.data !== undefined) told.push({id: event.lastEventId, event: name, data: event.data});
                        });
                      }
                      return {told, source};
                    };
                    window.early = watch();
                    window.watchLate = () => { window.late = watch(); };
                    """, "/api/v1/tasks/stream?task_ids=" + task);
            await().atMost(LIMIT).until(() -> told(browser, "early").size() >= BEFORE_THE_CUT);
            proxy.cut();
            browser.driver().executeScript("window.watchLate()");
            await().atMost(LIMIT).until(() -> hasStopped(browser, "early") && hasStopped(browser, "late"));
            assertWhole(told(browser, "early"));
            assertWhole(told(browser, "late"));
        }
    }

    private static boolean hasStopped(Browser browser, String watcher) {
        return Objects.equals(browser.driver().executeScript("return window." + watcher + ".source.readyState"), 2L);
    }

    private static List<Telling> told(Browser browser, String watcher) {
        String all =
                String.valueOf(browser.driver().executeScript("return JSON.stringify(window." + watcher + ".told)"));
        return Telling.json("{\"all\":" + all + "}").getJsonArray("all").getValuesAs(JsonObject.class).stream()
                .map(event -> new Telling(
                        event.getString("id"), event.getString("event"), Telling.json(event.getString("data"))))
                .dropWhile(event -> event.id().isEmpty())
                .toList();
    }

    /** From its first event on it was told exactly what the log holds, up to the end, and it has not been cut off for nothing. */
    private void assertWhole(List<Telling> told) {
        assertThat(proxy.connections()).isGreaterThan(1);
        Telling.assertWithoutHole(told);
        List<Telling> recorded = recorded();
        assertThat(recorded).extracting(Telling::id).contains(told.get(0).id());
        assertThat(told)
                .filteredOn(event -> event.skipped() == 0)
                .as("%s against %s", told, recorded)
                .isSubsetOf(recorded);
        assertThat(told.get(told.size() - 1)).isEqualTo(recorded.get(recorded.size() - 1));
        assertThat(told).filteredOn(Telling::isEnd).hasSize(1);
    }

    /** What the log has, in the form of a stream: without the id and the name that the list puts into each event. */
    private List<Telling> recorded() {
        return Telling.recorded(alice, task).stream()
                .map(event -> new Telling(event.id(), event.name(), without(event.payload(), "id", "event")))
                .toList();
    }

    private static JsonObject without(JsonObject object, String... names) {
        var builder = Json.createObjectBuilder(object);
        List.of(names).forEach(builder::remove);
        return builder.build();
    }

    private String url() {
        return proxy.url() + "/api/v1/tasks/stream?task_ids=" + task;
    }
}
