package io.mailvane.sandbox;

import java.util.Locale;

/** Where in a session a receiver may speak against it. */
enum Phase {
    CONNECT,
    MAIL,
    RCPT,
    /** The end of the content. */
    DATA;

    static Phase parse(String word) {
        return switch (word) {
            case "connect" -> CONNECT;
            case "mail" -> MAIL;
            case "rcpt" -> RCPT;
            case "data" -> DATA;
            default -> throw new UsageException(word + " is no phase: connect, mail, rcpt or data");
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
