package org.taskprogress.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class PostgresServerTest {

    @Test
    void eachDatabaseIsItsOwn() throws SQLException {
        PostgresServer postgres = PostgresServer.shared();
        try (Connection first = postgres.createDatabase().connect();
                Statement statement = first.createStatement()) {
            statement.execute("CREATE TABLE task (id int)");
        }

        try (Connection second = postgres.createDatabase().connect();
                ResultSet tables = second.getMetaData().getTables(null, "public", "task", null)) {
            assertThat(tables.next()).isFalse();
        }
    }

    @Test
    void takesTheAccountInTheUrlToo() throws SQLException {
        String url = PostgresServer.shared().createDatabase().jdbcUrlWithAccount();

        try (Connection connection = DriverManager.getConnection(url)) {
            assertThat(answer(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void canPrepareTransactionsAsXaNeeds() throws SQLException {
        try (Connection connection = PostgresServer.shared().createDatabase().connect()) {
            assertThat(answer(connection, "SHOW max_prepared_transactions")).isEqualTo("20");
        }
    }

    private static String answer(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return String.valueOf(rows.getString(1));
        }
    }
}
