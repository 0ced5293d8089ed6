package io.mailvane.mail;

import java.time.Instant;
import java.util.Optional;

/**
 * What a receiver's reply said against one of our source addresses. The text is the receiver's: it may be a lie, and counts
 * for that receiver alone.
 *
 * @param source name of the source address in the configuration
 * @param citedList the DNSBL that the reply names, by its zone or by its id
 * @param reply at most {@link #MAX_REPLY} characters; a longer one is cut
 */
public record ReplyEvidence(String source, ProviderId provider, Optional<String> citedList, Instant at, String reply) {
    public static final int MAX_REPLY = 512;

    public ReplyEvidence {
        reply = reply.length() > MAX_REPLY ? reply.substring(0, MAX_REPLY) : reply;
    }
}
