package io.mailvane.outbound;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/** Questions to DNS, each blocking its (virtual) thread. CNAMEs are followed. Any number of threads. */
final class Dns {
    private final LookupSession session;

    Dns(Resolver resolver) {
        session = LookupSession.builder().resolver(resolver).build();
    }

    /**
     * The addresses of a host.
     *
     * @param problem why there is none; "" if there are
     * @param unsure whether there may be some in truth
     */
    record Addresses(List<InetAddress> list, Duration ttl, String problem, boolean unsure) {
        static final Addresses NONE = new Addresses(List.of(), Duration.ofDays(1), "", false);
    }

    DnsAnswer ask(String name, int type) {
        Name absolute;
        try {
            absolute = Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            // What does not fit into DNS does not exist there.
            return new DnsAnswer.NoDomain();
        }
        try {
            var result =
                    session.lookupAsync(absolute, type).toCompletableFuture().get();
            var records = result.getRecords();
            if (records.isEmpty()) {
                return new DnsAnswer.NoData();
            }
            long ttl = records.stream().mapToLong(Record::getTTL).min().orElse(0);
            return new DnsAnswer.Found(records, Duration.ofSeconds(ttl));
        } catch (ExecutionException e) {
            return answer(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new DnsAnswer.Unsure("interrupted");
        }
    }

    private static DnsAnswer answer(Throwable failure) {
        return switch (failure) {
            case NoSuchDomainException e -> new DnsAnswer.NoDomain();
            case NoSuchRRSetException e -> new DnsAnswer.NoData();
            default -> new DnsAnswer.Unsure(failure.getClass().getSimpleName() + ": " + failure.getMessage());
        };
    }

    /** IPv4 first: where a host has both, the older way is the one whose PTR and reputation are in order more often. */
    Addresses addresses(String host) {
        var list = new ArrayList<InetAddress>();
        var ttl = Duration.ofDays(1);
        var problem = "";
        boolean unsure = false;
        for (int type : new int[] {Type.A, Type.AAAA}) {
            switch (ask(host, type)) {
                case DnsAnswer.Found found -> {
                    found.records().forEach(record -> addAddress(record, list));
                    ttl = found.ttl().compareTo(ttl) < 0 ? found.ttl() : ttl;
                }
                case DnsAnswer.NoData none -> {}
                case DnsAnswer.NoDomain none -> {}
                case DnsAnswer.Unsure answer -> {
                    unsure = true;
                    problem = "DNS gave no answer for " + host + ": " + answer.reason();
                }
            }
        }
        if (!list.isEmpty()) {
            return new Addresses(list, ttl, "", false);
        }
        return new Addresses(list, ttl, unsure ? problem : host + " has no address in DNS", unsure);
    }

    private static void addAddress(Record record, List<InetAddress> list) {
        if (record instanceof ARecord a) {
            list.add(a.getAddress());
        } else if (record instanceof AAAARecord aaaa) {
            list.add(aaaa.getAddress());
        }
    }
}
