package io.mailvane.appliance.web;

import io.mailvane.dnsbl.IpAddress;
import io.mailvane.dnsbl.Operated;
import io.mailvane.dnsbl.Operation;
import io.mailvane.dnsbl.OperatorOrder;
import io.mailvane.dnsbl.Reputation.AddressCard;
import io.mailvane.mail.SourceStanding.State;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes an operator's orders for an address of this node: by REST, and by the form of its page. Any number of threads. */
record AddressOrders(WebParts parts, Pair pair) {
    static final Duration LONGEST = Duration.ofDays(90);

    /**
     * @param until when the address comes back by itself
     * @param who says so
     */
    record Request(
            @Nullable Instant until,
            @Nullable String reason,
            @Nullable String who) {
        static final Request NOTHING = new Request(null, null, null);

        static Request read(byte[] body) {
            if (body.length == 0) {
                return NOTHING;
            }
            try {
                return Json.read(body, Request.class);
            } catch (IOException e) {
                throw Problem.badRequest("the body is not {\"until\":TIME,\"reason\":TEXT,\"who\":TEXT}");
            }
        }
    }

    /**
     * What was done.
     *
     * @param state of the address by then, or {@code already-} and that
     * @param until when it comes back by itself
     * @param note what whoever ordered it should know
     */
    record Answer(String source, String state, Optional<Instant> until, Optional<String> note) {}

    /** @throws jakarta.ws.rs.WebApplicationException 400, 404, 409 if it is retired, or 503 if it would not survive a restart */
    Answer order(String named, Operation operation, Request asked) {
        var order = order(operation, asked);
        var source = own(named).source();
        var done = parts.reputation()
                .monitored()
                .operate(source, order)
                .orElseThrow(() -> Problem.notFound(named + " was taken out of the configuration"));
        refusal(source, done).ifPresent(problem -> {
            throw problem.exception();
        });
        var state =
                operation == Operation.ENABLE ? "enabled" : done.state().name().toLowerCase(Locale.ROOT);
        boolean already = done.effect() == Operated.Effect.NONE;
        return new Answer(source, already ? "already-" + state : state, order.until(), note(operation, done));
    }

    private static Optional<Problem> refusal(String source, Operated done) {
        return switch (done.effect()) {
            case DONE, NONE -> Optional.empty();
            case REFUSED ->
                Optional.of(Problem.of(Response.Status.CONFLICT, source + " is retired for good. " + again()));
            case UNWRITTEN ->
                Optional.of(
                        Problem.of(
                                Response.Status.SERVICE_UNAVAILABLE,
                                source + " is " + done.state()
                                        + " now, but only until a restart: the node cannot write it down"
                                        + " (alarm dnsbl-history-not-written). Mend its disk, start it anew, and say it again."));
            case UNANSWERED ->
                Optional.of(Problem.of(
                        Response.Status.SERVICE_UNAVAILABLE,
                        "the monitor has not come to it in time: look how " + source + " stands, and say it again"));
        };
    }

    /**
     * As a form of the page says it: what has no end there, or cannot have one, says no hours.
     *
     * @param known whatever it says, that what is done for good is so
     */
    Answer order(
            String named,
            @Nullable String verb,
            @Nullable String reason,
            @Nullable String hours,
            @Nullable String known) {
        var operation = Stream.of(Operation.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(verb))
                .findFirst()
                .orElseThrow(() -> Problem.badRequest("order is none of drain, disable, retire, enable"));
        if (operation == Operation.RETIRE && (known == null || known.isEmpty())) {
            throw Problem.badRequest("to retire is for good: tick that you know it");
        }
        boolean hasEnd = operation == Operation.DRAIN || operation == Operation.DISABLE;
        var until = hasEnd && hours != null && !hours.isEmpty()
                ? parts.clock().instant().plus(Duration.ofHours(hours(hours)))
                : null;
        return order(named, operation, new Request(until, reason, "the page"));
    }

    private static long hours(String text) {
        if (!text.matches("\\d{1,4}")) {
            throw Problem.badRequest("hours is no number of hours");
        }
        return Long.parseLong(text);
    }

    private OperatorOrder order(Operation operation, Request asked) {
        var until = Optional.ofNullable(asked.until());
        var now = parts.clock().instant();
        if (until.filter(end -> !end.isAfter(now) || end.isAfter(now.plus(LONGEST)))
                .isPresent()) {
            throw Problem.badRequest("until is not within the next " + LONGEST.toDays() + " days");
        }
        try {
            return new OperatorOrder(
                    operation,
                    asked.who() == null ? OperatorOrder.SOMEBODY : asked.who(),
                    asked.reason() == null ? "" : asked.reason(),
                    until);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("until is not taken: " + e.getMessage());
        }
    }

    /** By the source's name, or by its public address. */
    AddressCard own(String named) {
        var cards = parts.reputation().monitored().reputation().addresses();
        var byName = cards.stream().filter(card -> card.source().equals(named)).findFirst();
        if (byName.isPresent()) {
            return byName.get();
        }
        var ip = address(named);
        return cards.stream().filter(card -> card.ip().equals(ip)).findFirst().orElseThrow(() -> notOurs(named, ip));
    }

    private static String address(String text) {
        try {
            return IpAddress.parse(text).unmapped().toString();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** What peers told of is theirs: an order for it goes to them. */
    private RuntimeException notOurs(String named, String ip) {
        return pair.reputation().addresses().stream()
                .filter(address ->
                        address.source().equals(named) || address.ip().equals(ip))
                .findFirst()
                .map(address -> Problem.notFound("this address is of " + address.node() + ": tell that node"))
                .orElseGet(() -> Problem.notFound("no source of ours has this name or public address"));
    }

    private Optional<String> note(Operation operation, Operated done) {
        var notes = new ArrayList<String>();
        if (operation == Operation.ENABLE) {
            if (done.effect() == Operated.Effect.NONE && !done.state().maySend()) {
                notes.add("No operator keeps it out: it is " + done.state() + ".");
            }
        } else if (done.alone()) {
            boolean isRelayed = !parts.reputation().routing().smarthosts().isEmpty();
            notes.add("Nothing leaves by an address of this node any more: "
                    + (isRelayed ? "new mail goes by smarthost." : "new mail waits, for there is no smarthost."));
        }
        if (done.state() == State.RETIRED) {
            notes.add("No list is asked about it any more, for good. " + again());
        }
        return Optional.of(String.join(" ", notes)).filter(note -> !note.isEmpty());
    }

    /** What undoes it. */
    static String again() {
        return "To use its address again, give the source another name in the configuration, and reload: it is looked at anew.";
    }
}
