package io.mailvane.appliance.web;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.queue.MessageDetail;
import io.mailvane.queue.MessageQueue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The queue. */
@Path("/api/v1/queue")
@Produces(MediaType.APPLICATION_JSON)
public final class QueueResource {
    private static final int BODY_MOST = 4 << 20;

    private final WebParts parts;
    private final MessageQueue queue;
    private final QueueActions actions;

    QueueResource(WebParts parts) {
        this.parts = parts;
        this.queue = parts.queue();
        this.actions = new QueueActions(queue);
    }

    @GET
    @Path("counts")
    public Response counts(@Context UriInfo uri) {
        Parameters.requireKnown(uri.getQueryParameters(), List.of());
        return Response.ok(CountsAnswer.of(
                        parts.status().get().node(), parts.clock().instant(), queue.counts()))
                .build();
    }

    @GET
    public Response list(@Context UriInfo uri) throws IOException {
        return Response.ok(page(queue, QueueQuery.strict(uri.getQueryParameters())))
                .build();
    }

    /** One more than asked for is read, to know whether there is a next page. */
    static MessagesAnswer page(MessageQueue queue, QueueQuery query) throws IOException {
        var found = queue.list(query.filter(), query.after(), query.limit() + 1);
        boolean more = found.size() > query.limit();
        var shown = found.subList(0, Math.min(found.size(), query.limit()));
        return new MessagesAnswer(
                shown.stream().map(MessageAnswer::of).toList(),
                more ? Optional.of(shown.getLast().id().text()) : Optional.empty());
    }

    @GET
    @Path("{qid}")
    public Response show(@PathParam("qid") String qid) throws IOException {
        return Response.ok(MessageAnswer.of(message(queue, qid))).build();
    }

    static MessageDetail message(MessageQueue queue, String qid) throws IOException {
        Optional<QueueId> id = QueueIdText.parse(qid);
        Optional<MessageDetail> found = id.isPresent() ? queue.show(id.get()) : Optional.empty();
        return found.orElseThrow(() -> Problem.notFound("no message has this queue id, or it was settled long ago"));
    }

    /** The message as it would be sent. */
    @GET
    @Path("{qid}/content")
    @Produces("message/rfc822")
    public Response content(@PathParam("qid") String qid) throws IOException {
        var message = message(queue, qid);
        queue.damage(message.id()).ifPresent(damage -> {
            throw Problem.of(Response.Status.CONFLICT, damage + "; \"queue salvage\" writes them to a file")
                    .exception();
        });
        try {
            InputStream content = queue.content(message.id());
            StreamingOutput body = to -> {
                try (content) {
                    content.transferTo(to);
                }
            };
            return Response.ok(body).build();
        } catch (IOException e) {
            if (message.state() == MessageState.SETTLED) {
                throw Problem.notFound("this message is settled: its content is not kept");
            }
            throw e;
        }
    }

    @POST
    @Path("{verb}")
    public Response act(@PathParam("verb") String verb, InputStream body) throws IOException {
        var action = Stream.of(MessageQueue.Action.values())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(verb))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("unknown verb; known: hold release retry reroute bounce delete"));
        return Response.ok(actions.apply(action, ActionRequest.read(whole(body))))
                .build();
    }

    /** A body that breaks off, or whose chunks are none, is the client's fault. */
    private static byte[] whole(InputStream body) {
        try {
            byte[] octets = body.readNBytes(BODY_MOST + 1);
            if (octets.length > BODY_MOST) {
                throw Problem.badRequest("the body is longer than 4 MiB");
            }
            return octets;
        } catch (IOException e) {
            throw Problem.badRequest("the body cannot be read: " + e.getMessage());
        }
    }
}
