package org.taskprogress.access;

import com.nimbusds.jose.jwk.JWKSet;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.security.enterprise.identitystore.Pbkdf2PasswordHash;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Jdbi;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.store.DataDirectory;

/**
 * The issuer of the zero-setup default: accounts, keys and tokens. Off as soon as tokens are verified with somebody else's keys
 * ({@code JWT_JWKS_URI}). Made at first use; thread-safe.
 */
@Singleton
public class BuiltInIssuer {

    /** Where the public keys are served, for whoever wants to verify tokens from here. */
    static final String JWKS_PATH = "/api/auth/jwks";

    private static final String FILE = "file:";
    private static final int MAX_FAILURES = 10;
    private static final Duration FAILURE_WINDOW = Duration.ofMinutes(1);
    private static final int MAX_REMEMBERED_NAMES = 10_000;

    private final Optional<Path> keyFile;
    private final boolean demo;
    private final Accounts accounts;
    private final SigningKeys keys;
    private final TokenIssuer tokens;
    private final LoginAttempts attempts;

    @Inject
    BuiltInIssuer(
            Jdbi jdbi,
            DataDirectory data,
            Clock clock,
            Pbkdf2PasswordHash hash,
            @ConfigProperty(name = "jwt.jwks.uri") String jwksUri,
            @ConfigProperty(name = "jwt.issuer") String issuer,
            @ConfigProperty(name = "jwt.audience") String audience,
            @ConfigProperty(name = "jwt.lifetime", defaultValue = "PT8H") Duration lifetime,
            @ConfigProperty(name = "accounts.file") Optional<Path> accountsFile) {
        hash.initialize(Map.of(
                "Pbkdf2PasswordHash.Algorithm", "PBKDF2WithHmacSHA512", "Pbkdf2PasswordHash.Iterations", "210000"));
        this.keyFile = Optional.of(jwksUri)
                .filter(uri -> uri.startsWith(FILE))
                .map(uri -> Path.of(uri.substring(FILE.length())));
        this.demo = accountsFile.isEmpty();
        this.accounts = accountsFile.map(file -> Accounts.of(file, hash)).orElseGet(() -> Accounts.demo(hash));
        this.keys = new SigningKeys(jdbi, data.directory("keys"), clock);
        this.tokens = new TokenIssuer(keys, issuer, audience, lifetime, clock);
        this.attempts = new LoginAttempts(MAX_FAILURES, FAILURE_WINDOW, MAX_REMEMBERED_NAMES, clock);
    }

    /** The demo accounts' names, if these are the accounts in use; for the start-up report. */
    public Set<String> demoAccounts() {
        return keyFile.isPresent() && demo ? accounts.names() : Set.of();
    }

    /** The file by which the server verifies tokens from here; empty if somebody else issues them. */
    Optional<Path> keyFile() {
        return keyFile;
    }

    Duration lifetime() {
        return tokens.lifetime();
    }

    JWKSet publicKeys() {
        requireEnabled();
        return keys.published();
    }

    /**
     * A token for whoever has the right password.
     *
     * @param address the caller's network address
     * @throws ProblemException 401 if name or password is wrong, 429 after too many failures, 404 if an external issuer is used
     */
    String signIn(String name, char[] password, String address) {
        requireEnabled();
        for (String slowed : Set.of("account " + name, "address " + address)) {
            attempts.waitFor(slowed).ifPresent(wait -> {
                throw ProblemException.retryLater(
                        Problem.Type.TOO_MANY_REQUESTS, "Too many failed attempts to sign in.", wait);
            });
        }
        // Counted before it is known, so that a burst of guesses at the same moment counts too.
        attempts.failed("account " + name);
        attempts.failed("address " + address);
        Optional<Set<Role>> roles = accounts.authenticate(name, password);
        if (roles.isEmpty()) {
            throw ProblemException.of(Problem.Type.UNAUTHORIZED, "The user name or the password is wrong.");
        }
        attempts.succeeded("account " + name);
        attempts.forgive("address " + address);
        return tokens.issue(name, roles.get());
    }

    private void requireEnabled() {
        if (keyFile.isEmpty()) {
            throw ProblemException.of(Problem.Type.NOT_FOUND, "Sign-in is with an external issuer here.");
        }
    }
}
