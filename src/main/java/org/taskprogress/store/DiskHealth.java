package org.taskprogress.store;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while there is no room for what people send. */
@Readiness
@Singleton
class DiskHealth implements HealthCheck {

    private static final System.Logger LOG = System.getLogger(DiskHealth.class.getName());

    private final DataDirectory data;

    @Inject
    DiskHealth(DataDirectory data) {
        this.data = data;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("disk").status(hasRoom()).build();
    }

    private boolean hasRoom() {
        try {
            return Files.getFileStore(data.root()).getUsableSpace() > FileStore.RESERVE_BYTES;
        } catch (IOException unreadable) {
            LOG.log(System.Logger.Level.WARNING, "the data directory can't be asked for its room", unreadable);
            return false;
        }
    }
}
