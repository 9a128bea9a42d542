package org.taskprogress.database;

import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings a database's schema up to date; the migrations lie in {@code db/migration}, written for both H2 and PostgreSQL. */
public final class Schema {

    private Schema() {}

    /**
     * Applies what is missing. Safe when several instances start at once: the first one works, the others wait.
     *
     * @throws org.flywaydb.core.api.FlywayException if the database can't be reached, or has a schema that is not ours
     */
    public static void migrate(DataSource dataSource) {
        Flyway.configure(Schema.class.getClassLoader())
                .dataSource(dataSource)
                .resourceProvider(new Migrations())
                .javaMigrationClassProvider(List::of)
                .callbackLocations(new String[0])
                .load()
                .migrate();
    }
}
