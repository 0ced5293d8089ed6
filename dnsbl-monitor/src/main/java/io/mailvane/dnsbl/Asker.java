package io.mailvane.dnsbl;

import io.mailvane.dnsbl.ListHealth.Round;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * Asks lists over the network, each question on the calling (virtual) thread: one server, then another with more time
 * if that says nothing or refuses.
 *
 * <p>Configured servers and the site's resolver are asked with recursion, a zone's own without. Any number of threads.
 */
final class Asker {
    static final int MAX_TEXT = 512;

    private final Resolver site;
    private final Function<InetSocketAddress, Resolver> servers;
    private final AskingSettings settings;
    private final LongSupplier ticker;
    private final ZoneServers zoneServers;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param servers makes a new resolver for one server */
    Asker(Resolver site, Function<InetSocketAddress, Resolver> servers, AskingSettings settings, LongSupplier ticker) {
        this.site = site;
        this.servers = servers;
        this.settings = settings;
        this.ticker = ticker;
        this.zoneServers = new ZoneServers(site, settings.secondTimeout(), ticker);
    }

    /** The ways to a list, best first. A keyed one is asked through any resolver: its key says who asks. */
    static List<ResolverMode> modes(DnsblList list) {
        if (!list.servers().isEmpty()) {
            return List.of(ResolverMode.CONFIGURED);
        }
        return list.isKeyed() ? List.of(ResolverMode.RESOLVER) : List.of(ResolverMode.DIRECT, ResolverMode.RESOLVER);
    }

    /** @param server "-" if it did not reply */
    private record Said(DnsReply reply, String server) {
        boolean isNothing() {
            return switch (reply) {
                case DnsReply.Silent silent -> true;
                case DnsReply.Answered answered ->
                    answered.rcode() != Rcode.NOERROR
                            && answered.rcode() != Rcode.NXDOMAIN
                            && answered.rcode() != Rcode.REFUSED;
            };
        }

        /** It may be this server's alone, that no longer serves the zone. */
        boolean isRefusal() {
            return reply instanceof DnsReply.Answered answered && answered.rcode() == Rcode.REFUSED;
        }

        /** What another server said then counts, but for nothing against a refusal. */
        Said unless(Said next) {
            return isRefusal() && next.isNothing() ? this : next;
        }
    }

    /**
     * A reply, and how it was had.
     *
     * @param tried how many questions were sent
     * @param alone whether no other server than the one to avoid is there, or says anything
     */
    private record Got(Said said, Duration latency, int tried, boolean alone) {
        DnsReply reply() {
            return said.reply();
        }
    }

    /** @param address empty: the site's resolver */
    private record Server(Optional<InetSocketAddress> address) {
        String text() {
            return address.map(each -> each.getAddress().getHostAddress() + ":" + each.getPort())
                    .orElse("resolver");
        }
    }

    Ask.Heard ask(Ask.OfCell ask) {
        var list = ask.list();
        var mode = ask.mode();
        var zone = list.zone(ask.address().family());
        var name = zone.question(ask.address());
        var got = send(name, mode, zone, list, ask.avoid());
        var answer = Answer.of(got.reply(), list);
        int questions = got.tried();
        if (answer.kind() == AnswerClass.POSITIVE && ask.wantsText()) {
            answer = answer.withText(text(name, mode, zone, list));
            questions++;
        }
        var query = new Cell.Query(got.said().server(), mode, got.latency());
        return new Ask.Heard(answer, query, got.alone(), questions);
    }

    /** Tests a list by one way after the other, until by one of them it works; else what the first one gave. */
    Ask.Tested test(Ask.OfControls ask) {
        var modes = new ArrayList<>(modes(ask.list()));
        modes.remove(ask.mode());
        modes.add(ask.other() ? modes.size() : 0, ask.mode());
        Optional<Ask.Tested> first = Optional.empty();
        int questions = 0;
        for (var mode : modes) {
            var tested = test(ask, mode);
            questions += tested.questions();
            if (tested.round().isOk()) {
                return new Ask.Tested(tested.round(), mode, questions);
            }
            first = first.isPresent() ? first : Optional.of(tested);
        }
        var worst = first.orElseThrow();
        return new Ask.Tested(worst.round(), worst.mode(), questions);
    }

    private Ask.Tested test(Ask.OfControls ask, ResolverMode mode) {
        var seen = new EnumMap<ControlKind, Control.Result>(ControlKind.class);
        var points = ask.list().testPoints();
        int questions = 0;
        Optional<Answer> hindered = Optional.empty();
        for (var kind : ControlKind.values()) {
            var point = switch (kind) {
                case POSITIVE -> points.positive();
                case NEGATIVE -> points.negative();
                case RANDOM -> Optional.of(ask.random());
            };
            if (point.isPresent()) {
                var got = send(point.get(), mode, ask.list());
                questions += got.tried();
                var result = result(kind, got.reply(), ask.list());
                result.ifPresent(each -> seen.put(kind, each));
                if (result.isEmpty()) {
                    hindered = graver(hindered, Answer.of(got.reply(), ask.list()));
                }
            }
        }
        return new Ask.Tested(Round.of(seen, hindered), mode, questions);
    }

    /** A refusal says more than no answer. */
    private static Optional<Answer> graver(Optional<Answer> known, Answer next) {
        return known.filter(answer -> answer.kind() == AnswerClass.REFUSED).or(() -> Optional.of(next));
    }

