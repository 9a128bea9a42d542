package org.taskprogress.access;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the file up to date by which the server verifies tokens of the built-in issuer: the public keys of all instances. The server
 * reads it again when a token names a key that it doesn't know. It is a file and no address of ours, because a server that asks itself
 * over HTTP while a thousand browsers come back after a restart has no thread left to answer.
 */
@Singleton
class VerificationKeys {

    private static final System.Logger LOG = System.getLogger(VerificationKeys.class.getName());
    private static final long REFRESH_SECONDS = 1;

    private final BuiltInIssuer issuer;

    @Resource
    private @Nullable ManagedScheduledExecutorService scheduler;

    private @Nullable ScheduledFuture<?> refreshing;
    private String written = "";

    @Inject
    VerificationKeys(BuiltInIssuer issuer) {
        this.issuer = issuer;
    }

    /** Before the port is open for us. */
    void begin(@Observes @Priority(40) Startup startup) {
        if (issuer.keyFile().isPresent() && scheduler != null) {
            write(issuer.keyFile().get());
            refreshing =
                    scheduler.scheduleWithFixedDelay(this::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
        }
    }

    void end(@Observes Shutdown shutdown) {
        if (refreshing != null) {
            refreshing.cancel(false);
        }
    }

    private void refresh() {
        try {
            write(issuer.keyFile().orElseThrow());
        } catch (JdbiException | UncheckedIOException away) { // what is known goes on
            LOG.log(System.Logger.Level.DEBUG, "the keys were not refreshed, will be", away);
        }
    }

    private void write(Path file) {
        String keys = issuer.publicKeys().toString();
        if (keys.equals(written)) {
            return;
        }
        try {
            // By way of another file, since the server may read it at any time; always the same one, or a full disk
            // would get one a second
            Path made = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(made, keys);
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            written = keys;
        } catch (IOException unwritable) {
            throw new UncheckedIOException("the keys can't be written to " + file, unwritable);
        }
    }
}
