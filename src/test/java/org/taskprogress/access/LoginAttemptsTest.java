package org.taskprogress.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.taskprogress.testing.TestClock;

class LoginAttemptsTest {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final TestClock clock = new TestClock();
    private final LoginAttempts attempts = new LoginAttempts(3, WINDOW, 5, clock);

    private void fail(String name, int times) {
        for (int n = 0; n < times; n++) {
            attempts.failed(name);
        }
    }

    @Test
    void letsANameTryUntilItHasFailedTooOften() {
        fail("alice", 2);
        assertThat(attempts.waitFor("alice")).isEmpty();

        fail("alice", 1);

        assertThat(attempts.waitFor("alice")).contains(WINDOW);
        assertThat(attempts.waitFor("bob")).isEmpty();
    }

    @Test
    void theWaitEndsWithTheWindow() {
        fail("alice", 3);
        clock.advance(Duration.ofSeconds(59));
        assertThat(attempts.waitFor("alice")).contains(Duration.ofSeconds(1));

        clock.advance(Duration.ofSeconds(1));

        assertThat(attempts.waitFor("alice")).isEmpty();
        fail("alice", 2);
        assertThat(attempts.waitFor("alice")).as("a new window").isEmpty();
    }

    @Test
    void aSuccessForgivesTheFailures() {
        fail("alice", 2);
        attempts.succeeded("alice");
        fail("alice", 2);

        assertThat(attempts.waitFor("alice")).isEmpty();
    }

    @Test
    void remembersOnlySoManyNames() {
        fail("alice", 3);
        for (int n = 0; n < 5; n++) {
            attempts.failed("flood-" + n);
        }

        assertThat(attempts.waitFor("alice"))
                .as("the longest unused name is forgotten")
                .isEmpty();
    }
}
