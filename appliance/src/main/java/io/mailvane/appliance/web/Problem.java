package io.mailvane.appliance.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;

/**
 * An error as it is told (RFC 9457).
 *
 * @param detail one sentence for who asked; nothing of our inside
 * @param problems each of several, of a configuration or of messages; otherwise empty, and not written
 */
record Problem(
        String type,
        String title,
        int status,
        String detail,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> problems) {
    static final String MEDIA_TYPE = "application/problem+json";

    Problem {
        problems = List.copyOf(problems);
    }

    static Problem of(Response.StatusType status, String detail) {
        return new Problem("about:blank", status.getReasonPhrase(), status.getStatusCode(), detail, List.of());
    }

    Problem with(List<String> all) {
        return new Problem(type, title, status, detail, all);
    }

    Response response() {
        var response = Response.status(status).type(MEDIA_TYPE).entity(this);
        if (status == Response.Status.UNAUTHORIZED.getStatusCode()) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"mailvane\"");
        }
        return response.build();
    }

    WebApplicationException exception() {
        return new WebApplicationException(detail, response());
    }

    static WebApplicationException badRequest(String detail) {
        return of(Response.Status.BAD_REQUEST, detail).exception();
    }

    static WebApplicationException notFound(String detail) {
        return of(Response.Status.NOT_FOUND, detail).exception();
    }
}
