package io.mailvane.appliance.web;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.PathParser;
import io.mailvane.mail.PathSyntaxException;
import io.mailvane.mail.QueueId;
import io.mailvane.queue.QueueFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which page of the queue is asked for. A form sends its empty fields too, so an empty value of it is an absent one; a name that
 * is not known, or twice there, is an error, since a filter that was not understood shows or moves the wrong mail.
 */
record QueueQuery(QueueFilter filter, Optional<QueueId> after, int limit) {
    static final int DEFAULT_LIMIT = 100;
    static final int MOST = 1000;
    private static final List<String> FILTERS = List.of("sender", "recipient", "domain", "state");
    private static final List<String> NAMES = List.of("sender", "recipient", "domain", "state", "after", "limit");

    /**
     * As a program asks, which says what it means: an empty filter is an error, as it is in a verb's body.
     *
     * @throws jakarta.ws.rs.WebApplicationException 400
     */
    static QueueQuery strict(MultivaluedMap<String, String> parameters) {
        for (var name : FILTERS) {
            if (parameters.containsKey(name) && value(parameters, name).isEmpty()) {
                throw Problem.badRequest(emptyFilter(name));
            }
        }
        return of(parameters, DEFAULT_LIMIT);
    }

    static String emptyFilter(String name) {
        return "filter " + name + " is empty: leave it out to match all"
                + (name.equals("sender") ? ", or say \"<>\" for the null reverse-path" : "");
    }

    /** @throws jakarta.ws.rs.WebApplicationException 400 */
    static QueueQuery of(MultivaluedMap<String, String> parameters, int defaultLimit) {
        Parameters.requireKnown(parameters, NAMES);
        var filter = new QueueFilter(
                value(parameters, "sender").map(QueueQuery::sender),
                value(parameters, "recipient").map(QueueQuery::recipient),
                value(parameters, "domain").map(QueueQuery::domain),
                value(parameters, "state").map(QueueQuery::state));
        return new QueueQuery(
                filter,
                value(parameters, "after").map(QueueQuery::after),
                value(parameters, "limit").map(QueueQuery::limit).orElse(defaultLimit));
    }

    private static Optional<String> value(MultivaluedMap<String, String> parameters, String name) {
        return Optional.ofNullable(parameters.getFirst(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** {@code <joe@example.org>} is taken for {@code joe@example.org}, and {@code <>} is the null reverse-path. */
    static String unbracketed(String path) {
        return path.startsWith("<") && path.endsWith(">") ? path.substring(1, path.length() - 1) : path;
    }

    /** @throws jakarta.ws.rs.WebApplicationException 400, as the others */
    static String sender(String text) {
        return unbracketed(text).isEmpty() ? "" : mailbox("sender", text).toString();
    }

    static String recipient(String text) {
        return mailbox("recipient", text).toString();
    }

    static String domain(String text) {
        try {
            return PathParser.host(text).text();
        } catch (PathSyntaxException e) {
            throw Problem.badRequest("domain is no domain: " + e.getMessage());
        }
    }

    /** As it is typed, with or without angle brackets. */
    static Mailbox mailbox(String name, String text) {
        Parameters.requireText(name, text);
        try {
            return Mailbox.parse(unbracketed(text));
        } catch (PathSyntaxException e) {
            throw Problem.badRequest(name + " is no mailbox: " + e.getMessage());
        }
    }

    static MessageState state(String label) {
        return Stream.of(MessageState.values())
                .filter(state -> state.label().equals(label))
                .findFirst()
                .orElseThrow(() -> Problem.badRequest(
                        "unknown state " + label + "; known: to-scan active deferred held quarantined settled"));
    }

    private static QueueId after(String text) {
        return QueueIdText.parse(text).orElseThrow(() -> Problem.badRequest("after is no queue id"));
    }

    private static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw Problem.badRequest("limit is no number");
        }
        throw Problem.badRequest("limit is 1 to " + MOST);
    }
}
