package org.taskprogress.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temporary;

    @Test
    void isMadeForItsOwnerOnly() throws IOException {
        var data = new DataDirectory(temporary.resolve("a/b").toString(), "one");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.root())))
                .isEqualTo("rwx------");
    }

    @Test
    void mayBeALinkToADirectory() throws IOException {
        Path real = Files.createDirectory(temporary.resolve("real"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), real);

        assertThat(new DataDirectory(link.toString(), "one").directory("files")).isDirectory();
    }

    @Test
    void saysWhatToDoIfItCannotBeWritten() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> new DataDirectory(file.resolve("below").toString(), "one"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("DATA_DIR");
    }

    @Test
    void theTildeIsTheHomeWhateverItsName() {
        String home = System.getProperty("user.home");
        try {
            System.setProperty("user.home", temporary.resolve("$1 home").toString());

            assertThat(new DataDirectory("~/data", "one").root()).isEqualTo(temporary.resolve("$1 home/data"));
        } finally {
            System.setProperty("user.home", home);
        }
    }

    @Test
    void eachInstanceHasADirectoryOfItsOwn() {
        var one = new DataDirectory(temporary.toString(), "one");
        var two = new DataDirectory(temporary.toString(), "two");

        assertThat(one.ownDirectory("index")).isNotEqualTo(two.ownDirectory("index"));
        assertThat(one.directory("files")).isEqualTo(two.directory("files"));
    }

    @Test
    void aRestartKeepsTheId() {
        assertThat(open(temporary).id()).isEqualTo(open(temporary).id());
    }

    @Test
    void instancesThatShareADirectoryHaveOneIdHoweverTheyStart() throws Exception {
        var instances = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 200; round++) {
                Path shared = Files.createDirectory(temporary.resolve("round-" + round));
                var start = new CyclicBarrier(4);
                Callable<String> open = () -> {
                    start.await();
                    return open(shared).id();
                };
                Set<String> ids = new HashSet<>();
                for (var id : instances.invokeAll(List.of(open, open, open, open))) {
                    ids.add(id.get());
                }
                assertThat(ids).hasSize(1);
            }
        } finally {
            instances.shutdownNow();
        }
    }

    private static DataDirectory open(Path directory) {
        return new DataDirectory(directory.toString(), "one");
    }
}
