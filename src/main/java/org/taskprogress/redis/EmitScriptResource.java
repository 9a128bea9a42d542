package org.taskprogress.redis;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Gives the script to workers in any language that write to Redis themselves; it holds nothing secret. */
@Path("/redis/emit.lua")
@Tag(name = "Workers")
public class EmitScriptResource {

    @GET
    @Produces(MediaType.TEXT_PLAIN + ";charset=UTF-8")
    @Operation(summary = "The Lua script that records an event; its head says how to call it.")
    public String script() {
        return EmitScript.text();
    }
}
