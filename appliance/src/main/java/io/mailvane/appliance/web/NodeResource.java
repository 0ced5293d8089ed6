package io.mailvane.appliance.web;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The node itself. */
@Path("/api/v1/node")
@Produces(MediaType.APPLICATION_JSON)
public final class NodeResource {
    private static final int UNPROCESSABLE = 422;
    private static final String ADOPT_BODY = "the body is not {\"partition\":\"DIRECTORY\"}";

    private final WebParts parts;
    private final PeerWatch peers;

    NodeResource(WebParts parts, PeerWatch peers) {
        this.parts = parts;
        this.peers = peers;
    }

    /** What was begun or done. */
    record DoneAnswer(String state) {}

    @GET
    public Response node() {
        var volume = VolumeAnswer.of(parts.volume().get());
        return Response.ok(NodeAnswer.of(parts.status().get(), parts.traffic().get(), peers.views(), volume))
                .build();
    }

    @GET
    @Path("snapshot")
    public Response snapshot() {
        var status = parts.status().get();
        var counts = CountsAnswer.of(
                status.node(), parts.clock().instant(), parts.queue().counts());
        return Response.ok(Snapshot.of(
                        status,
                        counts,
                        parts.traffic().get(),
                        parts.reputation().answer(),
                        parts.strikes().own().get()))
                .build();
    }

    @POST
    @Path("reload")
    public Response reload() {
        var problems = parts.operations().reload().get();
        if (problems.isEmpty()) {
            return Response.ok(new DoneAnswer("reloaded")).build();
        }
        var title = new Problem(
                "about:blank", "Unprocessable Content", UNPROCESSABLE, "the configuration stays as it was", problems);
        return title.response();
    }

    /** @param partition its directory's name on the volume */
    record AdoptRequest(Optional<String> partition) {}

    @POST
    @Path("adopt")
    public Response adopt(byte[] body) {
        return parts.operations()
                .adopt()
                .apply(partition(body))
                .map(why ->
                        new Problem("about:blank", "Unprocessable Content", UNPROCESSABLE, why, List.of()).response())
                .orElseGet(() -> Response.ok(new DoneAnswer("adopted")).build());
    }

    private static String partition(byte[] body) {
        try {
            return Json.read(body, AdoptRequest.class)
                    .partition()
                    .filter(name -> !name.isBlank())
                    .orElseThrow(() -> Problem.badRequest(ADOPT_BODY));
        } catch (IOException e) {
            throw Problem.badRequest(ADOPT_BODY);
        }
    }

    @POST
    @Path("drain")
    public Response drain() {
        parts.operations().drain().run();
        return Response.accepted(new DoneAnswer("draining")).build();
    }
}
