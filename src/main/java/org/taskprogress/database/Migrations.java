package org.taskprogress.database;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/**
 * The migrations by name. Flyway would list a directory of the class path, which a server's class loader need not let it; a migration
 * that it does not see is silently not applied.
 */
final class Migrations implements ResourceProvider {

    private static final String DIRECTORY = "db/migration/";

    /** In order. Once released, a script is never changed. */
    static final List<String> SCRIPTS = List.of(
            "V1__tasks_and_documents.sql",
            "V2__batch_repository.sql",
            "V3__external_tasks.sql",
            "V4__stream_tickets.sql");

    @Override
    public @Nullable LoadableResource getResource(String name) {
        return SCRIPTS.contains(name) ? new Script(name) : null;
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        return SCRIPTS.stream()
                .filter(name ->
                        name.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(name::endsWith))
                .<LoadableResource>map(Script::new)
                .toList();
    }

    private static final class Script extends LoadableResource {

        private final String name;

        Script(String name) {
            this.name = name;
        }

        @Override
        public Reader read() {
            InputStream content = Migrations.class.getClassLoader().getResourceAsStream(DIRECTORY + name);
            if (content == null) {
                throw new IllegalStateException("the migration " + name + " is not in the application");
            }
            return new InputStreamReader(content, StandardCharsets.UTF_8);
        }

        @Override
        public String getAbsolutePath() {
            return DIRECTORY + name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return DIRECTORY + name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
