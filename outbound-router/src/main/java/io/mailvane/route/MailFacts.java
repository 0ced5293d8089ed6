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
 * @param refused names of the routes by which it was refused, or that gave no connection, in this round: each a switch
 * @param unable names of the routes that could not even set out in this round: nobody saw them tried
 * @param pin the route that it is expected to come back by
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
        Set<String> unable,
        Optional<Pin> pin) {
    public MailFacts {
        refused = Set.copyOf(refused);
        unable = Set.copyOf(unable);
    }

    /** Domain of the reverse-path; "" for the null reverse-path. */
    public String senderDomain() {
        return reversePath.mailbox().map(mailbox -> mailbox.domain().key()).orElse("");
    }

    public MailFacts refusedBy(String route) {
        return with(recipients, lifeLeft, allowed, with(refused, route), unable);
    }

    /** From this route's address the destination cannot be reached at all. */
    public MailFacts unable(String route) {
        return with(recipients, lifeLeft, allowed, refused, with(unable, route));
    }

    private static Set<String> with(Set<String> routes, String another) {
        var more = new HashSet<>(routes);
        more.add(another);
        return more;
    }

    /** After the destination gave no connection. */
    public MailFacts unreached() {
        return allowing(allowed.unreached());
    }

    public MailFacts allowing(Allowed other) {
        return with(recipients, lifeLeft, other, refused, unable);
    }

    public MailFacts lasting(Duration lifetime) {
        return with(recipients, lifetime, allowed, refused, unable);
    }

    public MailFacts of(MailClass other) {
        return new MailFacts(
                id, provider, reversePath, recipients, size, other, waited, lifeLeft, allowed, refused, unable, pin);
    }

    /** For some of its recipients. */
    public MailFacts forRecipients(int fewer) {
        return with(fewer, lifeLeft, allowed, refused, unable);
    }

    private MailFacts with(int several, Duration left, Allowed by, Set<String> refusing, Set<String> lame) {
        return new MailFacts(
                id, provider, reversePath, several, size, mailClass, waited, left, by, refusing, lame, pin);
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
                Set.of(),
                Optional.empty());
    }

    /**
     * The way that a message is to take again.
     *
     * @param tier in which the route must still be; empty: in any
     * @param until afterwards any way will do
     */
    public record Pin(String route, Optional<Tier> tier, Instant until) {
        /** After a greylisting receiver asked it to come back. */
        public static Pin greylisted(String route, Tier tier, Instant until) {
            return new Pin(route, Optional.of(tier), until);
        }

        /** After the reply to the final dot was lost: by another way it would more likely be delivered twice. */
        public static Pin unsure(String route, Instant until) {
            return new Pin(route, Optional.empty(), until);
        }

        boolean isUnsure() {
            return tier.isEmpty();
        }

        boolean takes(Candidate candidate) {
            return candidate.route().name().equals(route)
                    && tier.map(each -> each == candidate.tier()).orElse(true);
        }
    }
}
