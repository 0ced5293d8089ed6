package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;

/**
 * Something that happened, and why.
 *
 * @param id rising; 0 before it is stored
 * @param subject whose state changed: a public address, a source, a list or a route
 * @param object on what: a list, a provider, "-"
 * @param from the state before, "-" if there is none
 * @param to the state after
 * @param cause one sentence, or a reply's text; without control characters, at most {@value #MAX_CAUSE} characters
 */
public record HistoryEvent(
        long id, Instant at, Kind kind, String subject, String object, String from, String to, String cause) {
    /** The subject of what concerns every list: none has this id. */
    public static final String ALL_LISTS = "all lists";

    static final int MAX_CAUSE = 512;
    private static final int MAX_NAME = 255;

    public enum Kind {
        /** An address on a list. */
        CELL,
        /** A source address. */
        ADDRESS,
        LIST,
        /** How much a receiver goes by a list. */
        AFFINITY,
        /** A receiver's reply against one of our addresses. */
        REPLY,
        ROUTE,
        OPERATOR;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public HistoryEvent {
        subject = Text.clean(subject, MAX_NAME);
        object = Text.clean(object, MAX_NAME);
        from = Text.clean(from, MAX_NAME);
        to = Text.clean(to, MAX_NAME);
        cause = Text.clean(cause, MAX_CAUSE);
    }

    /** To be stored. */
    public static HistoryEvent now(Instant at, Kind kind, String subject, String object, Change change) {
        return new HistoryEvent(0, at, kind, subject, object, change.from(), change.to(), change.cause());
    }

    public record Change(String from, String to, String cause) {}
}
