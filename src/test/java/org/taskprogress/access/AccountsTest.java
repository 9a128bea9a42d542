package org.taskprogress.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.security.enterprise.identitystore.Pbkdf2PasswordHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Hash hash = new Hash();

    /** The container's hash, without its cost, and with a memory of what it verified. */
    private static final class Hash implements Pbkdf2PasswordHash {
        private final List<String> verified = new ArrayList<>();

        @Override
        public void initialize(Map<String, String> parameters) {}

        @Override
        public String generate(char[] password) {
            return "PBKDF2WithTest:" + new String(password);
        }

        @Override
        public boolean verify(char[] password, String hashed) {
            verified.add(hashed);
            return generate(password).equals(hashed);
        }
    }

    private Accounts accounts(String... lines) throws IOException {
        return Accounts.of(Files.writeString(directory.resolve("accounts"), String.join("\n", lines)), hash);
    }

    @Test
    void theDemoHasFourAccounts() {
        Accounts demo = Accounts.demo(hash);

        assertThat(demo.names()).containsExactlyInAnyOrder("alice", "bob", "admin", "worker");
        assertThat(demo.authenticate("alice", "demo-alice".toCharArray())).contains(Set.of(Role.USER));
        assertThat(demo.authenticate("admin", "demo-admin".toCharArray())).contains(Set.of(Role.ADMIN, Role.USER));
        assertThat(demo.authenticate("worker", "demo-worker".toCharArray())).contains(Set.of(Role.PUBLISHER));
        assertThat(demo.authenticate("alice", "demo-bob".toCharArray())).isEmpty();
    }

    @Test
    void anUnknownNameTakesTheSamePathAsAWrongPassword() {
        Accounts demo = Accounts.demo(hash);

        assertThat(demo.authenticate("alice", "wrong".toCharArray())).isEmpty();
        assertThat(demo.authenticate("nobody-knows", "wrong".toCharArray())).isEmpty();

        assertThat(hash.verified).as("a hash is computed for each").hasSize(2);
    }

    @Test
    void theNamelessHashOpensNoAccount() {
        assertThat(Accounts.demo(hash).authenticate("nobody-knows", "nobody".toCharArray()))
                .isEmpty();
    }

    @Test
    void readsPasswordsInClearAndHashed() throws IOException {
        Accounts accounts = accounts(
                "carol.password=in clear",
                "carol.roles=user, admin",
                "dave.password=PBKDF2WithTest:hashed",
                "dave.roles=publisher");

        assertThat(accounts.authenticate("carol", "in clear".toCharArray())).contains(Set.of(Role.USER, Role.ADMIN));
        assertThat(accounts.authenticate("dave", "hashed".toCharArray())).contains(Set.of(Role.PUBLISHER));
    }

    @Test
    void saysWhichAccountIsWrong() {
        assertThatThrownBy(() -> accounts("carol.roles=user")).hasMessageContaining("carol.password");
        assertThatThrownBy(() -> accounts("carol.password=x", "carol.roles=root"))
                .hasMessageContaining("root");
        assertThatThrownBy(() -> accounts("carol.password=x")).hasMessageContaining("carol.roles");
    }

    @Test
    void saysWhichFileCannotBeRead() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> Accounts.of(missing, hash))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(missing.toString());
    }
}
