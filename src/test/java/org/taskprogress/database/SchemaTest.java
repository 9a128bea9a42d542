package org.taskprogress.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.taskprogress.testing.TestDatabase;

class SchemaTest {

    private @Nullable TestDatabase opened;

    enum Engine {
        H2,
        POSTGRES
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private TestDatabase empty(Engine engine) {
        TestDatabase database = engine == Engine.H2 ? TestDatabase.emptyH2() : TestDatabase.emptyPostgres();
        opened = database;
        return database;
    }

    private static List<String> applied(TestDatabase database) {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT \"script\" FROM \"flyway_schema_history\" WHERE \"success\" AND \"version\" IS NOT NULL ORDER BY \"installed_rank\"")
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void everyScriptOfTheDirectoryIsNamedAndNoOther() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Migrations.SCRIPTS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void appliesEveryScriptInOrder(Engine engine) {
        TestDatabase database = empty(engine);

        Schema.migrate(database.dataSource());

        assertThat(applied(database)).containsExactlyElementsOf(Migrations.SCRIPTS);
    }

    @ParameterizedTest
    @EnumSource
    void doesNothingTheSecondTime(Engine engine) {
        TestDatabase database = empty(engine);
        Schema.migrate(database.dataSource());
        database.execute("INSERT INTO signing_key (kid, public_jwk, created_at) VALUES ('k', '{}', CURRENT_TIMESTAMP)");

        assertThatCode(() -> Schema.migrate(database.dataSource())).doesNotThrowAnyException();

        assertThat(applied(database)).containsExactlyElementsOf(Migrations.SCRIPTS);
        assertThat(database.jdbi()
                        .<Integer, RuntimeException>withHandle(
                                handle -> handle.createQuery("SELECT COUNT(*) FROM signing_key")
                                        .mapTo(Integer.class)
                                        .one()))
                .isEqualTo(1);
    }

    /** Of PostgreSQL only: a file of H2 belongs to one process. */
    @Test
    void severalInstancesMayStartAtOnce() throws Exception {
        TestDatabase database = empty(Engine.POSTGRES);
        var instances = Executors.newFixedThreadPool(4);
        try {
            Callable<Void> start = () -> {
                Schema.migrate(database.dataSource());
                return null;
            };
            for (var started : instances.invokeAll(List.of(start, start, start, start))) {
                assertThatCode(started::get).doesNotThrowAnyException();
            }
        } finally {
            instances.shutdownNow();
        }

        assertThat(applied(database)).containsExactlyElementsOf(Migrations.SCRIPTS);
    }
}
