package io.mailvane.appliance.web;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** All that a node answers over HTTP, described for programs (OpenAPI 3.1). */
@Path("/openapi.json")
public final class OpenApiResource {
    private final PackagedFile description = PackagedFile.read("openapi.json");

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public String describe() {
        return description.text();
    }
}
