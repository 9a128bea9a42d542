package org.taskprogress.stream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while the streams are closed for a stop: nobody new should be sent here. */
@Readiness
@Singleton
class StreamHealth implements HealthCheck {

    private final Streams streams;

    @Inject
    StreamHealth(Streams streams) {
        this.streams = streams;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("streams")
                .status(!streams.isDraining())
                .build();
    }
}
