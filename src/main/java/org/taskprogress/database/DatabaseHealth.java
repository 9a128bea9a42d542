package org.taskprogress.database;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while the database does not answer. */
@Readiness
@Singleton
class DatabaseHealth implements HealthCheck {

    private static final System.Logger LOG = System.getLogger(DatabaseHealth.class.getName());
    private static final int LIMIT_SECONDS = 1;

    private final DataSource database;

    @Inject
    DatabaseHealth(DataSource database) {
        this.database = database;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("database").status(answers()).build();
    }

    private boolean answers() {
        try (Connection connection = database.getConnection()) {
            return connection.isValid(LIMIT_SECONDS);
        } catch (SQLException away) {
            LOG.log(System.Logger.Level.DEBUG, "the database does not answer", away);
            return false;
        }
    }
}
