package org.taskprogress.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskprogress.testing.Documents;
import org.taskprogress.testing.Nginx;
import org.taskprogress.testing.SseEvent;
import org.taskprogress.testing.SseRecorder;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressServer;

/** Streams through nginx: an event that it keeps back until its buffer is full, or the stream over, is no live progress. */
class ProxyIT {

    private static final int PAGES = 40;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Both ways end on this machine; a buffer would keep an event for seconds, until the end at worst. */
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    @TempDir
    private Path directory;

    private final TaskProgressServer server = TaskProgressServer.shared();

    @Test
    void theRecommendedConfigurationPassesEachEventOn() {
        try (Nginx nginx = Nginx.recommended(directory, server)) {
            eventsComeAtOnceThrough(nginx);
        }
    }

    @Test
    void soDoesOneThatWasLeftAsItIs() {
        try (Nginx nginx = Nginx.withDefaults(directory, server)) {
            eventsComeAtOnceThrough(nginx);
        }
    }

    private void eventsComeAtOnceThrough(Nginx nginx) {
        TaskProgressClient alice = server.as("alice");
        String task = alice.upload(Documents.longPdf(directory, PAGES), "proxies");
        URI through = URI.create(nginx.url() + "/api/v1/tasks/stream?task_ids=" + task);
        try (SseRecorder proxied = SseRecorder.of(through)
                        .bearer(alice.token())
                        .timeout(LIMIT)
                        .open();
                SseRecorder direct = alice.stream(task).open()) {
            List<SseEvent> events = proxied.awaitEnd();

            assertThat(proxied.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=UTF-8");
            assertThat(events).hasSizeGreaterThan(3);
            Map<String, Instant> first = direct.awaitEnd().stream()
                    .filter(event -> event.id().isPresent())
                    .collect(Collectors.toMap(SseEvent::lastEventId, SseEvent::receivedAt));
            // The snapshot is older than either connection
            assertThat(events.stream().skip(2).filter(event -> first.containsKey(event.lastEventId())))
                    .isNotEmpty()
                    .allSatisfy(event -> assertThat(event.receivedAt())
                            .isBefore(first.getOrDefault(event.lastEventId(), Instant.MIN)
                                    .plus(AT_ONCE)));
        }
    }
}
