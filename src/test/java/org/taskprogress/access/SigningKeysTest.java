package org.taskprogress.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.taskprogress.testing.TestClock;
import org.taskprogress.testing.TestDatabase;

class SigningKeysTest {

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final TestClock clock = new TestClock();

    @BeforeAll
    static void openDatabase() {
        database = TestDatabase.h2();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void empty() {
        database.execute("DELETE FROM signing_key");
    }

    private SigningKeys keysIn(String instance) throws IOException {
        return new SigningKeys(database.jdbi(), Files.createDirectories(directory.resolve(instance)), clock);
    }

    private static List<String> ids(SigningKeys keys) {
        return keys.published().getKeys().stream().map(JWK::getKeyID).toList();
    }

    @Test
    void everyInstanceAcceptsWhatAnyOfThemSigned() throws IOException {
        SigningKeys first = keysIn("first");
        SigningKeys second = keysIn("second");

        assertThat(ids(first))
                .containsExactlyInAnyOrder(first.own().getKeyID(), second.own().getKeyID())
                .isEqualTo(ids(second));
    }

    @Test
    void publishesNoPrivateHalf() throws IOException {
        assertThat(keysIn("first").published().getKeys()).noneMatch(JWK::isPrivate);
    }

    @Test
    void aRestartKeepsTheKey() throws IOException {
        SigningKeys before = keysIn("first");

        SigningKeys after = keysIn("first");

        assertThat(after.own()).isEqualTo(before.own());
        assertThat(ids(after)).hasSize(1);
    }

    @Test
    void aKeyWhoseInstanceWasKilledBeforeItWasPublishedIsPublishedAtTheNextStart() throws IOException {
        keysIn("first");
        database.execute("DELETE FROM signing_key");

        assertThat(ids(keysIn("first"))).hasSize(1);
    }

    @Test
    void severalInstancesWithOneKeyMayStartAtOnce() throws Exception {
        keysIn("shared");
        database.execute("DELETE FROM signing_key");
        var instances = Executors.newFixedThreadPool(8);
        try {
            Callable<SigningKeys> start = () -> keysIn("shared");
            for (var started : instances.invokeAll(List.of(start, start, start, start, start, start, start, start))) {
                assertThat(ids(started.get())).hasSize(1);
            }
        } finally {
            instances.shutdownNow();
        }
    }

    @Test
    void saysWhatToDoAboutADamagedKey() throws IOException {
        Path damaged = Files.createDirectories(directory.resolve("first")).resolve("signing-key.jwk");
        Files.writeString(damaged, "{");

        assertThatThrownBy(() -> keysIn("first")).hasMessageContaining("remove it");
    }

    @Test
    void aTokenSaysWhoseItIsAndUntilWhen() throws Exception {
        SigningKeys keys = keysIn("first");
        var issuer = new TokenIssuer(keys, "urn:task-progress", "task-progress", Duration.ofHours(8), clock);

        SignedJWT token = SignedJWT.parse(issuer.issue("alice", Set.of(Role.USER, Role.ADMIN)));

        assertThat(token.verify(new RSASSAVerifier(keys.own().toRSAPublicKey())))
                .isTrue();
        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.RS256);
        assertThat(token.getHeader().getKeyID()).isEqualTo(keys.own().getKeyID());
        var claims = token.getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("alice");
        assertThat(claims.getIssuer()).isEqualTo("urn:task-progress");
        assertThat(claims.getAudience()).containsExactly("task-progress");
        assertThat(claims.getStringListClaim("groups")).containsExactly("admin", "user");
        assertThat(claims.getIssueTime().toInstant()).isEqualTo(clock.instant());
        assertThat(claims.getExpirationTime().toInstant())
                .isEqualTo(clock.instant().plus(Duration.ofHours(8)));
        assertThat(claims.getJWTID()).isNotBlank();
    }
}
