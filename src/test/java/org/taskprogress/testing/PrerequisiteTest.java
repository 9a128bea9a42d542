package org.taskprogress.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class PrerequisiteTest {

    @Test
    void returnsWhatIsThere() {
        assertThat(Prerequisite.presentOrSkipped("A tool", Optional.of("/usr/bin/tool"), "install it", true))
                .isEqualTo("/usr/bin/tool");
    }

    @Test
    void skipsTheTestWithTheRemedyOnADevelopersMachine() {
        assertThatThrownBy(() -> Prerequisite.presentOrSkipped("A tool", Optional.empty(), "install it", false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("A tool is not available: install it");
    }

    @Test
    void failsTheTestInCi() {
        assertThatThrownBy(() -> Prerequisite.presentOrSkipped("A tool", Optional.empty(), "install it", true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("A tool is not available: install it");
    }
}
