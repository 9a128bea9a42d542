package org.taskprogress.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimeLeftTest {

    private static final Instant START = Instant.parse("2026-01-15T10:30:00Z");

    @Test
    void goesByTheSpeedSoFar() {
        assertThat(new TimeLeft(START, 0).at(START.plusSeconds(10), 25)).contains(Duration.ofSeconds(30));
    }

    @Test
    void saysNothingWhileThereIsTooLittleToGoBy() {
        assertThat(new TimeLeft(START, 0).at(START.plusMillis(1_999), 50)).isEmpty();
        assertThat(new TimeLeft(START, 0).at(START.plusSeconds(60), 4)).isEmpty();
    }

    @Test
    void countsOnlyWhatThisRunHasDone() {
        assertThat(new TimeLeft(START, 50).at(START.plusSeconds(10), 75)).contains(Duration.ofSeconds(10));
        assertThat(new TimeLeft(START, 50).at(START.plusSeconds(10), 54)).isEmpty();
    }
}
