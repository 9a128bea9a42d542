package org.taskprogress.redis;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while Redis does not answer: work goes on, but nobody new should be sent here to watch. */
@Readiness
@Singleton
class RedisHealth implements HealthCheck {

    private final RedisReadiness readiness;

    @Inject
    RedisHealth(RedisReadiness readiness) {
        this.readiness = readiness;
    }

    @Override
    public HealthCheckResponse call() {
        var check = HealthCheckResponse.named("redis");
        readiness.problem().ifPresentOrElse(problem -> check.down(), check::up);
        return check.build();
    }
}
