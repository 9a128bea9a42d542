package org.taskprogress;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.auth.LoginConfig;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeIn;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** The Jakarta REST application; its paths are in {@code web.xml}, its resources are found by their annotations. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Task Progress",
                        version = "1",
                        description =
                                "Shows people, live, how far their long-running work is. Every error is problem+json (RFC 9457)."),
        security = {@SecurityRequirement(name = "bearer"), @SecurityRequirement(name = "cookie")},
        components =
                @Components(
                        securitySchemes = {
                            @SecurityScheme(
                                    securitySchemeName = "bearer",
                                    type = SecuritySchemeType.HTTP,
                                    scheme = "bearer",
                                    bearerFormat = "JWT"),
                            @SecurityScheme(
                                    securitySchemeName = "cookie",
                                    type = SecuritySchemeType.APIKEY,
                                    in = SecuritySchemeIn.COOKIE,
                                    apiKeyName = "task_progress_token")
                        }))
@LoginConfig(authMethod = "MP-JWT", realmName = "task-progress")
public class TaskProgressApplication extends Application {}
