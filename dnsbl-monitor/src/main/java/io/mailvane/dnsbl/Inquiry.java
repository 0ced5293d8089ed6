package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Resolver;

/**
 * Questions that belong together, to the site's resolver: what they show is wanted before a deadline, or not at all. Whoever writes the
 * records that are read may have them ask for much, of servers of his that answer slowly. One thread.
 */
final class Inquiry {
    /** As long as a receiver takes for SPF at the least (RFC 7208 section 4.6.4). */
    static final Duration LONGEST = Duration.ofSeconds(20);

    private final Resolver site;
    private final Duration timeout;
    private final LongSupplier ticker;
    private final long deadline;

    /**
     * @param timeout of one question
     * @param ticker nanoseconds
     */
    Inquiry(Resolver site, Duration timeout, LongSupplier ticker) {
        this.site = site;
        this.timeout = timeout;
        this.ticker = ticker;
        this.deadline = ticker.getAsLong() + LONGEST.toNanos();
    }

    /** A reply that says yes or no. */
    Optional<Message> ask(Name name, int type) {
        if (isOver()) {
            return Optional.empty();
        }
        return switch (Wire.ask(site, Wire.question(name, type, true), wait(left()))) {
            case Wire.Outcome.Reply(var reply) ->
                reply.getRcode() == Rcode.NOERROR || reply.getRcode() == Rcode.NXDOMAIN
                        ? Optional.of(reply)
                        : Optional.empty();
            case Wire.Outcome.None _ -> Optional.empty();
        };
    }

    private Duration wait(Duration left) {
        return left.compareTo(timeout) < 0 ? left : timeout;
    }

    private Duration left() {
        return Duration.ofNanos(deadline - ticker.getAsLong());
    }

    /** Whether the deadline is past: what was found may be so only because something was not asked. */
    boolean isOver() {
        return !left().isPositive();
    }
}
