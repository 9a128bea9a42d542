package org.taskprogress.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskprogress.store.FileStore.TooLargeException;

class FileStoreTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private static InputStream bytes(int count) {
        return new ByteArrayInputStream(new byte[count]);
    }

    private List<String> kept() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("store.id"))
                    .toList();
        }
    }

    @Test
    void keepsAFileUnderANameOfItsOwn() throws IOException {
        var store = new FileStore(directory);

        var stored = store.put(new ByteArrayInputStream(new byte[] {1, 2, 3}), 3);

        assertThat(stored.sizeBytes()).isEqualTo(3);
        assertThat(Files.readAllBytes(store.path(stored.name()))).containsExactly(1, 2, 3);
        assertThat(kept()).containsExactly(stored.name());
    }

    @Test
    void aFileThatIsTooLargeLeavesNothing() throws IOException {
        var store = new FileStore(directory);

        assertThatThrownBy(() -> store.put(bytes(100_001), 100_000)).isInstanceOf(TooLargeException.class);

        assertThat(kept()).isEmpty();
    }

    @Test
    void aStreamThatBreaksLeavesNothing() throws IOException {
        var store = new FileStore(directory);
        InputStream broken = new SequenceInputStream(bytes(100_000), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] buffer, int offset, int count) throws IOException {
                throw new IOException("connection reset");
            }
        });

        assertThatThrownBy(() -> store.put(broken, Long.MAX_VALUE)).hasMessage("connection reset");

        assertThat(kept()).isEmpty();
    }

    @Test
    void deletesAFileOnceAndForAll() throws IOException {
        var store = new FileStore(directory);
        var stored = store.put(bytes(1), 1);

        store.delete(stored.name());
        store.delete(stored.name());

        assertThat(kept()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "", "store.id", "/etc/passwd"})
    void aNameThatItDidNotGiveIsNoPath(String name) {
        var store = new FileStore(directory);

        assertThatThrownBy(() -> store.path(name)).isInstanceOf(IllegalArgumentException.class);
    }
}
