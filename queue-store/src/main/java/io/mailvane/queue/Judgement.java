package io.mailvane.queue;

import io.mailvane.mail.MessageState;

/**
 * What a scan makes of a message that waited for it.
 *
 * @param next ACTIVE or QUARANTINED
 * @param fields whole header fields with CRLF, sent before all others
 * @param why it is quarantined, one line for operators; empty if it goes on
 */
public record Judgement(MessageState next, byte[] fields, String why) {
    public Judgement {
        if (next != MessageState.ACTIVE && next != MessageState.QUARANTINED) {
            throw new IllegalArgumentException("no scan makes a message " + next);
        }
        if (why.isEmpty() != (next == MessageState.ACTIVE)) {
            throw new IllegalArgumentException("what is quarantined has a reason, and only that");
        }
    }
}
