package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReversePath;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the decision knows of one message on its way to one provider.
 *
 * @param id tells messages apart; the same at every attempt
 * @param recipients of it at this provider
 * @param size in octets
 * @param waited since its recipients were first due
 * @param lifeLeft until it expires
 * @param refused names of the routes by which it was refused, or that gave no connection, in this round
 * @param pin the route that a greylisting receiver expects it to come back by
 */
public record MailFacts(
        long id,
        ProviderId provider,
        ReversePath reversePath,
        int recipients,
        long size,
        MailClass mailClass,
        Duration waited,
        Duration lifeLeft,
        Allowed allowed,
        Set<String> refused,
        Optional<Pin> pin) {
    public MailFacts {
        refused = Set.copyOf(refused);
    }

    /** Domain of the reverse-path; "" for the null reverse-path. */
    public String senderDomain() {
        return reversePath.mailbox().map(mailbox -> mailbox.domain().key()).orElse("");
    }

    public MailFacts refusedBy(String route) {
        var more = new HashSet<>(refused);
        more.add(route);
        return new MailFacts(
                id, provider, reversePath, recipients, size, mailClass, waited, lifeLeft, allowed, more, pin);
    }

    /** After the destination gave no connection. */
    public MailFacts unreached() {
        return new MailFacts(
                id,
                provider,
                reversePath,
                recipients,
                size,
                mailClass,
                waited,
                lifeLeft,
                allowed.unreached(),
                refused,
                pin);
    }

    public MailFacts allowing(Allowed other) {
        return new MailFacts(
                id, provider, reversePath, recipients, size, mailClass, waited, lifeLeft, other, refused, pin);
    }

    public MailFacts lasting(Duration lifetime) {
        return new MailFacts(
                id, provider, reversePath, recipients, size, mailClass, waited, lifetime, allowed, refused, pin);
    }

    /** For some of its recipients. */
    public MailFacts forRecipients(int fewer) {
        return new MailFacts(
                id, provider, reversePath, fewer, size, mailClass, waited, lifeLeft, allowed, refused, pin);
    }

    /** Facts of ordinary foreign mail that has just come. */
    public static MailFacts of(long id, ProviderId provider, ReversePath reversePath) {
        return new MailFacts(
                id,
                provider,
                reversePath,
                1,
                0,
                MailClass.NORMAL,
                Duration.ZERO,
                Duration.ofDays(5),
                Allowed.ANY,
                Set.of(),
                Optional.empty());
    }

    /**
     * @param tier in which the route was when the receiver asked to come back
     */
    public record Pin(String route, Tier tier, Instant until) {}
}
