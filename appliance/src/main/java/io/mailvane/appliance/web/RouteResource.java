package io.mailvane.appliance.web;

import io.mailvane.outbound.Explanation;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The route decision, dry. */
@Path("/api/v1/route/explain")
@Produces(MediaType.APPLICATION_JSON)
public final class RouteResource {
    private final WebParts parts;

    RouteResource(WebParts parts) {
        this.parts = parts;
    }

    /** What would be done, and what was looked at. */
    public record ExplainAnswer(
            String provider,
            String decision,
            Optional<String> chosen,
            Optional<Instant> until,
            List<CandidateAnswer> candidates) {
        /** Whether it would be returned to its sender at once: the only candidate says so, and no way was looked for. */
        public boolean fails() {
            return candidates.stream()
                    .limit(1)
                    .flatMap(only -> only.reasons().stream().limit(1))
                    .anyMatch(first -> first.startsWith("fails: "));
        }
    }

    /** One way. */
    public record CandidateAnswer(String route, String kind, String tier, boolean eligible, List<String> reasons) {}

    @GET
    public Response explain(
            @Context UriInfo uri,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("class") @Nullable String mailClass) {
        Parameters.requireKnown(uri.getQueryParameters(), List.of("from", "to", "class"));
        if (to == null) {
            throw Problem.badRequest("to is missing: ?from=MAILBOX&to=MAILBOX");
        }
        return Response.ok(explained(parts, RouteQuestion.of(from, to, mailClass)))
                .build();
    }

    static ExplainAnswer explained(WebParts parts, RouteQuestion asked) {
        return answer(parts.explain().explain(asked.reversePath(), asked.recipient(), asked.chosenClass()));
    }

    private static ExplainAnswer answer(Explanation explanation) {
        return new ExplainAnswer(
                explanation.provider(),
                explanation.decision().name().toLowerCase(Locale.ROOT),
                explanation.chosen(),
                explanation.until(),
                explanation.candidates().stream()
                        .map(candidate -> new CandidateAnswer(
                                candidate.route(),
                                candidate.kind().name().toLowerCase(Locale.ROOT),
                                candidate.tier(),
                                candidate.eligible(),
                                candidate.reasons()))
                        .toList());
    }
}
