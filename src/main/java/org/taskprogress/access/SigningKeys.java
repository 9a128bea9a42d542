package org.taskprogress.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The keys of the built-in issuer. Each installation makes one key at its first start and keeps the private half in its data
 * directory; the public halves lie in the database, so that every instance accepts what any of them signed.
 */
final class SigningKeys {

    private static final int KEY_BITS = 2048;

    private final Jdbi jdbi;
    private final RSAKey own;

    /**
     * Reads the key, or makes one.
     *
     * @param directory readable by its owner only
     * @throws UncheckedIOException if the key can't be read or written
     */
    SigningKeys(Jdbi jdbi, Path directory, Clock clock) {
        this.jdbi = jdbi;
        this.own = readOrMake(directory.resolve("signing-key.jwk"));
        publish(clock);
    }

    /** The key to sign with: RSA, for RS256. */
    RSAKey own() {
        return own;
    }

    /** The public keys of all instances (RFC 7517). */
    JWKSet published() {
        List<JWK> keys =
                jdbi.withHandle(handle -> handle.createQuery("SELECT public_jwk FROM signing_key ORDER BY created_at")
                        .mapTo(String.class)
                        .map(SigningKeys::parse)
                        .list());
        return new JWKSet(keys);
    }

    private void publish(Clock clock) {
        if (isPublished()) {
            return;
        }
        try {
            jdbi.useHandle(handle -> handle.createUpdate(
                            "INSERT INTO signing_key (kid, public_jwk, created_at) VALUES (:kid, :jwk, :now)")
                    .bind("kid", own.getKeyID())
                    .bind("jwk", own.toPublicJWK().toJSONString())
                    .bind("now", clock.instant())
                    .execute());
        } catch (JdbiException refused) {
            // Another instance that shares the data directory, and so the key, may have been faster.
            if (!isPublished()) {
                throw refused;
            }
        }
    }

    private boolean isPublished() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM signing_key WHERE kid = :kid")
                        .bind("kid", own.getKeyID())
                        .mapTo(Integer.class)
                        .one()
                > 0);
    }

    private static RSAKey readOrMake(Path file) {
        try {
            if (Files.notExists(file)) {
                // By way of another file, so that a process killed in between leaves no half a key.
                Path made = Files.createTempFile(file.getParent(), "signing-key", null);
                Files.writeString(made, make().toJSONString());
                Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return RSAKey.parse(Files.readString(file));
        } catch (IOException unusable) {
            throw new UncheckedIOException("the signing key " + file + " can't be read or written", unusable);
        } catch (ParseException damaged) {
            throw new IllegalStateException(
                    "the signing key " + file + " is damaged; remove it and a new one is made", damaged);
        }
    }

    private static RSAKey make() {
        try {
            return new RSAKeyGenerator(KEY_BITS)
                    .keyID(UUID.randomUUID().toString())
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException("this Java has no RSA", impossible);
        }
    }

    private static JWK parse(String json) {
        try {
            return JWK.parse(json);
        } catch (ParseException damaged) {
            throw new IllegalStateException("a public key in the database is damaged", damaged);
        }
    }
}
