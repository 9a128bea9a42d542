package org.taskprogress.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.taskprogress.progress.EventBuilder.anEvent;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskprogress.task.Owner;
import org.taskprogress.task.TaskId;

class EventJsonTest {

    private static final TaskId TASK = new TaskId("abc-123");

    @Test
    void writesTheMembersOfTheContract() {
        var event = anEvent()
                .of(TASK)
                .at(45)
                .in("embedding")
                .saying("Chunk 40 of \"a\n\"")
                .progressed();

        assertThat(EventJson.write(event))
                .isEqualTo("{\"task_id\":\"abc-123\",\"owner\":\"alice\",\"type\":\"document\",\"attempt\":1,"
                        + "\"progress\":45,\"stage\":\"embedding\",\"stage_progress\":12.5,"
                        + "\"message\":\"Chunk 40 of \\\"a\\n\\\"\",\"updated_at\":\"2025-01-15T10:30:00Z\","
                        + "\"event_type\":\"progress\",\"eta_seconds\":31}");
    }

    @Test
    void readsWhatItWrote() {
        var events = List.of(
                anEvent()
                        .of(new Owner("zoë@example.org"))
                        .saying("naïve ☃ \u2028 </script>")
                        .progressed(),
                anEvent().inAttempt(2).at(100).completed(),
                anEvent().with("sheets_total", 40).progressed(),
                anEvent().failed());

        assertThat(events)
                .allSatisfy(event ->
                        assertThat(EventJson.read(EventJson.write(event))).isEqualTo(event));
    }

    @Test
    void readsTheLeastThatAWorkerMaySend() {
        var event = EventJson.read("{\"task_id\":\"t\",\"owner\":\"bob\",\"progress\":140.7,\"stage\":\"s\","
                + "\"updated_at\":\"2025-01-15T10:30:00Z\",\"colour\":[1,{}],\"cursor\":{}}");

        assertThat(event).isInstanceOf(ProgressEvent.Progressed.class);
        assertThat(event.progress().percent()).isEqualTo(100);
        assertThat(event.progress().attempt()).isEqualTo(1);
        assertThat(event.progress().message()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"task_id\":7,\"owner\":\"bob\",\"progress\":1,\"stage\":\"s\",\"updated_at\":\"2025-01-15T10:30:00Z\"}",
                "{\"task_id\":\"t\",\"owner\":\"bob\",\"progress\":\"1\",\"stage\":\"s\",\"updated_at\":\"2025-01-15T10:30:00Z\"}",
                "{\"task_id\":\"t\",\"owner\":\"bob\",\"progress\":1,\"stage\":\"s\",\"updated_at\":\"yesterday\"}",
                "{\"task_id\":\"t\",\"owner\":\"bob\",\"progress\":1,\"stage\":\"s\",\"updated_at\":\"2025-01-15T10:30:00Z\",\"event_type\":\"x\"}"
            })
    void refusesWhatIsNoEvent(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EventJson.read(text));
    }
}
