package io.mailvane.dnsbl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * All of DNS, in memory: blacklists that answer as they are told, their name servers, and the hosts of receivers. It answers on
 * the thread that asks, as any server that is asked.
 */
public final class ScriptedNames implements Resolver {
    private static final int TTL = 300;
    private static final List<String> SERVERS = List.of("198.51.100.53", "198.51.100.54");

    /** How a blacklist answers. */
    public enum Temper {
        WORKING,
        SILENT,
        SERVFAIL,
        /** As to one that asks through a public resolver. */
        REFUSING,
        /** Its zone has no entries any more. */
        EMPTIED,
        /** Its domain has expired: an advertiser answers. */
        PARKED
    }

    private final Map<Name, Temper> tempers = new ConcurrentHashMap<>();
    private final Map<Name, String[]> entries = new ConcurrentHashMap<>();
    private final Map<Name, List<Record>> hosts = new HashMap<>();

    /** It exists from now on, and works: it names its test entry. */
    void serve(DnsblList list) {
        var zone = list.zone(IpAddress.Family.IPV4);
        tempers.put(zone.apex(), Temper.WORKING);
        var expected = list.testPoints().expected().stream()
                .map(CodePattern.Octets.class::cast)
                .map(ScriptedNames::lowest)
                .toArray(String[]::new);
        list.testPoints()
                .positive()
                .ifPresent(point ->
                        list(list, point.toString(), expected.length == 0 ? new String[] {"127.0.0.2"} : expected));
    }

    private static String lowest(CodePattern.Octets octets) {
        return String.join(
                ".",
                octets.ranges().stream()
                        .map(range -> String.valueOf(range.low()))
                        .toList());
    }

    void list(DnsblList list, String ip, String... codes) {
        entries.put(question(list, ip), codes);
    }

    void delist(DnsblList list, String ip) {
        entries.remove(question(list, ip));
    }

    private static Name question(DnsblList list, String ip) {
        return list.zone(IpAddress.Family.IPV4).question(IpAddress.parse(ip));
    }

    void temper(DnsblList list, Temper temper) {
        tempers.put(list.zone(IpAddress.Family.IPV4).apex(), temper);
    }

    /** A domain whose mail a host at an address takes. */
    public void receive(String domain, String host, InetAddress address) {
        hosts.put(name(domain), List.of(new MXRecord(name(domain), DClass.IN, TTL, 10, name(host))));
        hosts.put(name(host), List.of(new ARecord(name(host), DClass.IN, TTL, address)));
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) {
        var question = query.getQuestion();
        var temper = zone(question.getName()).map(tempers::get).orElse(Temper.WORKING);
        if (temper == Temper.SILENT) {
            return CompletableFuture.failedFuture(new IOException("no answer in time"));
        }
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(question, Section.QUESTION);
        if (temper == Temper.SERVFAIL) {
            answer.getHeader().setRcode(Rcode.SERVFAIL);
        } else {
            var records = records(question, temper);
            records.forEach(record -> answer.addRecord(record, Section.ANSWER));
            answer.getHeader()
                    .setRcode(records.isEmpty() && !exists(question.getName()) ? Rcode.NXDOMAIN : Rcode.NOERROR);
        }
        return CompletableFuture.completedFuture(answer);
    }

    /** The blacklist below whose zone a name lies, and not the zone's own name. */
    private Optional<Name> zone(Name name) {
        return tempers.keySet().stream()
                .filter(apex -> name.subdomain(apex) && !name.equals(apex))
                .findFirst();
    }

    private boolean exists(Name name) {
        return tempers.containsKey(name) || hosts.containsKey(name) || entries.containsKey(name) || isServer(name);
    }

    private static boolean isServer(Name name) {
        return name.toString(true).matches("ns\\d\\.lists\\.invalid");
    }

    private List<Record> records(Record question, Temper temper) {
        var name = question.getName();
        if (zone(name).isPresent()) {
            return listing(name, question.getType(), temper);
        }
        if (tempers.containsKey(name) && question.getType() == Type.NS) {
            return List.of(server(name, 1), server(name, 2));
        }
        if (isServer(name) && question.getType() == Type.A) {
            var address = SERVERS.get(name.toString(true).charAt(2) - '1');
            return List.of(new ARecord(name, DClass.IN, TTL, InetAddress.ofLiteral(address)));
        }
        return hosts.getOrDefault(name, List.of()).stream()
                .filter(record -> record.getType() == question.getType())
                .toList();
    }

    private static Record server(Name zone, int number) {
        return new NSRecord(zone, DClass.IN, TTL, name("ns" + number + ".lists.invalid"));
    }

    private List<Record> listing(Name name, int type, Temper temper) {
        var codes = switch (temper) {
            case WORKING -> entries.getOrDefault(name, new String[0]);
            case REFUSING -> new String[] {"127.255.255.254"};
            case PARKED -> new String[] {"91.195.240.117"};
            case EMPTIED, SILENT, SERVFAIL -> new String[0];
        };
        if (type == Type.TXT && codes.length > 0) {
            return List.of(new TXTRecord(name, DClass.IN, TTL, "listed"));
        }
        return type == Type.A
                ? Arrays.stream(codes)
                        .<Record>map(code -> new ARecord(name, DClass.IN, TTL, InetAddress.ofLiteral(code)))
                        .toList()
                : List.of();
    }

    @Override
    public void setPort(int port) {}

    @Override
    public void setTCP(boolean flag) {}

    @Override
    public void setIgnoreTruncation(boolean flag) {}

    @Override
    public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {}

    @Override
    public void setTSIGKey(TSIG key) {}

    @Override
    public void setTimeout(Duration timeout) {}
}
