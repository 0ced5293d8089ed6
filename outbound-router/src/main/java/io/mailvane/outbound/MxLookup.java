package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.SmtpReply;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
            case DnsAnswer.NoDomain none -> failed("5.1.2", "the domain " + domain + " does not exist");
            case DnsAnswer.NoData none -> implicit(domain, whose, start);
            case DnsAnswer.Unsure unsure ->
                later("DNS gave no answer for the MX of " + domain + ": " + unsure.reason(), start);
            case DnsAnswer.Found found -> explicit(domain, found, whose, start);
        };
    }

    private MxAnswer implicit(String domain, Domain whose, long start) {
        var addresses = dns.addresses(domain);
        if (!addresses.list().isEmpty()) {
            return withoutUs(List.of(new MxHost(domain, 0, addresses.list())), addresses.ttl(), domain, whose);
        }
        return addresses.unsure()
                ? later(addresses.problem(), start)
                : failed("5.1.2", "the domain " + domain + " has neither MX nor address");
    }

    private MxAnswer explicit(String domain, DnsAnswer.Found found, Domain whose, long start) {
        var records = found.records().stream()
                .filter(MXRecord.class::isInstance)
                .map(MXRecord.class::cast)
                .sorted(Comparator.comparingInt(MXRecord::getPriority))
                .toList();
        if (records.size() == 1 && records.getFirst().getTarget().equals(Name.root)) {
            return failed("5.1.10", "the domain " + domain + " takes no mail (null MX)");
        }
        var hosts = new ArrayList<MxHost>();
        var ttl = found.ttl();
        var unsure = "";
        for (var record : records) {
            var name = record.getTarget().toString(true);
            if (own.isOwnName(name)) {
                // Its addresses are of no interest: this host and all worse ones are cut below.
                hosts.add(new MxHost(name, record.getPriority(), List.of()));
                continue;
            }
            var addresses = dns.addresses(name);
            unsure = addresses.unsure() ? addresses.problem() : unsure;
            if (!addresses.list().isEmpty()) {
                hosts.add(new MxHost(name, record.getPriority(), addresses.list()));
                ttl = addresses.ttl().compareTo(ttl) < 0 ? addresses.ttl() : ttl;
            }
        }
        if (hosts.isEmpty()) {
            return unsure.isEmpty()
                    ? failed("5.4.4", "no MX host of " + domain + " has an address")
                    : later(unsure, start);
        }
        return withoutUs(hosts, ttl, domain, whose);
    }

    private MxAnswer withoutUs(List<MxHost> hosts, Duration ttl, String domain, Domain whose) {
        int ours = hosts.stream()
                .filter(this::isOwn)
                .mapToInt(MxHost::preference)
                .min()
                .orElse(Integer.MAX_VALUE);
        var better = hosts.stream().filter(host -> host.preference() < ours).toList();
        if (!better.isEmpty()) {
            return new MxAnswer.Hosts(better, clamp(ttl));
        }
        return switch (whose) {
            case FOREIGN ->
                new MxAnswer.Decided(
                        loop("mail for " + domain + " would loop: its best MX is this host"), "by MX", clamp(ttl));
            case OURS ->
                new MxAnswer.Decided(
                        new DeliveryOutcome.Deferred(
                                Scope.DESTINATION,
                                SmtpReply.of(
                                        451,
                                        "4.3.5",
                                        "the relay domain " + domain
                                                + " has no transport, and no MX host better than ourselves")),
                        "by MX",
                        clamp(ttl));
        };
    }

    private boolean isOwn(MxHost host) {
        return own.isOwnName(host.name())
                || host.addresses().stream().anyMatch(address -> own.isOwn(new InetSocketAddress(address, port)));
    }

    private static Duration clamp(Duration ttl) {
        if (ttl.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
    }

    static DeliveryOutcome loop(String reason) {
        return new DeliveryOutcome.Failed(Scope.DESTINATION, SmtpReply.of(550, "5.4.6", reason));
    }

    private static MxAnswer failed(String status, String reason) {
        return new MxAnswer.Decided(
                new DeliveryOutcome.Failed(Scope.DESTINATION, SmtpReply.of(550, status, reason)), "by MX", NEGATIVE);
    }

    /** Holds for as long as it took: a dead name server is asked half of the time at most. */
    private MxAnswer later(String reason, long startNanos) {
        var reply = SmtpReply.of(451, "4.4.3", SmtpTransaction.oneLine(reason));
        return new MxAnswer.Decided(
                new DeliveryOutcome.Deferred(Scope.DESTINATION, reply),
                "by MX",
                Duration.ofNanos(ticker.getAsLong() - startNanos));
    }
}
