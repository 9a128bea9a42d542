package org.taskprogress.testing;

import java.util.UUID;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL in a container of an image that follows the official one. Testcontainers ends it with the JVM. */
final class PostgresContainer {

    private static final int PORT = 5432;

    private PostgresContainer() {}

    static PostgresServer start(String image) {
        String password = UUID.randomUUID().toString();
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withEnv("POSTGRES_PASSWORD", password)
                .withCommand(PostgresInstallation.OPTIONS.toArray(String[]::new))
                .withExposedPorts(PORT)
                // The image starts the server once for its own preparations, and then for good.
                .waitingFor(Wait.forLogMessage(".*" + PostgresInstallation.READY + ".*", 2));
        container.start();
        return new PostgresServer(container.getHost(), container.getMappedPort(PORT), password);
    }
}
