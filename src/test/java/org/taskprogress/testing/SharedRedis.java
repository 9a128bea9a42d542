package org.taskprogress.testing;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * The one Redis that the tests of a JVM share, started at first use and stopped at the JVM's end: a container where a
 * Docker-compatible engine answers, else the installed {@code redis-server}, else the embedded binary. {@code TEST_REDIS}
 * ({@code container}, {@code local}, {@code embedded}) forces one, and then a fault of it is a failure and no fall-back;
 * {@code TEST_REDIS_IMAGE} names the image. The log says once which one runs.
 *
 * <p>Tests run one after another on the same data: each takes keys or owners of its own. Thread-safe.
 */
public final class SharedRedis {

    enum Backend {
        CONTAINER,
        LOCAL,
        EMBEDDED
    }

    private static final System.Logger LOG = System.getLogger(SharedRedis.class.getName());
    private static final int PORT = 6379;

    /** A task, so that a start that failed is not tried again by each further test. */
    private static final FutureTask<String> STARTED = new FutureTask<>(SharedRedis::start);

    private SharedRedis() {}

    /**
     * The address in the form {@code redis://host:port}.
     *
     * @throws IllegalStateException when the forced backend doesn't start
     */
    public static String url() {
        STARTED.run();
        try {
            return STARTED.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("no Redis for the tests", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Redis started", e);
        }
    }

    static Optional<Backend> forced() {
        return Settings.text("TEST_REDIS").map(name -> Backend.valueOf(name.toUpperCase(Locale.ROOT)));
    }

    private static String start() {
        Optional<Backend> forced = forced();
        return forced.isPresent() ? start(forced.get()) : startFirstThatWorks();
    }

    private static String startFirstThatWorks() {
        try {
            return start(Backend.CONTAINER);
        } catch (RuntimeException | LinkageError e) { // Testcontainers has no type of its own for "no engine"
            LOG.log(Level.INFO, "Redis for the tests: no container ({0})", e.getMessage());
        }
        return start(RedisServer.installedProgram().isPresent() ? Backend.LOCAL : Backend.EMBEDDED);
    }

    private static String start(Backend backend) {
        String image = Settings.text("TEST_REDIS_IMAGE").orElse("redis:7");
        String url = switch (backend) {
            case CONTAINER -> startContainer(image);
            case LOCAL ->
                startProcess(RedisServer.installedProgram()
                        .orElseThrow(() -> new IllegalStateException("redis-server is not on the PATH")));
            case EMBEDDED -> startProcess(RedisServer.embeddedProgram());
        };
        String kind = backend == Backend.CONTAINER
                ? "container of " + image
                : backend.name().toLowerCase(Locale.ROOT) + " process";
        LOG.log(Level.INFO, "Redis for the tests: {0} at {1}", kind, url);
        return url;
    }

    /** The process ends with the JVM by its own hook. */
    private static String startProcess(Path program) {
        return RedisServer.start(program, List.of()).url();
    }

    /** The container is ended by Testcontainers: by Ryuk, or by its hook at the JVM's end where Ryuk is switched off. */
    private static String startContainer(String image) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withCommand("--bind", "0.0.0.0", "--protected-mode", "no", "--save", "")
                .withExposedPorts(PORT)
                // The port check needs a shell in the image, and ours has none.
                .waitingFor(Wait.forLogMessage(".*Ready to accept connections.*", 1));
        container.start();
        return "redis://" + container.getHost() + ":" + container.getMappedPort(PORT);
    }
}
