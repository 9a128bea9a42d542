package org.taskprogress.access;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.taskprogress.testing.FakeRequest;
import org.taskprogress.testing.FakeResponse;
import org.taskprogress.testing.TestDatabase;

/** What is decided before any token is looked at; a status of 200 here means that the request was let through. */
class AccessFilterTest {

    private static final String LOGOUT = "/api/auth/logout";

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    private final StreamTickets tickets = new StreamTickets(database.jdbi(), Clock.systemUTC());
    private final FakeResponse response = new FakeResponse();
    private final AtomicBoolean passed = new AtomicBoolean();

    @BeforeAll
    static void openDatabase() {
        database = TestDatabase.h2();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    private int answerTo(FakeRequest request) throws IOException, ServletException {
        new AccessFilter(new CurrentCaller(), tickets)
                .doFilter(request.build(), response.asServlet(), (through, answer) -> passed.set(true));
        assertThat(passed.get()).isEqualTo(response.status() == 200);
        return response.status();
    }

    private static FakeRequest byCookie(String method) {
        return new FakeRequest(method, LOGOUT).cookie(AccessFilter.COOKIE, "t").header("Host", "tasks.example:9080");
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token=x", "a=b&token=x", "jwt", "access_token"})
    void refusesATokenInTheUrl(String query) throws Exception {
        assertThat(answerTo(new FakeRequest("GET", LOGOUT + "?" + query))).isEqualTo(400);
        assertThat(response.json().toString()).doesNotContain("=x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens=x", "q=access_token", "ticket=abc"})
    void takesOtherParameters(String query) throws Exception {
        assertThat(answerTo(new FakeRequest("GET", LOGOUT + "?" + query))).isEqualTo(200);
    }

    @Test
    void refusesWhoShowsNothing() throws Exception {
        assertThat(answerTo(new FakeRequest("GET", "/api/v1/tasks"))).isEqualTo(401);
        assertThat(response.header("WWW-Authenticate")).contains("Bearer");
        assertThat(response.header("Content-Type")).contains("application/problem+json");
    }

    @Test
    void aPageOfThisSiteMayUseTheCookie() throws Exception {
        assertThat(answerTo(byCookie("POST").header("Origin", "http://tasks.example:9080")))
                .isEqualTo(200);
    }

    @Test
    void aProxyMayEndTls() throws Exception {
        assertThat(answerTo(byCookie("POST").header("Origin", "https://TASKS.example:9080")))
                .isEqualTo(200);
    }

    @Test
    void theBrowsersOwnWordIsEnoughWithoutAnOrigin() throws Exception {
        assertThat(answerTo(byCookie("POST").header("Sec-Fetch-Site", "same-origin")))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "http://tasks.example",
                "http://tasks.example:9080.evil.example",
                "http://evil.example@tasks.example:9080",
                "null",
                "",
                "%%"
            })
    void aPageOfAnotherSiteMayNot(String origin) throws Exception {
        assertThat(answerTo(byCookie("POST").header("Origin", origin))).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void everyUnsafeMethodNeedsAnOrigin(String method) throws Exception {
        assertThat(answerTo(byCookie(method))).isEqualTo(403);
    }

    @Test
    void readingNeedsNone() throws Exception {
        assertThat(answerTo(byCookie("GET").header("Origin", "http://evil.example")))
                .isEqualTo(200);
    }

    @Test
    void whoSendsTheTokenItselfIsNoBrowserThatWasTricked() throws Exception {
        assertThat(answerTo(byCookie("POST").header("Authorization", "Bearer abc")))
                .isEqualTo(200);
    }

    @Test
    void anotherAuthorizationDoesNotMakeTheCookieSafe() throws Exception {
        assertThat(answerTo(byCookie("POST").header("Authorization", "Basic YTpi")))
                .isEqualTo(403);
    }

    private String ticket() {
        Instant expiresAt = Instant.now().plusSeconds(60);
        return tickets.issue(new Caller("alice", Set.of(Role.USER), expiresAt)).text();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/tasks/stream?all=true&ticket=",
                "/progress/documents/x/stream?ticket=",
                "/any/stream?ticket="
            })
    void aTicketOpensAStreamOnce(String stream) throws Exception {
        String ticket = ticket();
        assertThat(answerTo(new FakeRequest("GET", stream + ticket))).isEqualTo(200);
        passed.set(false);
        assertThat(answerTo(new FakeRequest("GET", stream + ticket))).isEqualTo(401);
        assertThat(response.header("WWW-Authenticate")).contains("Bearer");
        assertThat(response.json().toString()).doesNotContain(ticket);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "%%%", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void aBadTicketOpensNothingWhateverTheCookieSays(String ticket) throws Exception {
        var request = new FakeRequest("GET", "/api/v1/tasks/stream?ticket=" + ticket);
        assertThat(answerTo(request.cookie(AccessFilter.COOKIE, "t"))).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/tasks",
        "POST,/api/v1/tasks/stream",
        "DELETE,/api/v1/tasks/stream",
        "GET,/api/v1/tasks/streams"
    })
    void aTicketIsGoodForNothingElse(String method, String path) throws Exception {
        String ticket = ticket();
        assertThat(answerTo(new FakeRequest(method, path + "?ticket=" + ticket)))
                .isEqualTo(401);
        assertThat(tickets.redeem(ticket)).isPresent();
    }

    @Test
    void aHeaderWinsOverATicketWhichStaysGood() throws Exception {
        String ticket = ticket();
        var request =
                new FakeRequest("GET", "/api/v1/tasks/stream?ticket=" + ticket).header("Authorization", "Bearer x");
        assertThat(answerTo(request)).isEqualTo(401);
        assertThat(tickets.redeem(ticket)).isPresent();
    }
}
