package io.mailvane.sandbox;

import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Answers questions about its zones and refuses all others, so that nothing is ever asked of anyone else. Safe for threads.
 *
 * <p>A question goes to the zone with the longest origin. The manner of the server as a whole, if it is not normal, comes
 * before the zone's.
 */
final class NameService {
    /** What a client may believe of the server: only a resolver says that recursion is available. */
    enum Role {
        RESOLVER,
        AUTHORITY
    }

    enum Carrier {
        UDP,
        TCP
    }

    /** Larger answers by UDP are cut and asked again by TCP (the DNS flag day's figure). */
    private static final int UDP_PAYLOAD = 1232;

    private static final int UDP_PAYLOAD_WITHOUT_EDNS = 512;
    private static final int MOST_ALIASES = 4;

    private final Role role;
    private final List<ScriptedZone> longestFirst;
    private volatile ZoneManner manner = new ZoneManner.Normal();

    NameService(Role role, List<ScriptedZone> zones) {
        this.role = role;
        longestFirst = zones.stream()
                .sorted(Comparator.comparingInt(
                                (ScriptedZone zone) -> zone.origin().labels())
                        .reversed())
                .toList();
    }

    ZoneManner manner() {
        return manner;
    }

    /** Changes how it answers, whatever it is asked. */
    void answer(ZoneManner changed) {
        manner = changed;
    }

    /** What a client that sent these octets gets. */
    Reaction react(byte[] octets, Carrier carrier) {
        Message query;
        try {
            query = new Message(octets);
        } catch (IOException e) {
            return unreadable(octets);
        }
        var header = query.getHeader();
        if (header.getFlag(Flags.QR)) {
            // Two servers that answer answers would do so for ever.
            return new Reaction.Silence();
        }
        if (header.getOpcode() != Opcode.QUERY) {
            return send(fault(query, Rcode.NOTIMP), carrier, query);
        }
        var question = query.getQuestion();
        if (header.getCount(Section.QUESTION) != 1 || question == null) {
            return send(fault(query, Rcode.FORMERR), carrier, query);
        }
        return zoneOf(question.getName())
                .filter(zone -> question.getDClass() == DClass.IN)
                .map(zone -> react(query, zone, carrier))
                .orElseGet(() -> send(fault(query, Rcode.REFUSED), carrier, query));
    }

    private Reaction react(Message query, ScriptedZone scripted, Carrier carrier) {
        scripted.countQuestion();
        var applied = manner instanceof ZoneManner.Normal ? scripted.manner() : manner;
        var zone = scripted.zone();
        return switch (applied) {
            case ZoneManner.Normal() -> send(plain(query), carrier, query);
            case ZoneManner.Slow(var delay) -> new Reaction.Send(wire(plain(query), carrier, query), delay);
            case ZoneManner.Mute() -> new Reaction.Silence();
            case ZoneManner.Fault(int rcode) -> send(fault(query, rcode), carrier, query);
            case ZoneManner.Truncated() ->
                send(carrier == Carrier.UDP ? truncated(query) : plain(query), carrier, query);
            case ZoneManner.TruncatedDeaf() ->
                carrier == Carrier.UDP ? send(truncated(query), carrier, query) : new Reaction.HangUp();
            case ZoneManner.Wildcard(var code) -> {
                var everything = new Listing(List.of(code), "This list has closed and lists everything");
                yield send(below(query, zone) ? listed(query, everything, zone) : plain(query), carrier, query);
            }
            case ZoneManner.ErrorCode(var code) -> {
                var refusal = new Listing(List.of(code), "Error: you may not ask this list");
                yield send(below(query, zone) ? listed(query, refusal, zone) : plain(query), carrier, query);
            }
            case ZoneManner.Parked(var address) -> send(parked(query, address, zone), carrier, query);
            case ZoneManner.Empty() -> send(below(query, zone) ? noName(query, zone) : plain(query), carrier, query);
            case ZoneManner.NoData() -> send(below(query, zone) ? noData(query, zone) : plain(query), carrier, query);
            case ZoneManner.Gone() -> send(gone(query, zone), carrier, query);
            case ZoneManner.WrongId() -> {
                var answer = plain(query);
                answer.getHeader().setID(query.getHeader().getID() ^ 0xffff);
                yield send(answer, carrier, query);
            }
        };
    }

    private Optional<ScriptedZone> zoneOf(Name name) {
        return longestFirst.stream()
                .filter(zone -> name.subdomain(zone.origin()))
                .findFirst();
    }

    private static boolean below(Message query, ServedZone zone) {
        return !question(query).getName().equals(zone.origin());
    }

    private static Record question(Message query) {
        var question = query.getQuestion();
        if (question == null) {
            throw new IllegalArgumentException("a query has a question");
        }
        return question;
    }

