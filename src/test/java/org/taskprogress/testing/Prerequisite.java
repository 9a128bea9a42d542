package org.taskprogress.testing;

import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The rule for what a test needs from its machine. On a developer's machine the test is skipped with a reason where the thing
 * is absent; with {@code CI=true} its absence is a failure, so that nothing is quietly left untested there.
 */
public final class Prerequisite {

    private Prerequisite() {}

    /**
     * Returns what was found, or ends the calling test: skipped, or failed with {@code CI=true}.
     *
     * @param what the thing's name as a reader of the report knows it
     * @param found the thing, if the machine has it
     * @param remedy what to do to have it
     */
    public static <T> T presentOrSkipped(String what, Optional<T> found, String remedy) {
        return presentOrSkipped(what, found, remedy, Settings.flag("CI"));
    }

    static <T> T presentOrSkipped(String what, Optional<T> found, String remedy, boolean required) {
        return found.orElseGet(() -> {
            String reason = what + " is not available: " + remedy;
            return required ? Assertions.fail(reason) : Assumptions.abort(reason);
        });
    }
}
