package io.mailvane.appliance.web;

import io.mailvane.mail.LogLine;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever a resource throws, or Jersey for want of one, becomes a {@link Problem}. */
final class Faults implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    @Override
    public Response toResponse(Throwable thrown) {
        if (thrown instanceof WebApplicationException refused) {
            return refused.getResponse().hasEntity() ? refused.getResponse() : described(refused.getResponse());
        }
        return fault(thrown).response();
    }

    /** Jersey's own refusals: its texts are for programmers, so ours stand in. */
    private static Response described(Response bare) {
        var problem = Problem.of(bare.getStatusInfo(), detail(bare.getStatus()));
        var described = Response.fromResponse(problem.response());
        if (bare.getHeaderString(HttpHeaders.ALLOW) != null) {
            described.header(HttpHeaders.ALLOW, bare.getHeaderString(HttpHeaders.ALLOW));
        }
        return described.build();
    }

    private static String detail(int status) {
        return switch (status) {
            case 404 -> "nothing is found at this path";
            case 405 -> "this path does not take this method";
            case 406 -> "the answer has none of the accepted types";
            default -> "the request cannot be answered";
        };
    }

    /** A fault of ours: the log has the cause, the client learns that it happened. */
    static Problem fault(Throwable cause) {
        LOG.error("{}", LogLine.event("alarm").field("what", "http-fault").field("reason", cause), cause);
        return Problem.of(
                Response.Status.INTERNAL_SERVER_ERROR,
                "a fault of this node; its log has the cause as what=http-fault");
    }
}
