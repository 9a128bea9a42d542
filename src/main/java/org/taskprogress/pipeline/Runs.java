package org.taskprogress.pipeline;

import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The runs of this instance, by the token of their lease; as many as the dispatcher has threads. Thread-safe. */
@Singleton
public class Runs {

    private final Map<String, Run> byToken = new ConcurrentHashMap<>();

    void add(Run run) {
        byToken.put(run.lease().token().toString(), run);
    }

    void remove(Run run) {
        byToken.remove(run.lease().token().toString());
    }

    /**
     * The run that holds this lease.
     *
     * @throws IllegalStateException if it is none of this instance's: such a job must not go on
     */
    Run byToken(String token) {
        Run run = byToken.get(token);
        if (run == null) {
            throw new IllegalStateException("no run of this instance holds the lease " + token);
        }
        return run;
    }

    Collection<Run> all() {
        return List.copyOf(byToken.values());
    }
}
