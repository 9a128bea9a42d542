package org.taskprogress.access;

import java.util.Locale;

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
}
