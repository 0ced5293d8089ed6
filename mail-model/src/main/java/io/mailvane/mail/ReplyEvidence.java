package io.mailvane.mail;

import java.time.Instant;
import java.util.Optional;

/**
 * What a receiver's reply said about one of our source addresses. It calls for a check, and is no verdict.
 *
 * @param source its name in the configuration
 * @param provider whose MTA said it; it concerns no other
 * @param citedZoneOrListId the blacklist it names: an id of the catalogue, or a zone
 * @param reply in one line, as the receiver wrote it: hostile text, at most {@value #MOST} characters
 */
public record ReplyEvidence(
        String source, ProviderId provider, Optional<String> citedZoneOrListId, Instant at, String reply) {
    public static final int MOST = 512;

    public ReplyEvidence {
        if (reply.length() > MOST) {
            throw new IllegalArgumentException("a reply is cut to " + MOST + " characters");
        }
    }
}
