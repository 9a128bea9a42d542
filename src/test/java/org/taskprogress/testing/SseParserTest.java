package org.taskprogress.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SseParserTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final List<SseEvent> events = new ArrayList<>();
    private final List<SseParser.Comment> comments = new ArrayList<>();
    private final SseParser parser = new SseParser(Clock.fixed(NOW, ZoneOffset.UTC), events::add, comments::add);

    @Test
    void dispatchesAnEventAtTheBlankLine() {
        read("id: 7", "event: progress", "data: {}");
        assertThat(events).isEmpty();

        read("");

        assertThat(events).containsExactly(new SseEvent(Optional.of("7"), "7", "progress", "{}", NOW));
    }

    @Test
    void joinsDataLinesAndTakesOneSpaceOnly() {
        read("data:one", "data:  two", "data", "");

        assertThat(events).extracting(SseEvent::data).containsExactly("one\n two\n");
    }

    @Test
    void namesAnEventMessageWhereItHasNoName() {
        read("data: a", "", "event: named", "data: b", "", "data: c", "");

        assertThat(events).extracting(SseEvent::event).containsExactly("message", "named", "message");
    }

    @Test
    void keepsTheLastIdForEventsThatCarryNone() {
        read("id: 1", "data: a", "", "data: b", "");

        assertThat(events).extracting(SseEvent::id).containsExactly(Optional.of("1"), Optional.empty());
        assertThat(events).extracting(SseEvent::lastEventId).containsExactly("1", "1");
    }

    @Test
    void takesTheIdOfABlockWithoutDataButDispatchesNothing() {
        read("id: 3", "", "data: a", "");

        assertThat(events).extracting(SseEvent::lastEventId).containsExactly("3");
    }

    @Test
    void anEmptyIdResetsAndOneWithNulIsIgnored() {
        read("id: 3", "id: 4\0", "data: a", "", "id", "data: b", "");

        assertThat(events).extracting(SseEvent::lastEventId).containsExactly("3", "");
    }

    @Test
    void recordsCommentsAndRetry() {
        read(":", ": heartbeat", "retry: 2500", "retry: soon");

        assertThat(comments).extracting(SseParser.Comment::text).containsExactly("", " heartbeat");
        assertThat(parser.retry()).contains(Duration.ofMillis(2500));
    }

    @Test
    void skipsAByteOrderMarkAtTheStartOnly() {
        read("\uFEFFdata: a", "", "\uFEFFdata: b", "");

        assertThat(events).extracting(SseEvent::data).containsExactly("a");
    }

    private void read(String... lines) {
        for (String line : lines) {
            parser.line(line);
        }
    }
}
