package io.mailvane.appliance.web;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** What load balancers and supervisors ask. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {
    private final WebParts parts;

    HealthResource(WebParts parts) {
        this.parts = parts;
    }

    /** Whether mail is taken, and if not, why. */
    record ReadyAnswer(boolean ready, List<String> reasons) {}

    /** The process answers: that is all that is said. */
    @GET
    @Path("healthz")
    @Produces(MediaType.TEXT_PLAIN)
    public String alive() {
        return "ok\n";
    }

    @GET
    @Path("readyz")
    public Response ready() {
        var status = parts.status().get();
        boolean ready = status.state() == NodeStatus.State.ACCEPTING;
        return Response.status(ready ? Response.Status.OK : Response.Status.SERVICE_UNAVAILABLE)
                .entity(new ReadyAnswer(ready, status.reasons()))
                .build();
    }
}
