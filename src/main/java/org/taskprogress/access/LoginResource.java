package org.taskprogress.access;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.NewCookie.SameSite;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.taskprogress.problem.ProblemException;

/** Signing in and out with the built-in issuer. */
@Path("/api/auth")
@Tag(name = "Sign-in")
public class LoginResource {

    private static final int MAX_FIELD = 200;

    private final BuiltInIssuer issuer;
    private final HttpServletRequest request;

    @Inject
    public LoginResource(BuiltInIssuer issuer, @Context HttpServletRequest request) {
        this.issuer = issuer;
        this.request = request;
    }

    /** A token, in the answer and as a cookie that scripts can't read. */
    @POST
    @Path("login")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(MediaType.APPLICATION_JSON)
    public Response login(
            @FormParam("username") @Nullable String username, @FormParam("password") @Nullable String password) {
        String token = issuer.signIn(
                required("username", username), required("password", password).toCharArray(), request.getRemoteAddr());
        JsonObject answer = Json.createObjectBuilder()
                .add("access_token", token)
                .add("token_type", "Bearer")
                .add("expires_in", issuer.lifetime().toSeconds())
                .build();
        return Response.ok(answer)
                .cookie(cookie(token, (int) issuer.lifetime().toSeconds()))
                .header("Cache-Control", "no-store")
                .build();
    }

    /** Takes the cookie away. */
    @POST
    @Path("logout")
    public Response logout() {
        return Response.noContent().cookie(cookie("", 0)).build();
    }

    /** The public keys of the built-in issuer (RFC 7517). */
    @GET
    @Path("jwks")
    @Produces(MediaType.APPLICATION_JSON)
    public String keys() {
        return issuer.publicKeys().toString();
    }

    private NewCookie cookie(String value, int maxAgeSeconds) {
        return new NewCookie.Builder(AccessFilter.COOKIE)
                .value(value)
                .path("/")
                .maxAge(maxAgeSeconds)
                .httpOnly(true)
                .secure(request.isSecure())
                .sameSite(SameSite.STRICT)
                .build();
    }

    private static String required(String field, @Nullable String value) {
        if (value == null || value.isEmpty() || value.length() > MAX_FIELD) {
            throw ProblemException.badField(field, "is required, with at most " + MAX_FIELD + " characters");
        }
        return value;
    }
}
