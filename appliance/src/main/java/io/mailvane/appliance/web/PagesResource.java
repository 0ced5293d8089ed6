package io.mailvane.appliance.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.mailvane.mail.MessageState;
import io.mailvane.queue.MessageDetail;
import io.mailvane.queue.QueueFilter;
import io.mailvane.storage.VolumeState;
import io.mailvane.storage.VolumeStatus;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The pages; each is whole without JavaScript, and with it shows what happens. */
@Path("/")
@Produces(MediaType.TEXT_HTML + ";charset=utf-8")
public final class PagesResource {
    /** Characters that turn the direction of what stands beside them (UAX #9): others wrote them, and a page has none of its own. */
    private static final Pattern TURNING =
            Pattern.compile("[\\x{61c}\\x{200e}\\x{200f}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]");

    private static final int RECENT = 20;
    private static final int WAITING = 5;
    private static final int PAGE = 50;

    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);
    private final PackagedFile style = PackagedFile.read("style.css");
    private final PackagedFile live = PackagedFile.read("live.js");
    private final PackagedFile operate = PackagedFile.read("reputation.js");
    private final WebParts parts;
    private final PeerWatch peers;
    private final ReputationPages reputation;
    private final AddressOrders orders;

    PagesResource(WebParts parts, PeerWatch peers) {
        this.parts = parts;
        this.peers = peers;
        var pair = new Pair(parts, peers);
        this.reputation = new ReputationPages(parts, pair);
        this.orders = new AddressOrders(parts, pair);
    }

    @GET
    public Response start() throws IOException {
        var status = parts.status().get();
        var views = peers.views();
        var volume = parts.volume().get();
        var scans = parts.scans().get();
        return page(
                "start.jte",
                new StartPage(
                        head(status.node()),
                        Stream.concat(alarms(status, volume, views).stream(), scans.alarm().stream())
                                .toList(),
                        status,
                        counts(),
                        scans.sentence(parts.queue().counts().toScan()),
                        VolumeAnswer.of(volume),
                        TrafficAnswer.of(parts.traffic().get()),
                        views,
                        rows(parts.queue().list(QueueFilter.ALL, Optional.empty(), WAITING)),
                        rows(parts.queue().recent(RECENT))));
    }

    private static List<String> alarms(NodeStatus status, VolumeStatus volume, List<PeerView> peers) {
        var alarms = new ArrayList<>(status.reasons());
        if (volume.state() == VolumeState.DEGRADED) {
            volume.reasons().forEach(reason -> alarms.add("Volume: " + reason));
        }
        for (var peer : peers) {
            if (!peer.up()) {
                alarms.add(
                        "Peer " + peer.node() + " is unreachable" + (peer.why().isEmpty() ? "" : ": " + peer.why()));
            }
            peer.snapshot()
                    .filter(_ -> peer.up())
                    .ifPresent(heard ->
                            heard.reasons().forEach(reason -> alarms.add("Peer " + peer.node() + ": " + reason)));
        }
        return alarms;
    }

    private static List<MessageRow> rows(List<MessageDetail> messages) {
        return messages.stream().map(MessageAnswer::of).map(MessageRow::of).toList();
    }

    private PageHead head(String title) {
        return PageHead.of(title, parts.status().get(), parts.clock().instant());
    }

    private CountsAnswer counts() {
        return CountsAnswer.of(
                parts.status().get().node(),
                parts.clock().instant(),
                parts.queue().counts());
    }

    @GET
    @Path("queue")
    public Response queue(@Context UriInfo uri) throws IOException {
        try {
            return page("queue.jte", queuePage(uri));
        } catch (WebApplicationException e) {
            return problem("No such filter", e);
        }
    }

    private QueuePage queuePage(UriInfo uri) throws IOException {
        var query = QueueQuery.of(uri.getQueryParameters(), PAGE);
        var page = QueueResource.page(parts.queue(), query);
        return new QueuePage(
                head("Queue"),
                counts(),
                page.messages().stream().map(MessageRow::of).toList(),
                form(uri),
                query.after().map(_ -> query(uri)),
                page.next().map(next -> query(uri, next)),
                Stream.of(MessageState.values()).map(MessageState::label).toList());
    }

    private static Map<String, String> form(UriInfo uri) {
        var form = new LinkedHashMap<String, String>();
        for (var name : List.of("sender", "recipient", "domain", "state")) {
            form.put(name, Objects.requireNonNullElse(uri.getQueryParameters().getFirst(name), ""));
        }
        return form;
    }

    /** The same filter from {@code after} on; from the beginning if there is none. */
    private static String query(UriInfo uri, Object... after) {
        return Objects.requireNonNullElse(
                uri.getRequestUriBuilder()
                        .replaceQueryParam("after", after)
                        .build()
                        .getRawQuery(),
                "");
    }

    @GET
    @Path("queue/{qid}")
    public Response message(@PathParam("qid") String qid) throws IOException {
        try {
            var message = MessageAnswer.of(QueueResource.message(parts.queue(), qid));
            return page("message.jte", new MessagePage(head("Message " + qid), message));
        } catch (WebApplicationException e) {
            return problem("No such message", e);
        }
    }

    @GET
    @Path("workers")
    public Response workers() {
        return page(
                "workers.jte",
                new WorkersPage(
                        head("Workers"),
                        parts.scans().get().sentence(parts.queue().counts().toScan()),
                        parts.queue().counts().toScan(),
                        WorkersAnswer.of(parts.workers().get())));
    }

    @GET
    @Path("reputation")
    public Response reputation(
            @QueryParam("show") @Nullable String show,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("class") @Nullable String mailClass) {
        var asked = RouteQuestion.of(from, to, mailClass);
        return page("reputation.jte", reputation.page(head("Reputation"), show, asked));
    }

    @GET
    @Path("reputation/{ip}/{list}")
    public Response cell(@PathParam("ip") String ip, @PathParam("list") String list) {
        try {
            return page("cell.jte", reputation.cell(head(ip + " on " + list), ip, list));
        } catch (WebApplicationException e) {
            return problem("No such address or list", e);
        }
    }

    @GET
    @Path("reputation/addresses/{source}")
    public Response address(@PathParam("source") String source, @QueryParam("done") @Nullable String done) {
        try {
            var said = Objects.requireNonNullElse(done, "");
            return page("operate.jte", reputation.address(head("Address of " + source), source, said));
        } catch (WebApplicationException e) {
            return problem("No such address", e);
        }
    }

    /** As the page's form sends it without JavaScript; {@link Access} has seen its token. */
    @POST
    @Path("reputation/addresses/{source}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response order(
            @PathParam("source") String source,
            @FormParam("order") @Nullable String order,
            @FormParam("reason") @Nullable String reason,
            @FormParam("hours") @Nullable String hours,
            @FormParam("known") @Nullable String known) {
        try {
            var done = orders.order(source, order, reason, hours, known);
            var back = UriBuilder.fromPath("/reputation/addresses/{source}")
                    .queryParam("done", done.state())
                    .build(done.source());
            return Response.seeOther(back).build();
        } catch (WebApplicationException e) {
            return problem("Not done", e);
        }
    }

    @GET
    @Path("style.css")
    @Produces("text/css;charset=utf-8")
    public Response style() {
        return packaged(style);
    }

    @GET
    @Path("live.js")
    @Produces("text/javascript;charset=utf-8")
    public Response live() {
        return packaged(live);
    }

    @GET
    @Path("reputation.js")
    @Produces("text/javascript;charset=utf-8")
    public Response operate() {
        return packaged(operate);
    }

    private static Response packaged(PackagedFile file) {
        return Response.ok(file.text()).header("Cache-Control", "max-age=300").build();
    }

    private Response page(String template, Record page) {
        return Response.ok(render(template, page)).build();
    }

    /** Who followed a link wants a page, also when there is nothing to show. */
    private Response problem(String title, WebApplicationException refused) {
        return Response.status(refused.getResponse().getStatusInfo())
                .entity(problem(title, String.valueOf(refused.getMessage())))
                .build();
    }

    private String problem(String title, String detail) {
        return render("problem.jte", new ProblemPage(head(title), detail));
    }

    /** The page for whoever sent a form that {@link Access} refuses. */
    String refused(Problem problem) {
        return problem("Not done", problem.detail());
    }

    private String render(String template, Record page) {
        var html = new StringOutput(1 << 14);
        templates.render(template, page, html);
        return TURNING.matcher(html.toString()).replaceAll("\ufffd");
    }
}
