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
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;

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
        Jdbi jdbi = Jdbi.create(dataSource);
        // An exception's message goes into the log, where no text of a document and no key belongs.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
        return jdbi;
    }

    @Produces
    @Singleton
    DataSource dataSource() {
        return dataSource;
    }
}