    /** The right answer; an alias is followed as far as it stays in this world. */
    private Message plain(Message query) {
        var answer = begin(query);
        var type = question(query).getType();
        var name = question(query).getName();
        for (int aliases = 0; aliases <= MOST_ALIASES; aliases++) {
            var scripted = zoneOf(name);
            if (scripted.isEmpty()) {
                return answer;
            }
            var zone = scripted.get().zone();
            var finding = zone.find(name, type);
            if (!(finding instanceof Finding.Found(var records))) {
                return negative(answer, finding, zone);
            }
            records.forEach(record -> answer.addRecord(record, Section.ANSWER));
            if (type == Type.CNAME || !(records.getFirst() instanceof CNAMERecord alias)) {
                return answer;
            }
            name = alias.getTarget();
        }
        return answer;
    }

    private static Message negative(Message answer, Finding finding, ServedZone zone) {
        if (finding instanceof Finding.NoName) {
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
        }
        answer.addRecord(zone.soa(), Section.AUTHORITY);
        return answer;
    }

    private Message noName(Message query, ServedZone zone) {
        return negative(begin(query), new Finding.NoName(), zone);
    }

    private Message noData(Message query, ServedZone zone) {
        return negative(begin(query), new Finding.NoData(), zone);
    }

    private Message listed(Message query, Listing listing, ServedZone zone) {
        var question = question(query);
        var records = BlacklistZone.records(question.getName(), listing).stream()
                .filter(record -> record.getType() == question.getType())
                .toList();
        return records.isEmpty() ? noData(query, zone) : found(query, records);
    }

    private Message parked(Message query, Inet4Address address, ServedZone zone) {
        var question = question(query);
        if (question.getType() != Type.A) {
            return noData(query, zone);
        }
        return found(
                query,
                List.of(new ARecord(question.getName(), DClass.IN, zone.soa().getMinimum(), address)));
    }

    private Message found(Message query, List<Record> records) {
        var answer = begin(query);
        records.forEach(record -> answer.addRecord(record, Section.ANSWER));
        return answer;
    }

    private Message gone(Message query, ServedZone zone) {
        return longestFirst.stream()
                .map(ScriptedZone::zone)
                .filter(above -> zone.origin().subdomain(above.origin()) && !zone.equals(above))
                .findFirst()
                .map(above -> noName(query, above))
                .orElseGet(() -> fault(query, Rcode.REFUSED));
    }

    private Message truncated(Message query) {
        var answer = begin(query);
        answer.getHeader().setFlag(Flags.TC);
        return answer;
    }

    private Message begin(Message query) {
        var answer = fault(query, Rcode.NOERROR);
        answer.getHeader().setFlag(Flags.AA);
        return answer;
    }

    private Message fault(Message query, int rcode) {
        var asked = query.getHeader();
        var answer = new Message(asked.getID());
        var header = answer.getHeader();
        header.setFlag(Flags.QR);
        header.setOpcode(asked.getOpcode());
        header.setRcode(rcode);
        if (asked.getFlag(Flags.RD)) {
            header.setFlag(Flags.RD);
        }
        if (role == Role.RESOLVER) {
            header.setFlag(Flags.RA);
        }
        var question = query.getQuestion();
        if (question != null) {
            answer.addRecord(question, Section.QUESTION);
        }
        if (query.getOPT() != null) {
            answer.addRecord(new OPTRecord(UDP_PAYLOAD, 0, 0), Section.ADDITIONAL);
        }
        return answer;
    }

    private static Reaction send(Message answer, Carrier carrier, Message query) {
        return new Reaction.Send(wire(answer, carrier, query), Duration.ZERO);
    }

    private static byte[] wire(Message answer, Carrier carrier, Message query) {
        return answer.toWire(carrier == Carrier.TCP ? Message.MAXLENGTH : payload(query));
    }

    private static int payload(Message query) {
        var opt = query.getOPT();
        return opt == null
                ? UDP_PAYLOAD_WITHOUT_EDNS
                : Math.clamp(opt.getPayloadSize(), UDP_PAYLOAD_WITHOUT_EDNS, UDP_PAYLOAD);
    }

    private static Reaction unreadable(byte[] octets) {
        try {
            var header = new Header(octets);
            if (header.getFlag(Flags.QR)) {
                return new Reaction.Silence();
            }
            var answer = new Header(header.getID());
            answer.setFlag(Flags.QR);
            answer.setRcode(Rcode.FORMERR);
            return new Reaction.Send(answer.toWire(), Duration.ZERO);
        } catch (IOException e) {
            // Less than a header: there is no id to answer with.
            return new Reaction.Silence();
        }
    }
}
