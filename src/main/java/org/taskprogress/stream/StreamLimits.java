package org.taskprogress.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;

/** How many streams may be open, of this instance and of each user. Counts this instance only. Thread-safe. */
final class StreamLimits {

    /** A refused browser comes back after this time; soon enough for a person, rare enough for us. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final int maxStreams;
    private final int maxPerUser;
    private final Map<String, Integer> ofUsers = new HashMap<>();
    private int open;

    StreamLimits(int maxStreams, int maxPerUser) {
        this.maxStreams = maxStreams;
        this.maxPerUser = maxPerUser;
    }

    /**
     * Takes one place. The newcomer is refused, never the oldest dropped: that one would come straight back.
     *
     * @throws ProblemException 429 if the user has too many, 503 if this instance has
     */
    synchronized Place take(String user) {
        if (ofUsers.getOrDefault(user, 0) >= maxPerUser) {
            throw ProblemException.retryLater(
                    Problem.Type.TOO_MANY_REQUESTS, "You have too many streams open; close one.", RETRY_AFTER);
        }
        if (open >= maxStreams) {
            throw ProblemException.retryLater(Problem.Type.UNAVAILABLE, "Too many streams are open here.", RETRY_AFTER);
        }
        open++;
        ofUsers.merge(user, 1, Integer::sum);
        return new Place(user);
    }

    synchronized int open() {
        return open;
    }

    /** One stream's place; given back once, however often it is asked to. */
    final class Place {
        private final String user;
        private boolean given;

        private Place(String user) {
            this.user = user;
        }

        void giveBack() {
            synchronized (StreamLimits.this) {
                if (!given) {
                    given = true;
                    open--;
                    ofUsers.computeIfPresent(user, (same, count) -> count == 1 ? null : count - 1);
                }
            }
        }
    }
}
