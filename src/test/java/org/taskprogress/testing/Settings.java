package org.taskprogress.testing;

import java.util.Optional;

/** Settings of the test run: a system property of that name, else the environment variable. */
final class Settings {

    private Settings() {}

    static Optional<String> text(String name) {
        return Optional.ofNullable(System.getProperty(name))
                .or(() -> Optional.ofNullable(System.getenv(name)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    static boolean flag(String name) {
        return text(name).map(Boolean::parseBoolean).orElse(false);
    }
}
