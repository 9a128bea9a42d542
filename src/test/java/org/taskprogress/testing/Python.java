package org.taskprogress.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the workers of {@code src/test/resources/workers}, with the machine's Python and its Celery and Redis client. */
public final class Python {

    private static final Path WORKERS = Path.of("src/test/resources/workers").toAbsolutePath();
    private static final int LIMIT_SECONDS = 120;

    private final Path program;
    private final Map<String, String> environment;

    private Python(Path program, Map<String, String> environment) {
        this.program = program;
        this.environment = environment;
    }

    /** Python with Celery and the Redis client; the calling test is skipped where there is none. */
    public static Python withCelery(Map<String, String> environment) {
        // The system's own has Debian's packages, also where another one comes first
        Optional<Path> program = Stream.of(Programs.find("python3"), Optional.of(Path.of("/usr/bin/python3")))
                .flatMap(Optional::stream)
                .filter(Files::isExecutable)
                .filter(Python::hasModules)
                .findFirst();
        return new Python(
                Prerequisite.presentOrSkipped(
                        "Python with Celery and the Redis client",
                        program,
                        "apt-get install python3-celery python3-redis"),
                environment);
    }

    private static boolean hasModules(Path program) {
        try {
            return new ProcessBuilder(program.toString(), "-c", "import celery, redis")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs a script to its end, which must be good. */
    public void run(String script, String... arguments) {
        try {
            Path output = Files.createTempFile("python-", ".log");
            Process process = start(
                    output,
                    Stream.concat(Stream.of(script), Stream.of(arguments)).toList());
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            String said = Files.readString(output);
            Files.delete(output);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(script + " failed: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Starts a program of Python's in the background; the caller ends it. */
    public Process begin(Path output, String... arguments) {
        try {
            return start(output, List.of(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(Path output, List<String> arguments) throws IOException {
        var builder = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), arguments.stream())
                        .toList())
                .directory(WORKERS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        return builder.start();
    }
}
