package org.taskprogress.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;
import org.taskprogress.database.Schema;

/** A database of one test class, with our schema: H2 in a temporary file, as the zero-setup default has it, or PostgreSQL. */
public final class TestDatabase implements AutoCloseable {

    private static final Path SERVER_XML = Path.of("src/main/liberty/config/server.xml");
    private static final Pattern URL = Pattern.compile("\"jdbc:h2:file:[^;\"]*(;[^\"]*)\"");

    private final DataSource dataSource;
    private final Runnable close;

    private TestDatabase(DataSource dataSource, Runnable close) {
        this.dataSource = dataSource;
        this.close = close;
    }

    /** H2 with the options of the server's configuration. */
    public static TestDatabase h2() {
        return h2("");
    }

    /** H2 with further options, each with a semicolon before it. */
    public static TestDatabase h2(String options) {
        TestDatabase database = emptyH2(options);
        Schema.migrate(database.dataSource);
        return database;
    }

    public static TestDatabase emptyH2() {
        return emptyH2("");
    }

    private static TestDatabase emptyH2(String options) {
        try {
            Path directory = Files.createTempDirectory("h2-");
            var pool = JdbcConnectionPool.create(
                    "jdbc:h2:file:" + directory.resolve("db") + options() + options, "test", "");
            return new TestDatabase(pool, () -> {
                shutDown(pool);
                delete(directory);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PostgreSQL; the calling test is skipped where there is none. */
    public static TestDatabase postgres() {
        TestDatabase database = emptyPostgres();
        Schema.migrate(database.dataSource);
        return database;
    }

    public static TestDatabase emptyPostgres() {
        PostgresServer.Database made = PostgresServer.shared().createDatabase();
        var source = new PGSimpleDataSource();
        source.setUrl(made.jdbcUrl());
        source.setUser(made.user());
        source.setPassword(made.password());
        return new TestDatabase(source, () -> {});
    }

    public DataSource dataSource() {
        return dataSource;
    }

    public Jdbi jdbi() {
        return Jdbi.create(dataSource);
    }

    public void execute(String sql) {
        jdbi().useHandle(handle -> handle.execute(sql));
    }

    @Override
    public void close() {
        close.run();
    }

    private static String options() throws IOException {
        Matcher url = URL.matcher(Files.readString(SERVER_XML));
        if (!url.find()) {
            throw new IllegalStateException(SERVER_XML + " has no URL of H2");
        }
        return url.group(1);
    }

    private static void shutDown(JdbcConnectionPool pool) {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException e) {
            throw new IllegalStateException("H2 does not shut down", e);
        } finally {
            pool.dispose();
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
