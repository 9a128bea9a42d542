package org.taskprogress.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.taskprogress.progress.ProgressLog.Source;

class OccurrencesTest {

    private final Occurrences here = new Occurrences();
    private final Occurrences elsewhere = new Occurrences();

    private static Heard heard(String channel, String payload, long seconds) {
        return new Heard(channel, payload.getBytes(UTF_8), TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void allInstancesGiveAMessageTheSameName() {
        for (int n = 1; n <= 3; n++) {
            Source source = here.next(heard("c", "same", n));
            assertThat(elsewhere.next(heard("c", "same", n))).isEqualTo(source);
            assertThat(source.number()).isEqualTo(n);
        }
    }

    @Test
    void otherMessagesAndOtherChannelsHaveOtherNames() {
        Source source = here.next(heard("c", "one", 1));

        assertThat(here.next(heard("c", "two", 1)).name()).isNotEqualTo(source.name());
        assertThat(here.next(heard("d", "one", 1)).name()).isNotEqualTo(source.name());
        assertThat(here.next(heard("c\no", "ne", 1)).number()).isEqualTo(1);
        assertThat(source.name()).hasSizeLessThan(200);
    }

    @Test
    void aCountGoesOnWhileTheLogRemembersAndBeginsAnewAfterwards() {
        here.next(heard("c", "same", 0));

        assertThat(here.next(heard("c", "same", 61)).number()).isEqualTo(2);
        assertThat(here.next(heard("c", "same", 122)).number()).isEqualTo(3);
        assertThat(here.next(heard("c", "same", 122 + 66)).number()).isEqualTo(1);
    }

    @Test
    void itsMemoryIsBounded() {
        for (int n = 0; n < 250_000; n++) {
            here.next(heard("c", "message " + n, 0));
        }
        assertThat(here.size()).isLessThanOrEqualTo(200_001);
        here.next(heard("c", "later", 100));
        assertThat(here.size()).isEqualTo(1);
    }
}
