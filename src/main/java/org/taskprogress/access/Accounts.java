package org.taskprogress.access;

import jakarta.security.enterprise.identitystore.Pbkdf2PasswordHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/** The accounts of the built-in issuer, with hashed passwords. Unchanging. */
final class Accounts {

    private static final String HASH_PREFIX = "PBKDF2With";

    private final Map<String, Account> byName;
    private final Pbkdf2PasswordHash hash;
    private final String nobodysHash;

    private Accounts(Map<String, Account> byName, Pbkdf2PasswordHash hash) {
        this.byName = byName;
        this.hash = hash;
        this.nobodysHash = hash.generate("nobody".toCharArray());
    }

    /** The accounts of a bare start: {@code alice}, {@code bob}, {@code admin}, {@code worker}, each with {@code demo-<name>}. */
    static Accounts demo(Pbkdf2PasswordHash hash) {
        var accounts = new LinkedHashMap<String, Account>();
        add(accounts, hash, "alice", "demo-alice", Set.of(Role.USER));
        add(accounts, hash, "bob", "demo-bob", Set.of(Role.USER));
        add(accounts, hash, "admin", "demo-admin", Set.of(Role.ADMIN, Role.USER));
        add(accounts, hash, "worker", "demo-worker", Set.of(Role.PUBLISHER));
        return new Accounts(accounts, hash);
    }

    /**
     * The accounts of a properties file: {@code <name>.password} (in clear, or a hash as Jakarta Security's Pbkdf2PasswordHash writes
     * it) and {@code <name>.roles} (comma-separated).
     *
     * @throws UncheckedIOException if the file can't be read
     * @throws IllegalArgumentException if an account lacks a password or roles, or has a role that there is not; the message names it
     */
    static Accounts of(Path file, Pbkdf2PasswordHash hash) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the accounts file " + file + " can't be read", unreadable);
        }
        var accounts = new LinkedHashMap<String, Account>();
        for (String key : properties.stringPropertyNames()) {
            if (key.endsWith(".password")) {
                String roles = key.substring(0, key.length() - "password".length()) + "roles";
                if (!properties.containsKey(roles)) {
                    throw new IllegalArgumentException("the accounts file " + file + " has no " + roles);
                }
            }
            if (key.endsWith(".roles")) {
                String name = key.substring(0, key.length() - ".roles".length());
                String password = properties.getProperty(name + ".password", "");
                if (password.isBlank()) {
                    throw new IllegalArgumentException("the accounts file " + file + " has no " + name + ".password");
                }
                add(accounts, hash, name, password, roles(properties.getProperty(key)));
            }
        }
        return new Accounts(accounts, hash);
    }

    /**
     * The roles of an account, if the password is right. Takes as long for an unknown name as for a wrong password, so that nobody
     * learns which accounts there are.
     */
    Optional<Set<Role>> authenticate(String name, char[] password) {
        Account account = byName.get(name);
        boolean right = hash.verify(password, account == null ? nobodysHash : account.passwordHash());
        return right && account != null ? Optional.of(account.roles()) : Optional.empty();
    }

    Set<String> names() {
        return byName.keySet();
    }

    private static void add(
            Map<String, Account> accounts, Pbkdf2PasswordHash hash, String name, String password, Set<Role> roles) {
        String hashed = password.startsWith(HASH_PREFIX) ? password : hash.generate(password.toCharArray());
        accounts.put(name, new Account(hashed, roles));
    }

    private static Set<Role> roles(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .map(name -> Role.ofGroup(name)
                        .orElseThrow(
                                () -> new IllegalArgumentException("the accounts file has an unknown role: " + name)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private record Account(String passwordHash, Set<Role> roles) {}
}
