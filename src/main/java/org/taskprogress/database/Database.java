package org.taskprogress.database;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** Gives the application its database: migrates it before anything else uses it. */
@ApplicationScoped
class Database {

    @Resource(lookup = "jdbc/tasks")
    private DataSource dataSource;

    void migrate(@Observes @Priority(10) Startup startup) {
        Schema.migrate(dataSource);
    }

    @Produces
    @Singleton
    Jdbi jdbi() {
        return Jdbi.create(dataSource);
    }

    @Produces
    @Singleton
    DataSource dataSource() {
        return dataSource;
    }
}
