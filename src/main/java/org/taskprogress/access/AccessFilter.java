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
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.taskprogress.problem.Problem;
import org.taskprogress.problem.ProblemException;
import org.taskprogress.problem.ProblemWriter;

/**
 * Lets nobody pass who has not shown a good token. It asks the container to verify the token (MicroProfile JWT, header or cookie)
 * rather than declaring constraints in {@code web.xml}, so that a refusal is problem+json and decided in one place.
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

    private final transient CurrentCaller currentCaller;

    @Inject
    AccessFilter(CurrentCaller currentCaller) {
        this.currentCaller = currentCaller;
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
                currentCaller.set(authenticate(request, response));
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
