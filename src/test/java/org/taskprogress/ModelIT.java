package org.taskprogress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.taskprogress.testing.Prerequisite;
import org.taskprogress.testing.Programs;

/** Checks the model of the delivery protocol, {@code docs/model}, with spin: it takes a minute or two. */
class ModelIT {

    @BeforeEach
    void needsSpin() {
        String remedy = "install spin and gcc to check the model of docs/model";
        Prerequisite.presentOrSkipped("spin", Programs.find("spin"), remedy);
        Prerequisite.presentOrSkipped("gcc", Programs.find("gcc"), remedy);
    }

    @Test
    void theProtocolHoldsAndEachMutationOfItIsRefuted() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of("docs", "model", "check").toAbsolutePath().toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
    }
}
