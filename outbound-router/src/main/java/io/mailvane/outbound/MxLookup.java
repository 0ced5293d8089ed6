package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.SmtpReply;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/**
 * RFC 5321 section 5.1: the MX of a domain, the domain itself where it has none, and nobody where it says so (RFC 7505). Ourselves and
 * every worse host are cut, so that no mail goes in a loop. Blocks for DNS; any number of threads.
 */
final class MxLookup {
    /** For what does not exist; the SOA's own TTL is not shown to us. */
    private static final Duration NEGATIVE = Duration.ofMinutes(1);

    /** For hosts that are not all there. */
    private static final Duration UNSURE = Duration.ofSeconds(30);

    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Duration SHORTEST = Duration.ofSeconds(5);

    private final Dns dns;
    private final OwnHosts own;
    private final int port;
    private final LongSupplier ticker;

    MxLookup(Dns dns, OwnHosts own, int port, LongSupplier ticker) {
        this.dns = dns;
        this.own = own;
        this.port = port;
        this.ticker = ticker;
    }

    /** Whose domain it is: being its best MX ourselves is its owner's mistake, or our operator's. */
    enum Domain {
        FOREIGN,
        OURS
    }

    MxAnswer find(String domain, Domain whose) {
        long start = ticker.getAsLong();
        return switch (dns.ask(domain, Type.MX)) {
            case DnsAnswer.NoDomain none -> never("5.1.2", "the domain " + domain + " does not exist");
            case DnsAnswer.NoData none -> implicit(domain, whose, start);
            case DnsAnswer.Unsure unsure ->
                later("DNS gave no answer for the MX of " + domain + ": " + unsure.reason(), start);
            case DnsAnswer.Found found -> explicit(domain, found, whose, start);
        };
    }

    private MxAnswer implicit(String domain, Domain whose, long start) {
        var addresses = dns.addresses(domain);
        if (!addresses.list().isEmpty()) {
            var host = new MxHost(domain, 0, addresses.list());
            return isOwn(host)
                    ? bestIsUs(domain, whose, addresses.ttl())
                    : new MxAnswer.Hosts(List.of(host), false, clamp(addresses.ttl()));
        }
        return addresses.unsure()
                ? later(addresses.problem(), start)
                : never("5.1.2", "the domain " + domain + " has neither MX nor address");
    }

    private MxAnswer explicit(String domain, DnsAnswer.Found found, Domain whose, long start) {
        var records = found.records().stream()
                .filter(MXRecord.class::isInstance)
                .map(MXRecord.class::cast)
                .sorted(Comparator.comparingInt(MXRecord::getPriority))
                .toList();
        if (records.size() == 1 && records.getFirst().getTarget().equals(Name.root)) {
            return never("5.1.10", "the domain " + domain + " takes no mail (null MX)");
        }
        var hosts = new ArrayList<MxHost>();
        var ttl = found.ttl();
        var unsure = "";
        for (var record : records) {
            var name = record.getTarget().toString(true).toLowerCase(Locale.ROOT);
            // Addresses of our own are of no interest: this host and all worse ones are cut below.
            var addresses = own.isOwnName(name) ? Dns.Addresses.NONE : dns.addresses(name);
            unsure = addresses.unsure() ? addresses.problem() : unsure;
            ttl = shorter(ttl, addresses.unsure() ? UNSURE : addresses.ttl());
            if (own.isOwnName(name) || !addresses.list().isEmpty()) {
                hosts.add(new MxHost(name, record.getPriority(), addresses.list()));
            }
        }
        if (hosts.isEmpty()) {
            return unsure.isEmpty()
                    ? never("5.4.4", "no MX host of " + domain + " has an address")
                    : later(unsure, start);
        }
        var others = withoutUs(hosts);
        if (!others.isEmpty()) {
            return new MxAnswer.Hosts(others, others.size() < hosts.size(), clamp(ttl));
        }
        boolean best = records.getFirst().getPriority() == hosts.getFirst().preference();
        return best ? bestIsUs(domain, whose, ttl) : waitForBetter(domain, unsure, start);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private List<MxHost> withoutUs(List<MxHost> hosts) {
        int ours = hosts.stream()
                .filter(this::isOwn)
                .mapToInt(MxHost::preference)
                .min()
                .orElse(Integer.MAX_VALUE);
        return hosts.stream().filter(host -> host.preference() < ours).toList();
    }

    private static MxAnswer bestIsUs(String domain, Domain whose, Duration ttl) {
        var outcome = switch (whose) {
            case FOREIGN -> loop("mail for " + domain + " would loop: its best MX is this host");
            case OURS ->
                deferred(
                        "4.3.5",
                        "the relay domain " + domain + " has no transport, and no MX host better than ourselves");
        };
        return new MxAnswer.Decided(outcome, "by MX", clamp(ttl));
    }

    /** We are among its hosts and others are better, though they have no address now: we are not the end of its mail's way. */
    private MxAnswer waitForBetter(String domain, String unsure, long start) {
        if (!unsure.isEmpty()) {
            return later(unsure, start);
        }
        var outcome = deferred("4.4.4", "no MX host of " + domain + " better than ourselves has an address");
        return new MxAnswer.Decided(outcome, "by MX", NEGATIVE);
    }

    private boolean isOwn(MxHost host) {
        return own.isOwnName(host.name())
                || host.addresses().stream().anyMatch(address -> own.isOurs(new InetSocketAddress(address, port)));
    }

    private static Duration clamp(Duration ttl) {
        return ttl.compareTo(SHORTEST) < 0 ? SHORTEST : shorter(ttl, LONGEST);
    }

    static DeliveryOutcome loop(String reason) {
        return failed("5.4.6", reason);
    }

    static DeliveryOutcome failed(String status, String reason) {
        return new DeliveryOutcome.Failed(Scope.DESTINATION, SmtpReply.of(550, status, reason));
    }

    private static MxAnswer never(String status, String reason) {
        return new MxAnswer.Decided(failed(status, reason), "by MX", NEGATIVE);
    }

    /** Holds for as long as it took: a dead name server is asked half of the time at most. */
    private MxAnswer later(String reason, long startNanos) {
        var outcome = deferred("4.4.3", SmtpTransaction.oneLine(reason));
        return new MxAnswer.Decided(outcome, "by MX", Duration.ofNanos(ticker.getAsLong() - startNanos));
    }

    private static DeliveryOutcome deferred(String status, String reason) {
        return new DeliveryOutcome.Deferred(Scope.DESTINATION, SmtpReply.of(451, status, reason));
    }
}
