package org.taskprogress.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.taskprogress.testing.MultipartForm;
import org.taskprogress.testing.SseRecorder;
import org.taskprogress.testing.TaskProgressClient;
import org.taskprogress.testing.TaskProgressClient.Answer;
import org.taskprogress.testing.TaskProgressServer;

class AccessIT {

    private static final String COOKIE = "task_progress_token";

    private static TaskProgressServer server;
    private static TaskProgressClient alice;
    private static TaskProgressClient bob;
    private static TaskProgressClient admin;
    private static TaskProgressClient nobody;
    private static String alices;

    @BeforeAll
    static void aTaskOfAlice() {
        server = TaskProgressServer.shared();
        alice = server.as("alice");
        bob = server.as("bob");
        admin = server.as("admin");
        nobody = server.asNobody();
        alices = alice.upload("mine.txt", "A text of Alice.", "access");
        alice.awaitEnd(alices);
    }

    /** Every route that reads; those with an id are of a task of Alice. */
    static Stream<String> routes() {
        return Stream.concat(
                routesOfATask().map(route -> route.replace("{id}", alices)),
                Stream.of("/api/v1/tasks", "/documents/search?q=text"));
    }

    static Stream<String> routesOfATask() {
        return Stream.of(
                "/api/v1/tasks/{id}",
                "/api/v1/tasks/{id}/events",
                "/api/v1/tasks/stream?task_ids={id}",
                "/documents/{id}",
                "/progress/documents/{id}/status",
                "/progress/documents/{id}/stream");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aTokenWorksAsHeaderAndAsCookie(String route) {
        assertThat(alice.get(route).status()).isEqualTo(200);
        assertThat(withCookie(route, alice.token()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("routes")
    void nobodyPassesWithoutAGoodToken(String route) {
        assertRefused(401, nobody.get(route));
        assertRefused(401, withCookie(route, "nonsense"));
        assertRefused(401, withHeader(route, "nonsense"));
        assertRefused(401, withHeader(route, alice.token() + "x"));
        assertThat(nobody.get(route).header("WWW-Authenticate")).startsWith("Bearer");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aBadHeaderWinsOverAGoodCookie(String route) {
        assertRefused(
                401,
                nobody.send(nobody.request(route)
                        .header("Authorization", "Bearer nonsense")
                        .header("Cookie", COOKIE + "=" + alice.token())));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void aTokenInTheUrlIsRefused(String route) {
        String sign = route.contains("?") ? "&" : "?";
        assertRefused(400, nobody.get(route + sign + "access_token=" + alice.token()));
        assertRefused(400, alice.get(route + sign + "access_token=" + alice.token()));
    }

    @ParameterizedTest
    @MethodSource("routesOfATask")
    void aTaskOfSomebodyElseIsForbiddenAndAnUnknownOneNotFound(String route) {
        assertRefused(403, bob.get(route.replace("{id}", alices)));
        assertRefused(404, bob.get(route.replace("{id}", UUID.randomUUID().toString())));
        assertRefused(404, bob.get(route.replace("{id}", "no%20id")));
        assertThat(admin.get(route.replace("{id}", alices)).status()).isEqualTo(200);
    }

    @Test
    void nobodySteersATaskOfSomebodyElse() {
        assertRefused(403, bob.post("/api/v1/tasks/" + alices + "/cancel"));
        assertRefused(403, bob.post("/api/v1/tasks/" + alices + "/retry"));
        assertRefused(403, bob.delete("/api/v1/tasks/" + alices));
        assertRefused(404, bob.delete("/api/v1/tasks/" + UUID.randomUUID()));
        assertThat(alice.task(alices).getString("status")).isEqualTo("succeeded");
    }

    @Test
    void aListHasOnesOwnTasksAndAllForAnAdministrator() {
        String bobs = bob.upload("his.txt", "A text of Bob.", "access");
        bob.awaitEnd(bobs);

        assertThat(listed(bob, "")).contains(bobs).doesNotContain(alices);
        assertThat(listed(admin, "")).contains(bobs, alices);
        assertThat(listed(admin, "&owner=bob")).contains(bobs).doesNotContain(alices);
        assertRefused(403, bob.get("/api/v1/tasks?owner=alice"));
    }

    @Test
    void oneBadIdRefusesTheWholeStream() {
        String bobs = bob.upload("his.txt", "A text of Bob.", "access");

        assertRefused(403, bob.get("/api/v1/tasks/stream?task_ids=" + bobs + "," + alices));
        assertRefused(404, bob.get("/api/v1/tasks/stream?task_ids=" + bobs + "," + UUID.randomUUID()));
        assertRefused(400, bob.get("/api/v1/tasks/stream"));
        assertRefused(400, bob.get("/api/v1/tasks/stream?all=true&task_ids=" + bobs));
        assertRefused(400, bob.get("/api/v1/tasks/stream?task_ids=" + bobs + ",,"));
        bob.awaitEnd(bobs);
    }

    @Test
    void theStreamOfAllHasOnlyOnesOwn() {
        try (SseRecorder all = bob.streamAt("/api/v1/tasks/stream?all=true").open()) {
            assertThat(all.status()).isEqualTo(200);
            String foreign = alice.upload("hers.txt", "Another text of Alice.", "access");
            alice.awaitEnd(foreign);
            String bobs = bob.upload("his.txt", "Another text of Bob.", "access");
            all.awaitEvent(
                    "the end of Bob's task",
                    event -> event.event().equals("complete") && event.data().contains(bobs));
            assertThat(all.events()).noneMatch(event -> event.data().contains(foreign));
            assertThat(all.isOver()).isFalse();
        }
    }

    @Test
    void aPublisherMayNotUpload() {
        TaskProgressClient worker = server.as("worker");
        List<String> before = server.storedFiles();
        var form = new MultipartForm().field("case_id", "access").file("file", "a.txt", "A text.".getBytes(UTF_8));

        assertRefused(403, worker.send(form.post(worker.request("/documents/upload"))));
        assertRefused(403, worker.get("/api/v1/tasks/" + alices));
        assertThat(server.storedFiles()).isEqualTo(before);
    }

    @Test
    void wrongCredentialsAreRefused() {
        assertRefused(401, nobody.login("alice", "wrong"));
        assertRefused(401, nobody.login("carol", "demo-carol"));
        assertRefused(400, nobody.login("alice", ""));
    }

    @Test
    void tooManyFailuresSlowAnAccountDown() {
        try (TaskProgressServer own = TaskProgressServer.start()) {
            TaskProgressClient guesser = own.asNobody();
            for (int i = 0; i < 10; i++) {
                assertRefused(401, guesser.login("alice", "guess-" + i));
            }
            Answer slowed = guesser.login("alice", "demo-alice");
            assertRefused(429, slowed);
            assertThat(Integer.parseInt(slowed.header("Retry-After"))).isBetween(1, 60);
        }
    }

    @Test
    void theCookieIsOnlyForTheBrowserItself() {
        Answer answer = nobody.login("alice", "demo-alice");

        assertThat(answer.header("Set-Cookie"))
                .startsWith(COOKIE + "=" + answer.json().getString("access_token"))
                .containsIgnoringCase("HttpOnly")
                .containsIgnoringCase("SameSite=Strict")
                .containsIgnoringCase("Path=/")
                .doesNotContainIgnoringCase("Secure");
        assertThat(answer.json().getString("token_type")).isEqualTo("Bearer");
        assertThat(answer.json().getInt("expires_in")).isPositive();
    }

    @Test
    void aRequestWithTheCookieMustComeFromThisSite() {
        String cancel = "/api/v1/tasks/" + alices + "/cancel";
        HttpRequest.Builder bare = cookiePost(cancel);

        assertRefused(403, nobody.send(bare.copy()));
        assertRefused(403, nobody.send(bare.copy().header("Origin", "https://evil.example")));
        assertRefused(403, nobody.send(bare.copy().header("Origin", "null")));
        assertRefused(403, nobody.send(bare.copy().header("Sec-Fetch-Site", "cross-site")));
        assertRefused(409, nobody.send(bare.copy().header("Origin", server.url())));
        assertRefused(409, nobody.send(bare.copy().header("Sec-Fetch-Site", "same-origin")));
    }

    @Test
    void signingOutTakesTheCookieAway() {
        Answer answer = nobody.send(cookiePost("/api/auth/logout").header("Origin", server.url()));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Set-Cookie")).contains(COOKIE + "=").containsIgnoringCase("Max-Age=0");
    }

    @Test
    void onlyATokenOfThisIssuerThatHasNotExpiredIsGood() throws Exception {
        RSAKey key = keyOfTheServer();
        JWTClaimsSet good = claims(Instant.now().plusSeconds(600)).build();

        assertThat(with(signed(key, good)).get("/api/v1/tasks").status()).isEqualTo(200);
        assertRefused(
                401,
                with(signed(key, claims(Instant.now().minusSeconds(60)).build()))
                        .get("/api/v1/tasks"));
        assertRefused(
                401,
                with(signed(
                                key,
                                claims(Instant.now().plusSeconds(600))
                                        .issuer("urn:another")
                                        .build()))
                        .get("/api/v1/tasks"));
        assertRefused(
                401,
                with(signed(
                                key,
                                claims(Instant.now().plusSeconds(600))
                                        .audience("another")
                                        .build()))
                        .get("/api/v1/tasks"));
        RSAKey another = new RSAKeyGenerator(2048).keyID(key.getKeyID()).generate();
        assertRefused(401, with(signed(another, good)).get("/api/v1/tasks"));
        assertRefused(401, with(new PlainJWT(good).serialize()).get("/api/v1/tasks"));
    }

    @Test
    void aStreamEndsWithItsToken() throws Exception {
        String token =
                signed(keyOfTheServer(), claims(Instant.now().plusSeconds(5)).build());
        try (SseRecorder stream =
                with(token).streamAt("/api/v1/tasks/stream?all=true").open()) {
            assertThat(stream.status()).isEqualTo(200);
            var events = stream.awaitEnd();
            assertThat(events.get(events.size() - 1).event()).isEqualTo("expired");
        }
    }

    @Test
    void aTaskCanBeAskedForWithItsETag() {
        Answer first = alice.get("/api/v1/tasks/" + alices);
        Answer again =
                alice.send(alice.request("/api/v1/tasks/" + alices).header("If-None-Match", first.header("ETag")));

        assertThat(again.status()).isEqualTo(304);
    }

    @Test
    void whatIsNotThereIsAProblemToo() {
        assertRefused(404, alice.get("/api/v1/nothing"));
        assertRefused(405, alice.delete("/api/v1/tasks"));
        assertRefused(406, alice.send(alice.request("/api/v1/tasks").header("Accept", "image/png")));
        assertRefused(400, alice.get("/api/v1/tasks?limit=0"));
        assertRefused(400, alice.get("/api/v1/tasks?status=odd"));
        assertRefused(400, alice.get("/documents/search?q="));
        assertRefused(
                415,
                alice.send(alice.request("/api/auth/login")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}"))));
    }

    private static Answer withCookie(String route, String token) {
        return nobody.send(nobody.request(route).header("Cookie", COOKIE + "=" + token));
    }

    private static Answer withHeader(String route, String token) {
        return with(token).get(route);
    }

    private static TaskProgressClient with(String token) {
        return TaskProgressClient.withToken(server, token);
    }

    private static HttpRequest.Builder cookiePost(String route) {
        return nobody.request(route)
                .header("Cookie", COOKIE + "=" + alice.token())
                .POST(BodyPublishers.noBody());
    }

    private static List<String> listed(TaskProgressClient client, String filter) {
        return client
                .get("/api/v1/tasks?limit=200" + filter)
                .json()
                .getJsonArray("tasks")
                .getValuesAs(JsonObject.class)
                .stream()
                .map(task -> task.getString("task_id"))
                .toList();
    }

    private static void assertRefused(int status, Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.type()).as("%s", answer).isEqualTo("application/problem+json");
        assertThat(answer.json().getInt("status")).isEqualTo(status);
        assertThat(answer.json().getString("type")).isNotBlank();
    }

    private static RSAKey keyOfTheServer() throws IOException, ParseException {
        return RSAKey.parse(Files.readString(server.data().resolve("keys").resolve("signing-key.jwk")));
    }

    private static JWTClaimsSet.Builder claims(Instant expiry) {
        return new JWTClaimsSet.Builder()
                .issuer("urn:task-progress")
                .audience("task-progress")
                .subject("alice")
                .claim("upn", "alice")
                .claim("groups", List.of("user"))
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(expiry.minus(Duration.ofHours(1))))
                .expirationTime(Date.from(expiry));
    }

    private static String signed(RSAKey key, JWTClaimsSet claims) throws JOSEException {
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }
}
