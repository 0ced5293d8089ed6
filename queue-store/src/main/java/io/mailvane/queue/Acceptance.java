package io.mailvane.queue;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.MessageState;
import java.util.List;

/**
 * What makes streamed content a message: the COMMIT.
 *
 * @param state ACTIVE, TO_SCAN, HELD or QUARANTINED
 * @param prologue octets sent before the content: whole header fields with CRLF; the queue owns the array from here on
 * @param elisions ascending, without overlap; often empty
 * @param why it is quarantined, one line for operators; else empty
 */
public record Acceptance(Envelope envelope, MessageState state, byte[] prologue, List<Elision> elisions, String why) {
    /** Of a message about which there is nothing to say. */
    public Acceptance(Envelope envelope, MessageState state, byte[] prologue, List<Elision> elisions) {
        this(envelope, state, prologue, elisions, "");
    }

    public Acceptance {
        elisions = List.copyOf(elisions);
        if (state == MessageState.DEFERRED || state == MessageState.SETTLED) {
            throw new IllegalArgumentException("no message begins as " + state);
        }
    }
}
