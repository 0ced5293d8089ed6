package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.AddressAnswer;
import io.mailvane.appliance.reputation.CellAnswer;
import io.mailvane.appliance.reputation.EventAnswer;
import io.mailvane.appliance.reputation.ReputationAnswer;
import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.HistoryFilter;
import io.mailvane.dnsbl.Mute;
import io.mailvane.dnsbl.Operation;
import io.mailvane.dnsbl.Recheck;
import io.mailvane.dnsbl.Unmute;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the DNSBLs say of our addresses, of all nodes; and an operator's orders about those of this one. */
@Path("/api/v1/reputation")
@Produces(MediaType.APPLICATION_JSON)
public final class ReputationResource {
    private static final int MOST = 1000;
    private static final int USUAL = 100;
    private static final Duration LONGEST_MUTE = Duration.ofDays(90);

    private final WebParts parts;
    private final Pair pair;

    ReputationResource(WebParts parts, Pair pair) {
        this.parts = parts;
        this.pair = pair;
    }

    /** Newest first. */
    record HistoryAnswer(List<EventAnswer> events) {}

    /** What was begun or done. */
    record OrderAnswer(String state) {}

    /**
     * @param until when it ends by itself
     * @param who says so
     */
    record MuteRequest(
            @Nullable Instant until,
            @Nullable String reason,
            @Nullable String who) {}

    @GET
    public Response reputation(@Context UriInfo uri, @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known) {
        Parameters.requireKnown(uri.getQueryParameters(), List.of());
        var reputation = pair.reputation();
        var tag = reputation.tag();
        var answer = tag.equals(known) ? Response.notModified() : Response.ok(ReputationAnswer.of(reputation));
        return answer.header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }

    @GET
    @Path("history")
    public Response history(
            @Context UriInfo uri,
            @QueryParam("since") @Nullable String since,
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("subject") @Nullable String subject,
            @QueryParam("object") @Nullable String object,
            @QueryParam("limit") @Nullable String limit) {
        Parameters.requireKnown(uri.getQueryParameters(), List.of("since", "kind", "subject", "object", "limit"));
        Optional.ofNullable(subject).ifPresent(this::requireNotAPeers);
        return history(filter(
                since,
                kind == null ? Set.of() : Set.of(kind(kind)),
                Optional.ofNullable(subject),
                Optional.ofNullable(object),
                limit));
    }

    private static HistoryFilter filter(
            @Nullable String since,
            Set<HistoryEvent.Kind> kinds,
            Optional<String> subject,
            Optional<String> object,
            @Nullable String limit) {
        return new HistoryFilter(
                Optional.ofNullable(since).map(text -> instant("since", text)),
                kinds,
                subject,
                object,
                limit == null ? USUAL : limit(limit));
    }

