package org.taskprogress.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;
import org.taskprogress.progress.StreamCounts;

/**
 * How many streams may be open: of this instance, and of each user at all instances together. While those can't be asked, this one's
 * own count decides. Thread-safe.
 */
final class StreamLimits {

    /** A refused browser comes back after this time; soon enough for a person, rare enough for us. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final int maxStreams;
    private final int maxPerUser;
    private final StreamCounts everywhere;
    private final Map<String, Integer> ofUsers = new HashMap<>();
    /** Users of whom the others know a number that may be wrong. */
    private final Set<String> untold = new HashSet<>();

    private int open;
    /** Whether the others must be told everything anew. */
    private boolean unknown = true;

    private volatile boolean reachable = true;

    StreamLimits(int maxStreams, int maxPerUser, StreamCounts everywhere) {
        this.maxStreams = maxStreams;
        this.maxPerUser = maxPerUser;
        this.everywhere = everywhere;
    }

    /**
     * Takes one place; at most one round trip. The newcomer is refused, never the oldest dropped: that one would come straight back.
     *
     * @return empty if the user has too many
     * @throws ProblemException 503 if this instance has too many
     */
    Optional<Place> take(String user) {
        int here;
        synchronized (this) {
            here = ofUsers.getOrDefault(user, 0) + 1;
            if (here > maxPerUser) {
                return Optional.empty();
            }
            if (open >= maxStreams) {
                throw ProblemException.retryLater(
                        Problem.Type.UNAVAILABLE, "Too many streams are open here.", RETRY_AFTER);
            }
            open++;
            ofUsers.put(user, here);
            untold.add(user);
        }
        var place = new Place(user);
        if (isRoomEverywhere(user, here)) {
            return Optional.of(place);
        }
        place.giveBack();
        return Optional.empty();
    }

    /** Out of the lock, since it waits for an answer. */
    private boolean isRoomEverywhere(String user, int here) {
        try {
            // One failure is enough: the others need not wait for the same time-out
            return !reachable || everywhere.claim(user, here, maxPerUser);
        } catch (LogUnavailableException away) {
            reachable = false;
            return true;
        }
    }

    /** What a user is told who has too many. */
    ProblemException tooMany() {
        return ProblemException.retryLater(
                Problem.Type.TOO_MANY_REQUESTS, "You have too many streams open; close one.", RETRY_AFTER);
    }

    /** Waits until a place of the user is given back here, at most for so long. */
    synchronized void awaitPlace(String user, Duration longest) throws InterruptedException {
        int before = ofUsers.getOrDefault(user, 0);
        long end = System.nanoTime() + longest.toNanos();
        while (ofUsers.getOrDefault(user, 0) >= before) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** Tells the other instances what has changed, and that this one lives; call once a second. Blocks. */
    void tellOthers() {
        boolean all;
        Map<String, Integer> news;
        synchronized (this) {
            all = unknown;
            news = new HashMap<>();
            (all ? ofUsers.keySet() : untold).forEach(user -> news.put(user, ofUsers.getOrDefault(user, 0)));
            untold.clear();
            unknown = false;
        }
        boolean known = false;
        try {
            if (all) {
                everywhere.begin(news);
                known = true;
            } else {
                known = everywhere.renew(news);
            }
            reachable = true;
        } catch (LogUnavailableException away) {
            reachable = false;
        } finally {
            synchronized (this) {
                unknown |= !known;
            }
        }
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
                    untold.add(user);
                    StreamLimits.this.notifyAll();
                }
            }
        }
    }
}
