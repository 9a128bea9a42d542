package org.taskprogress.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller may do; a value of the token's {@code groups}. */
public enum Role {
    /** Has tasks of their own. */
    USER,
    /** Sees and steers every task. */
    ADMIN,
    /** Registers and reports external tasks. */
    PUBLISHER;

    /** The name in a token and in configuration, lower case. */
    public String groupName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of that name; empty for a group that means nothing here. */
    static Optional<Role> ofGroup(String group) {
        return Arrays.stream(values())
                .filter(role -> role.groupName().equals(group))
                .findFirst();
    }
}
