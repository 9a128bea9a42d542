package org.taskprogress.access;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Has the server fetch the built-in issuer's keys before anybody calls. It fetches them over HTTP from itself, once it needs them; when
 * the first to call are a thousand browsers that come back after a restart, all its threads would wait for an answer that none of
 * them is left to give.
 */
@Singleton
class KeysFetched {

    private static final System.Logger LOG = System.getLogger(KeysFetched.class.getName());
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 200;
    private static final int MAX_TRIES = 300;

    private final BuiltInIssuer issuer;
    private final URI anyRoute;

    @Resource
    private @Nullable ManagedScheduledExecutorService scheduler;

    private @Nullable ScheduledFuture<?> trying;
    private int tries;

    @Inject
    KeysFetched(BuiltInIssuer issuer, @ConfigProperty(name = "jwt.jwks.uri") String jwksUri) {
        this.issuer = issuer;
        this.anyRoute = URI.create(jwksUri).resolve("/api/v1/tasks");
    }

    /** The port opens a moment after this, so it is tried until it answers. */
    synchronized void begin(@Observes @Priority(200) Startup startup) {
        if (issuer.isEnabled() && scheduler != null) {
            trying = scheduler.scheduleWithFixedDelay(this::attempt, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void attempt() {
        tries++;
        if ((calls() || tries == MAX_TRIES) && trying != null) {
            trying.cancel(false);
        }
    }

    /** Whether a call with a token was answered, by whatever status: then the keys are there. */
    private boolean calls() {
        var request = HttpRequest.newBuilder(anyRoute)
                .timeout(TIME_LIMIT)
                .header("Authorization", "Bearer " + issuer.tokenOfNobody())
                .build();
        try {
            HttpClient.newBuilder().connectTimeout(TIME_LIMIT).build().send(request, BodyHandlers.discarding());
            return true;
        } catch (IOException notYet) {
            LOG.log(System.Logger.Level.DEBUG, "the keys are not fetched yet: {0}", notYet.getMessage());
            return false;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
