package org.taskprogress.testing;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one PostgreSQL that the tests of a JVM share, started at first use and stopped at the JVM's end: a container when
 * {@code TEST_POSTGRES_IMAGE} names an image, else the installed programs (Debian's {@code postgresql-15}). Each test class
 * makes a database of its own. It runs without fsync, so it is no measure of a real server's writes. Thread-safe.
 */
public final class PostgresServer {

    static final String USER = "postgres";

    private static final System.Logger LOG = System.getLogger(PostgresServer.class.getName());

    private final String address;
    private final String password;
    private final AtomicInteger databases = new AtomicInteger();

    /** A database and the account that owns it. The URL holds no account. */
    public record Database(String jdbcUrl, String user, String password) {

        /** The URL with the account in it, for what takes one text only. */
        public String jdbcUrlWithAccount() {
            return jdbcUrl + "?user=" + user + "&password=" + password;
        }

        public Connection connect() throws SQLException {
            return DriverManager.getConnection(jdbcUrl, user, password);
        }
    }

    PostgresServer(String host, int port, String password) {
        this.address = host + ":" + port;
        this.password = password;
    }

    /** The shared server; where the machine has none, the calling test is skipped, or fails with {@code CI=true}. */
    public static PostgresServer shared() {
        return Prerequisite.presentOrSkipped(
                "PostgreSQL", Shared.SERVER, "install postgresql-15, or set TEST_POSTGRES_IMAGE");
    }

    /** Makes an empty database that no other test has. */
    public Database createDatabase() {
        String name = "test_" + databases.incrementAndGet();
        try (Connection connection = database("postgres").connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create a database at " + address, e);
        }
        return database(name);
    }

    private Database database(String name) {
        return new Database("jdbc:postgresql://" + address + "/" + name, USER, password);
    }

    private static Optional<PostgresServer> find() {
        Optional<String> image = Settings.text("TEST_POSTGRES_IMAGE");
        Optional<PostgresServer> server = image.isPresent()
                ? image.map(PostgresContainer::start)
                : PostgresInstallation.find().map(PostgresInstallation::start);
        server.ifPresent(found -> LOG.log(
                Level.INFO,
                "PostgreSQL for the tests: {0} at {1}",
                image.map(name -> "container of " + name).orElse("local process"),
                found.address));
        return server;
    }

    private static final class Shared {
        static final Optional<PostgresServer> SERVER = find();
    }
}