    private Got send(IpAddress point, ResolverMode mode, DnsblList list) {
        var family = list.testFamily();
        var zone = list.zone(family);
        var address = family == IpAddress.Family.IPV6 ? point.mapped() : point;
        return send(zone.question(address), mode, zone, list, Optional.empty());
    }

    /** What a reply says of a test point; empty if it is none that could be used. */
    static Optional<Control.Result> result(ControlKind kind, DnsReply reply, DnsblList list) {
        var expected = list.testPoints().expected();
        if (kind == ControlKind.POSITIVE && reply instanceof DnsReply.Answered answered && !expected.isEmpty()) {
            boolean complete = expected.stream()
                    .allMatch(pattern -> answered.addresses().stream().anyMatch(pattern::matches));
            if (complete) {
                return Optional.of(Control.Result.OK);
            }
        }
        boolean listed = kind == ControlKind.POSITIVE && expected.isEmpty();
        return switch (Answer.of(reply, list).kind()) {
            case UNKNOWN, REFUSED -> Optional.empty();
            case POSITIVE -> Optional.of(listed ? Control.Result.OK : Control.Result.WRONG);
            case NEGATIVE -> Optional.of(kind == ControlKind.POSITIVE ? Control.Result.WRONG : Control.Result.OK);
            case NEUTRAL, UNMAPPED, LIST_BROKEN -> Optional.of(Control.Result.WRONG);
        };
    }

    private String text(Name name, ResolverMode mode, Zone zone, DnsblList list) {
        var order = order(mode, zone, list, Optional.empty());
        if (order.isEmpty()) {
            return "";
        }
        var question = Wire.question(name, Type.TXT, mode != ResolverMode.DIRECT);
        return switch (ask(order.getFirst(), question, settings.timeout())) {
            case Wire.Outcome.Reply reply -> Text.clean(list.redact(words(reply.message())), MAX_TEXT);
            case Wire.Outcome.None none -> "";
        };
    }

    private static String words(Message reply) {
        return reply.getSection(Section.ANSWER).stream()
                .filter(TXTRecord.class::isInstance)
                .map(record -> words((TXTRecord) record))
                .collect(Collectors.joining(" "));
    }

    /** Its strings make one text (RFC 7208, section 3.3), which is cut into 255 octets anywhere. */
    private static String words(TXTRecord record) {
        var octets = new ByteArrayOutputStream();
        record.getStringsAsByteArrays().forEach(octets::writeBytes);
        return octets.toString(StandardCharsets.UTF_8);
    }

    private Got send(Name name, ResolverMode mode, Zone zone, DnsblList list, Optional<String> avoid) {
        var order = order(mode, zone, list, avoid);
        if (order.isEmpty()) {
            var none = new Said(new DnsReply.Silent("the zone has no name server"), "-");
            return new Got(none, Duration.ZERO, 0, true);
        }
        long begun = ticker.getAsLong();
        var rounds = rounds(order, avoid);
        var said = one(name, mode, rounds.getFirst(), settings.timeout());
        int tried = 1;
        while (tried < rounds.size() && (said.isNothing() || (said.isRefusal() && order.size() > 1))) {
            said = said.unless(one(name, mode, rounds.get(tried), settings.secondTimeout()));
            tried++;
        }
        boolean alone = order.size() == 1 || avoid.filter(said.server()::equals).isPresent();
        return new Got(said, Duration.ofNanos(ticker.getAsLong() - begun), tried, alone);
    }

    /** Two, and then the one to avoid: better its word again than none while the others are down. */
    private static List<Server> rounds(List<Server> order, Optional<String> avoid) {
        var rounds = new ArrayList<>(List.of(order.getFirst(), order.get(1 % order.size())));
        if (order.size() > 2 && avoid.filter(order.getLast().text()::equals).isPresent()) {
            rounds.add(order.getLast());
        }
        return rounds;
    }

    /** In turn, the one to avoid last. */
    private List<Server> order(ResolverMode mode, Zone zone, DnsblList list, Optional<String> avoid) {
        var order = new ArrayList<Server>();
        switch (mode) {
            case CONFIGURED -> list.servers().forEach(each -> order.add(new Server(Optional.of(each))));
            case DIRECT -> zoneServers.of(zone.apex()).forEach(each -> order.add(new Server(Optional.of(each))));
            case RESOLVER -> order.add(new Server(Optional.empty()));
        }
        if (!order.isEmpty()) {
            Collections.rotate(order, Math.floorMod(turn.getAndIncrement(), order.size()));
        }
        var last = order.stream()
                .filter(server -> avoid.filter(server.text()::equals).isPresent())
                .toList();
        order.removeAll(last);
        order.addAll(last);
        return order;
    }

    private Said one(Name name, ResolverMode mode, Server server, Duration timeout) {
        var question = Wire.question(name, Type.A, mode != ResolverMode.DIRECT);
        var reply = switch (ask(server, question, timeout)) {
            case Wire.Outcome.Reply had -> DnsReply.of(had.message());
            case Wire.Outcome.None none -> none.silent();
        };
        return new Said(reply, reply instanceof DnsReply.Silent ? "-" : server.text());
    }

    private Wire.Outcome ask(Server server, Message question, Duration timeout) {
        if (server.address().isEmpty()) {
            // The site's resolver is shared: its own time-out is not ours to set.
            return Wire.ask(site, question, settings.secondTimeout());
        }
        var resolver = servers.apply(server.address().get());
        resolver.setTimeout(timeout);
        // A truncated reply is asked for again by TCP, which takes as long once more.
        return Wire.ask(resolver, question, timeout.multipliedBy(2));
    }
}
