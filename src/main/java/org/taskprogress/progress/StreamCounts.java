package org.taskprogress.progress;

import java.util.Map;
import org.taskprogress.progress.ProgressLog.LogUnavailableException;

/**
 * Port: how many streams each user has open at each instance. An instance that is not heard of for some seconds counts no more, so that
 * a crash leaks nothing. Thread-safe; each method is one round trip, and throws {@link LogUnavailableException} if the place where it is
 * counted can't be reached.
 */
public interface StreamCounts {

    /**
     * Tells that the user has so many streams here, unless these and those at the other instances are more than the limit.
     *
     * @param here the user's streams at this instance, the new one included
     * @return false if it is more; then nothing was told
     */
    boolean claim(String user, int here, int limit);

    /**
     * Shows that this instance lives, and corrects what it has told. Call it every second or so.
     *
     * @param here the streams here of the users that have more or fewer than was told; 0 for none
     * @return false if the others have given this instance up meanwhile: then call {@link #begin}
     */
    boolean renew(Map<String, Integer> here);

    /**
     * Takes back all that this instance has told, and tells this.
     *
     * @param here the streams here of all users that have any
     */
    void begin(Map<String, Integer> here);
}
