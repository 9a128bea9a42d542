package org.taskprogress.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Ends a request with a {@link Problem}. An answer, not a fault: it has no stack trace and is not logged. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient Optional<Duration> retryAfter;

    private ProblemException(Problem problem, Optional<Duration> retryAfter) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    public static ProblemException of(Problem.Type type, String detail) {
        return new ProblemException(new Problem(type, detail), Optional.empty());
    }

    /** Input that breaks a rule: 400, naming the field. */
    public static ProblemException badField(String field, String message) {
        var error = new Problem.FieldError(field, message);
        return new ProblemException(
                new Problem(Problem.Type.BAD_REQUEST, field + ": " + message, List.of(error)), Optional.empty());
    }

    /** Input that breaks several rules: 400, naming each field. */
    public static ProblemException badFields(List<Problem.FieldError> errors) {
        String fields =
                errors.stream().map(Problem.FieldError::field).distinct().collect(Collectors.joining(", "));
        return new ProblemException(
                new Problem(Problem.Type.BAD_REQUEST, "These can't be taken: " + fields, errors), Optional.empty());
    }

    /** Come again later: 429 or 503 with {@code Retry-After}. */
    public static ProblemException retryLater(Problem.Type type, String detail, Duration retryAfter) {
        return new ProblemException(new Problem(type, detail), Optional.of(retryAfter));
    }

    public Problem problem() {
        return problem;
    }

    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
