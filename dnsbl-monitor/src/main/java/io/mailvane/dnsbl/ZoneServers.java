package io.mailvane.dnsbl;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The name servers of zones, found through the site's resolver and kept for an hour, or until it tells again. Any number of threads. */
final class ZoneServers {
    private static final int MOST = 8;
    private static final int PORT = 53;
    private static final Duration KEPT = Duration.ofHours(1);
    /** Where none was found, or the resolver did not tell, it is asked again after this. */
    private static final Duration SOON = Duration.ofMinutes(5);

    private final Resolver site;
    private final Duration deadline;
    private final LongSupplier ticker;
    private final Map<Name, Found> found = new ConcurrentHashMap<>();

    private record Found(List<InetSocketAddress> servers, long untilNanos) {}

    ZoneServers(Resolver site, Duration deadline, LongSupplier ticker) {
        this.site = site;
        this.deadline = deadline;
        this.ticker = ticker;
    }

    /** May be empty. */
    List<InetSocketAddress> of(Name zone) {
        long now = ticker.getAsLong();
        var known = found.get(zone);
        if (known != null && now - known.untilNanos() < 0) {
            return known.servers();
        }
        var looked = find(zone);
        var servers = looked.orElseGet(() -> known == null ? List.of() : known.servers());
        boolean isSure = looked.isPresent() && !servers.isEmpty();
        found.put(zone, new Found(servers, now + (isSure ? KEPT : SOON).toNanos()));
        return servers;
    }

    /** Empty if the resolver does not tell. */
    private Optional<List<InetSocketAddress>> find(Name zone) {
        var names = names(zone);
        if (names.filter(List::isEmpty).isPresent()) {
            names = namesAbove(zone);
        }
        if (names.isEmpty() || names.get().isEmpty()) {
            return names.map(none -> List.of());
        }
        var addresses = names.get().stream()
                .limit(MOST)
                .flatMap(name -> addresses(name).stream())
                .limit(MOST)
                .toList();
        return Optional.of(addresses).filter(some -> !some.isEmpty());
    }

    private Optional<List<Name>> names(Name zone) {
        return ask(zone, Type.NS)
                .map(reply -> reply.getSection(Section.ANSWER).stream()
                        .filter(NSRecord.class::isInstance)
                        .map(record -> ((NSRecord) record).getTarget())
                        .sorted()
                        .toList());
    }

    /** Of what is no zone cut: the answer's SOA says to whom the name belongs. */
    private Optional<List<Name>> namesAbove(Name zone) {
        return ask(zone, Type.SOA)
                .flatMap(reply -> Stream.of(Section.ANSWER, Section.AUTHORITY)
                        .flatMap(section -> reply.getSection(section).stream())
                        .filter(SOARecord.class::isInstance)
                        .map(Record::getName)
                        .findFirst()
                        .filter(name -> !name.equals(zone))
                        .map(this::names)
                        .orElseGet(() -> Optional.of(List.of())));
    }

    private List<InetSocketAddress> addresses(Name host) {
        var addresses = new ArrayList<InetAddress>();
        for (int type : new int[] {Type.A, Type.AAAA}) {
            ask(host, type)
                    .ifPresent(reply -> reply.getSection(Section.ANSWER).forEach(record -> {
                        if (record instanceof ARecord a) {
                            addresses.add(a.getAddress());
                        } else if (record instanceof AAAARecord aaaa) {
                            addresses.add(aaaa.getAddress());
                        }
                    }));
            if (!addresses.isEmpty()) {
                break;
            }
        }
        return addresses.stream()
                .map(address -> new InetSocketAddress(nameless(address), PORT))
                .toList();
    }

    /** Without the name that was looked up: a server is shown by its address. */
    private static InetAddress nameless(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the octets of an address are one", e);
        }
    }

    private Optional<Message> ask(Name name, int type) {
        return switch (Wire.ask(site, Wire.question(name, type, true), deadline)) {
            case Wire.Outcome.Reply reply ->
                Optional.of(reply.message())
                        .filter(message -> message.getRcode() == Rcode.NOERROR || message.getRcode() == Rcode.NXDOMAIN);
            case Wire.Outcome.None none -> Optional.empty();
        };
    }
}
