package org.taskprogress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.taskprogress.testing.Prerequisite;
import org.taskprogress.testing.Programs;

/** Runs the tests of the web application's modules, with the runner that Node brings. */
class JavaScriptTest {

    @Test
    void theModulesPassTheirTests() throws IOException, InterruptedException {
        Path node = Prerequisite.presentOrSkipped(
                "Node", Programs.find("node", "nodejs"), "install Node 18 or newer to run the tests of src/test/js");
        var command = new ArrayList<>(List.of(node.toString(), "--test"));
        try (Stream<Path> files = Files.list(Path.of("src/test/js"))) {
            files.map(Path::toString)
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .forEach(command::add);
        }
        assertThat(command).as("there are tests").hasSizeGreaterThan(2);

        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
    }
}