    private Response history(HistoryFilter filter) {
        return Response.ok(new HistoryAnswer(parts.reputation().events(filter))).build();
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw Problem.badRequest(name + " is no time such as 2026-03-01T12:00:00Z");
        }
    }

    private static HistoryEvent.Kind kind(String text) {
        return Stream.of(HistoryEvent.Kind.values())
                .filter(kind -> kind.toString().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Problem.badRequest("unknown kind " + text + "; known: "
                        + Stream.of(HistoryEvent.Kind.values())
                                .map(HistoryEvent.Kind::toString)
                                .collect(Collectors.joining(" "))));
    }

    private static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw Problem.badRequest("limit is no number from 1 to " + MOST);
        }
        throw Problem.badRequest("limit is not within 1 and " + MOST);
    }

    @GET
    @Path("cells/{ip}/{list}")
    public Response cell(@PathParam("ip") String ip, @PathParam("list") String list, @Context UriInfo uri) {
        Parameters.requireKnown(uri.getQueryParameters(), List.of());
        return Response.ok(known(ip, list)).build();
    }

    private CellAnswer known(String ip, String list) {
        return pair.reputation().cell(ip, list).orElseThrow(ReputationResource::noCell);
    }

    private static RuntimeException noCell() {
        return Problem.notFound("no address of ours is asked for on such a list");
    }

    @GET
    @Path("cells/{ip}/{list}/history")
    public Response cellHistory(
            @PathParam("ip") String ip,
            @PathParam("list") String list,
            @Context UriInfo uri,
            @QueryParam("since") @Nullable String since,
            @QueryParam("limit") @Nullable String limit) {
        Parameters.requireKnown(uri.getQueryParameters(), List.of("since", "limit"));
        var cell = known(ip, list);
        requireOurs(cell.node());
        return history(filter(since, Set.of(), Optional.of(ip), Optional.of(list), limit));
    }

    /** An empty history would say that nothing ever happened to it. What nobody has now may have been ours. */
    private void requireNotAPeers(String address) {
        var nodes = pair.reputation().addresses().stream()
                .filter(each -> each.ip().equals(address))
                .map(AddressAnswer::node)
                .toList();
        if (!nodes.contains(ourNode())) {
            nodes.forEach(this::requireOurs);
        }
    }

    private void requireOurs(String node) {
        if (!node.equals(ourNode())) {
            throw Problem.notFound("this address is of " + node + ": ask that node");
        }
    }

    private String ourNode() {
        return parts.reputation().monitored().node();
    }

    @POST
    @Path("cells/{ip}/{list}/recheck")
    public Response recheck(@PathParam("ip") String ip, @PathParam("list") String list, @Context UriInfo uri) {
        Parameters.requireKnown(uri.getQueryParameters(), List.of());
        var wish = parts.reputation().monitored().recheck(ip, list);
        return ordered(ip, list, wish.isPresent(), wish.map(Recheck::toString).orElse(""));
    }

    /** What peers told of is theirs: an order for it goes to them. */
    private Response ordered(String ip, String list, boolean known, String state) {
        if (known) {
            return Response.accepted(new OrderAnswer(state)).build();
        }
        var elsewhere = pair.reputation().cell(ip, list);
        if (elsewhere.isPresent()) {
            throw Problem.notFound("this address is of " + elsewhere.get().node() + ": tell that node");
        }
        throw noCell();
    }

    @POST
    @Path("cells/{ip}/{list}/mute")
    public Response mute(
            @PathParam("ip") String ip, @PathParam("list") String list, @Context UriInfo uri, byte[] body) {
        Parameters.requireKnown(uri.getQueryParameters(), List.of());
        var mute = mute(body);
        return ordered(ip, list, parts.reputation().monitored().mute(ip, list, mute), "muted");
    }

    private Mute mute(byte[] body) {
        try {
            var asked = Json.read(body, MuteRequest.class);
            var now = parts.clock().instant();
            if (asked.until() == null
                    || asked.until().isBefore(now)
                    || asked.until().isAfter(now.plus(LONGEST_MUTE))) {
                throw Problem.badRequest("until is missing, or not within the next " + LONGEST_MUTE.toDays() + " days");
            }
            if (asked.reason() == null || asked.reason().isBlank()) {
                throw Problem.badRequest("reason is missing: those who come later will ask for it");
            }
            return new Mute(asked.until(), asked.reason(), asked.who() == null ? "an operator" : asked.who());
        } catch (IOException e) {
            throw Problem.badRequest("the body is not {\"until\":TIME,\"reason\":TEXT,\"who\":TEXT}");
        }
    }

    @POST
    @Path("cells/{ip}/{list}/unmute")
    public Response unmute(@PathParam("ip") String ip, @PathParam("list") String list, @Context UriInfo uri) {
        Parameters.requireKnown(uri.getQueryParameters(), List.of());
        var done = parts.reputation().monitored().unmute(ip, list, "an operator");
        return ordered(ip, list, done.isPresent(), done.map(Unmute::toString).orElse(""));
    }

    @POST
    @Path("addresses/{source}/drain")
    public Response drain(@PathParam("source") String source, @Context UriInfo uri, byte[] body) {
        return operated(source, Operation.DRAIN, uri, body);
    }

    @POST
    @Path("addresses/{source}/disable")
    public Response disable(@PathParam("source") String source, @Context UriInfo uri, byte[] body) {
        return operated(source, Operation.DISABLE, uri, body);
    }

    @POST
    @Path("addresses/{source}/retire")
    public Response retire(@PathParam("source") String source, @Context UriInfo uri, byte[] body) {
        return operated(source, Operation.RETIRE, uri, body);
    }

    @POST
    @Path("addresses/{source}/enable")
    public Response enable(@PathParam("source") String source, @Context UriInfo uri, byte[] body) {
        return operated(source, Operation.ENABLE, uri, body);
    }

    private Response operated(String source, Operation operation, UriInfo uri, byte[] body) {
        Parameters.requireKnown(uri.getQueryParameters(), List.of());
        var orders = new AddressOrders(parts, pair);
        return Response.accepted(orders.order(source, operation, AddressOrders.Request.read(body)))
                .build();
    }
}
