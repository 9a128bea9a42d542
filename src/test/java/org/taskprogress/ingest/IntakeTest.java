package org.taskprogress.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntakeTest {

    private final List<Reason> counted = new ArrayList<>();
    private final Rejections rejections = new Rejections(counted::add, InstantSource.system());

    private Intake intake(double rate, double burst, int messages, long bytes) {
        return new Intake(new Intake.Limits(rate, burst, messages, bytes), rejections);
    }

    private static List<String> taken(Intake intake) throws InterruptedException {
        return intake.take(1_000, Duration.ZERO).stream()
                .map(incoming -> new String(((Heard) incoming).payload(), UTF_8))
                .toList();
    }

    @Test
    void givesMessagesInTheirOrder() throws Exception {
        Intake intake = intake(10, 10, 10, 1_000);
        intake.heard("a", "1".getBytes(UTF_8));
        intake.heard("b", "2".getBytes(UTF_8));
        intake.heard("a", "3".getBytes(UTF_8));

        assertThat(taken(intake)).containsExactly("1", "2", "3");
        assertThat(taken(intake)).isEmpty();
    }

    @Test
    void dropsWhatIsTooLarge() throws Exception {
        Intake intake = intake(10, 10, 10, 10_000_000);
        intake.heard("a", new byte[64 * 1024 + 1]);
        intake.heard("a", new byte[10 * 1024 * 1024]);
        intake.heard("a", new byte[64 * 1024]);

        assertThat(taken(intake)).hasSize(1);
        assertThat(counted).containsExactly(Reason.TOO_LARGE, Reason.TOO_LARGE);
    }

    @Test
    void aFloodOnOneChannelLeavesTheOthersTheirRoom() throws Exception {
        Intake intake = intake(0.001, 5, 100, 10_000);
        for (int n = 0; n < 100_000; n++) {
            intake.heard("flooded", "x".getBytes(UTF_8));
        }
        intake.heard("quiet", "y".getBytes(UTF_8));

        assertThat(taken(intake)).containsExactly("x", "x", "x", "x", "x", "y");
        assertThat(counted).hasSize(99_995).containsOnly(Reason.RATE_LIMITED);
    }

    @Test
    void whenItIsFullOnlyWhatMayEndATaskFindsRoom() throws Exception {
        Intake intake = intake(1_000, 1_000, 10, 10_000);
        for (int n = 0; n < 12; n++) {
            intake.heard("a", "{\"progress\":5}".getBytes(UTF_8));
        }
        intake.heard("a", "{\"event_type\":\"complete\"}".getBytes(UTF_8));
        intake.heard("a", "{\"event_type\":\"error\"}".getBytes(UTF_8));

        assertThat(taken(intake)).hasSize(10).last().isEqualTo("{\"event_type\":\"complete\"}");
        assertThat(counted).hasSize(4).containsOnly(Reason.QUEUE_FULL);
    }

    @Test
    void itsMemoryIsBounded() throws Exception {
        Intake intake = intake(1_000, 1_000, 1_000, 100_000);
        for (int n = 0; n < 100; n++) {
            intake.heard("a", new byte[10_000]);
        }

        assertThat(taken(intake)).hasSizeBetween(8, 10);
        intake.heard("a", new byte[10_000]);
        assertThat(taken(intake)).hasSize(1);
    }

    @Test
    void forgetsChannelsThatAreLongSilent() throws Exception {
        Intake intake = intake(0.001, 1, 100_000, 10_000_000);
        for (int n = 0; n < 20_000; n++) {
            intake.heard("channel-" + n, "x".getBytes(UTF_8));
        }
        intake.heard("channel-19999", "y".getBytes(UTF_8));
        intake.heard("channel-0", "z".getBytes(UTF_8));

        assertThat(intake.size()).isEqualTo(20_001);
        assertThat(counted).containsExactly(Reason.RATE_LIMITED);
    }

    @Test
    void takesNothingOnceItIsClosed() throws Exception {
        Intake intake = intake(10, 10, 10, 1_000);
        intake.heard("a", "1".getBytes(UTF_8));
        intake.close();
        intake.heard("a", "2".getBytes(UTF_8));

        assertThat(intake.take(10, Duration.ofMinutes(1))).hasSize(1);
        assertThat(intake.take(10, Duration.ofMinutes(1))).isEmpty();
    }

    @Test
    void namesAreHarmlessInTheLog() {
        assertThat(Rejections.harmless("a\nb\u0000c\u202Ed\uD800\u2028" + "x".repeat(1_000)))
                .startsWith("a?b?c?d??x")
                .hasSize(200);
    }
}
