package org.taskprogress.access;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jdbi.v3.core.ConnectionException;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.problem.ProblemWriter;

/**
 * Lets nobody pass who has not shown a good token. It asks the container to verify the token (MicroProfile JWT, header or cookie)
 * rather than declaring constraints in {@code web.xml}, so that a refusal is problem+json and decided in one place. A stream may be
 * opened by a ticket instead: a header wins over it, and it wins over the cookie, which a browser sends unasked.
 */
public class AccessFilter extends HttpFilter {

    /** The cookie with the token, for {@code EventSource}, which can't set headers. */
    static final String COOKIE = "task_progress_token";

    private static final long serialVersionUID = 1L;
    private static final String LOGIN_PATH = "/api/auth/login";
    private static final long MAX_LOGIN_FORM = 16 * 1024;
    private static final int MAX_SUBJECT = 255;
    private static final Set<String> OPEN_PATHS = Set.of(LOGIN_PATH, "/api/auth/logout", BuiltInIssuer.JWKS_PATH);
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> TOKEN_PARAMETERS = Set.of("access_token", "token", "jwt");

    private static final Set<String> STREAMED_METHODS = Set.of("GET", "HEAD");
    private static final String TICKET_PARAMETER = "ticket=";
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final System.Logger LOG = System.getLogger(AccessFilter.class.getName());

    private final transient CurrentCaller currentCaller;
    private final transient StreamTickets tickets;

    @Inject
    AccessFilter(CurrentCaller currentCaller, StreamTickets tickets) {
        this.currentCaller = currentCaller;
        this.tickets = tickets;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            refuseTokenInUrl(request);
            if (request.getRequestURI().equals(LOGIN_PATH)) {
                refuseLargeForm(request);
            } else {
                refuseForgedRequest(request);
            }
            if (!OPEN_PATHS.contains(request.getRequestURI())) {
                Optional<String> ticket = ticket(request);
                currentCaller.set(ticket.isPresent() ? redeem(ticket.get()) : authenticate(request, response));
            }
        } catch (ProblemException refusal) {
            ProblemWriter.write(refusal, request, response);
            return;
        }
        chain.doFilter(request, response);
    }

    /** URLs end in logs and histories; a token there is a leak, whatever else is right about the request. */
    private static void refuseTokenInUrl(HttpServletRequest request) {
        String query = request.getQueryString();
        if (query == null) {
            return;
        }
        boolean token = Arrays.stream(query.split("&"))
                .map(parameter -> parameter.replaceFirst("=.*", ""))
                .anyMatch(TOKEN_PARAMETERS::contains);
        if (token) {
            throw ProblemException.badField(
                    "access_token", "a token never goes into a URL; send it as a header, or use a stream ticket");
        }
    }

    /** The ticket that counts: of a stream, which is what each path ends in that has one, where no header says who calls. */
    private static Optional<String> ticket(HttpServletRequest request) {
        String query = request.getQueryString();
        boolean stream = STREAMED_METHODS.contains(request.getMethod())
                && request.getRequestURI().endsWith("/stream");
        if (query == null || !stream || request.getHeader("Authorization") != null) {
            return Optional.empty();
        }
        return Arrays.stream(query.split("&"))
                .filter(parameter -> parameter.startsWith(TICKET_PARAMETER))
                .map(parameter -> parameter.substring(TICKET_PARAMETER.length()))
                .findFirst();
    }

    private Caller redeem(String ticket) {
        try {
            return tickets.redeem(ticket)
                    .orElseThrow(() -> ProblemException.of(
                            Problem.Type.UNAUTHORIZED,
                            "This ticket was used, has expired, or is none; get a new one."));
        } catch (ConnectionException away) {
            LOG.log(System.Logger.Level.WARNING, "the database can't be reached: " + away.getMessage());
            throw ProblemException.retryLater(Problem.Type.UNAVAILABLE, "The database is away at the moment.", SOON);
        }
    }

    /** Anybody may send this form, and all of it is read before it is looked at. */
    private static void refuseLargeForm(HttpServletRequest request) {
        if (request.getContentLengthLong() > MAX_LOGIN_FORM) {
            throw ProblemException.of(Problem.Type.TOO_LARGE, "This is more than a name and a password.");
        }
        if (request.getContentLengthLong() < 0 && request.getMethod().equals("POST")) {
            throw ProblemException.of(Problem.Type.LENGTH_REQUIRED, "Say how long the form is (Content-Length).");
        }
    }

    /** A browser sends the cookie along with a form of any site: then the request must come from our own pages. */
    private static void refuseForgedRequest(HttpServletRequest request) {
        boolean byCookie = !hasBearerToken(request) && hasCookie(request);
        if (byCookie && !SAFE_METHODS.contains(request.getMethod()) && !isSameOrigin(request)) {
            throw ProblemException.of(
                    Problem.Type.FORBIDDEN, "A request with the sign-in cookie must come from a page of this site.");
        }
    }

    /** As the server decides which of the two tokens counts: any other authorization leaves it with the cookie. */
    private static boolean hasBearerToken(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        return authorization != null && authorization.contains("Bearer");
    }

    private static boolean hasCookie(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies != null
                && Arrays.stream(cookies).anyMatch(cookie -> cookie.getName().equals(COOKIE));
    }

    private static boolean isSameOrigin(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        if (origin == null) {
            return "same-origin".equals(request.getHeader("Sec-Fetch-Site"));
        }
        try {
            // Behind a proxy that ends TLS the scheme differs, so the authority decides.
            return String.valueOf(request.getHeader("Host"))
                    .equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException noUri) {
            return false;
        }
    }

    private static Caller authenticate(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        if (request.getHeader("Authorization") == null && !hasCookie(request)) {
            response.setHeader("WWW-Authenticate", "Bearer realm=\"task-progress\"");
            throw ProblemException.of(Problem.Type.UNAUTHORIZED, "Sign in, or send a token.");
        }
        if (!request.authenticate(response) || !(request.getUserPrincipal() instanceof JsonWebToken token)) {
            throw ProblemException.of(
                    Problem.Type.UNAUTHORIZED, "Sign in, or send a valid token that has not expired.");
        }
        String subject = token.getSubject();
        if (subject == null
                || subject.isBlank()
                || subject.length() > MAX_SUBJECT
                || subject.chars().anyMatch(Character::isISOControl)) {
            throw ProblemException.of(
                    Problem.Type.UNAUTHORIZED,
                    "The token does not say whose it is (sub), in at most " + MAX_SUBJECT + " characters.");
        }
        Set<String> groups = token.getGroups();
        Set<Role> roles = (groups == null ? Stream.<String>empty() : groups.stream())
                .flatMap(group -> Role.ofGroup(group).stream())
                .collect(Collectors.toUnmodifiableSet());
        return new Caller(subject, roles, Instant.ofEpochSecond(token.getExpirationTime()));
    }
}
