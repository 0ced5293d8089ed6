package io.mailvane.appliance.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.mailvane.mail.MessageState;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The pages; each is whole without JavaScript. */
@Path("/")
@Produces(MediaType.TEXT_HTML + ";charset=utf-8")
public final class PagesResource {
    private static final int RECENT = 20;
    private static final int PAGE = 50;

    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);
    private final PackagedFile style = PackagedFile.read("style.css");
    private final WebParts parts;
    private final PeerWatch peers;

    PagesResource(WebParts parts, PeerWatch peers) {
        this.parts = parts;
        this.peers = peers;
    }

    @GET
    public String start() throws IOException {
        var status = parts.status().get();
        var recent =
                parts.queue().recent(RECENT).stream().map(MessageAnswer::of).toList();
        return render(
                "start.jte",
                new StartPage(
                        PageHead.of(
                                "Node " + status.node(), status, parts.clock().instant()),
                        status,
                        counts(status),
                        TrafficAnswer.of(parts.traffic().get()),
                        peers.views(),
                        recent));
    }

    private CountsAnswer counts(NodeStatus status) {
        return CountsAnswer.of(
                status.node(), parts.clock().instant(), parts.queue().counts());
    }

    @GET
    @Path("queue")
    public String queue(@Context UriInfo uri) throws IOException {
        var query = QueueQuery.of(uri.getQueryParameters(), PAGE);
        var status = parts.status().get();
        var page = QueueResource.page(parts.queue(), query);
        return render(
                "queue.jte",
                new QueuePage(
                        PageHead.of(
                                "Queue of " + status.node(),
                                status,
                                parts.clock().instant()),
                        counts(status),
                        page.messages(),
                        form(uri),
                        page.next().map(next -> nextPage(uri, next)),
                        Stream.of(MessageState.values())
                                .map(MessageState::label)
                                .toList()));
    }

    private static Map<String, String> form(UriInfo uri) {
        var form = new java.util.LinkedHashMap<String, String>();
        for (var name : List.of("sender", "recipient", "domain", "state")) {
            form.put(name, Objects.requireNonNullElse(uri.getQueryParameters().getFirst(name), ""));
        }
        return form;
    }

    private static String nextPage(UriInfo uri, String next) {
        return uri.getRequestUriBuilder()
                .replaceQueryParam("after", next)
                .build()
                .getRawQuery();
    }

    @GET
    @Path("queue/{qid}")
    public String message(@PathParam("qid") String qid) throws IOException {
        var status = parts.status().get();
        var message = MessageAnswer.of(QueueResource.message(parts.queue(), qid));
        return render(
                "message.jte",
                new MessagePage(
                        PageHead.of("Message " + qid, status, parts.clock().instant()), message));
    }

    @GET
    @Path("style.css")
    @Produces("text/css;charset=utf-8")
    public Response style() {
        return Response.ok(style.text()).header("Cache-Control", "max-age=300").build();
    }

    private String render(String template, Record page) {
        var html = new StringOutput(1 << 14);
        templates.render(template, page, html);
        return html.toString();
    }
}
