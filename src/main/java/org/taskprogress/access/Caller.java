package org.taskprogress.access;

import java.time.Instant;
import java.util.Set;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;

/**
 * Who is calling, copied from a verified token, so that it outlives the request's thread.
 *
 * @param subject the token's {@code sub}
 * @param roles what they may do
 * @param expiresAt when the token ends; a stream ends then too
 */
public record Caller(String subject, Set<Role> roles, Instant expiresAt) {

    public Caller {
        roles = Set.copyOf(roles);
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }

    /** Whether tasks of this owner are the caller's to see and steer. */
    public boolean maySee(String ownerSubject) {
        return has(Role.ADMIN) || (has(Role.USER) && subject.equals(ownerSubject));
    }

    /** Ends the request with 403 unless the caller has the role. */
    public void require(Role role) {
        if (!has(role)) {
            throw ProblemException.of(Problem.Type.FORBIDDEN, "This needs the role " + role.groupName() + ".");
        }
    }
}
