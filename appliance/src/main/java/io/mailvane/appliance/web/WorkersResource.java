package io.mailvane.appliance.web;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The scan workers. */
@Path("/api/v1/workers")
@Produces(MediaType.APPLICATION_JSON)
public final class WorkersResource {
    private final WebParts parts;

    WorkersResource(WebParts parts) {
        this.parts = parts;
    }

    @GET
    public Response workers() {
        return Response.ok(WorkersAnswer.of(parts.workers().get())).build();
    }
}
