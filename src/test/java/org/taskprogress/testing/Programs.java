package org.taskprogress.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds installed programs. */
public final class Programs {

    private Programs() {}

    /** The first of these names that is an executable file on the {@code PATH} or in {@code /usr/bin}. */
    public static Optional<Path> find(String... names) {
        return Arrays.stream(names)
                .flatMap(name -> directories().map(directory -> directory.resolve(name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Stream<Path> directories() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Arrays.stream(path.split(File.pathSeparator)), Stream.of("/usr/bin"))
                .filter(directory -> !directory.isEmpty())
                .map(Path::of);
    }
}
