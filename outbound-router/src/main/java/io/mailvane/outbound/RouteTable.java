package io.mailvane.outbound;

import io.mailvane.mail.MailHost;
import io.mailvane.outbound.Explanation.Kind;
import io.mailvane.outbound.OutboundSettings.RelayDomain;
import io.mailvane.outbound.OutboundSettings.Smarthost;
import io.mailvane.outbound.Routing.SiteKey;
import io.mailvane.outbound.Routing.Way;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The decision: from a recipient's domain to its ways. Made of one reading of the configuration, replaced as a whole by the next. Any
 * number of threads.
 */
final class RouteTable {
    static final String DIRECT = "direct";
    private static final String BEST_TIER = "T0";

    private final OutboundSettings settings;
    private final int generation;
    private final Transports transports;
    private final MxLookup mx;
    private final RandomGenerator random;
    private final RoutingCache cache;
    private final Map<String, Way> byTransport = new HashMap<>();
    private final Map<String, Way> bySmarthost = new HashMap<>();
    private final List<Way> smarthosts = new ArrayList<>();

    RouteTable(OutboundSettings settings, int generation, Transports transports, Surroundings surroundings) {
        this.settings = settings;
        this.generation = generation;
        this.transports = transports;
        this.mx =
                new MxLookup(transports.dns(), settings.own(), settings.direct().port(), surroundings.ticker());
        this.random = surroundings.random();
        this.cache = new RoutingCache(surroundings.ticker());
        settings.transports().forEach((name, transport) -> byTransport.put(name, transportWay(name, transport)));
        for (int i = 0; i < settings.smarthosts().size(); i++) {
            var smarthost = settings.smarthosts().get(i);
            var way = smarthostWay(smarthost, i);
            smarthosts.add(way);
            bySmarthost.put(smarthost.name(), way);
        }
    }

    private Way transportWay(String name, TransportSettings transport) {
        return new Way(
                name,
                Kind.HOST,
                BEST_TIER,
                new SiteKey(generation, "transport " + name, ""),
                transports.create(transport),
                transport.connections(),
                "transport of the relay domain");
    }

    private Way smarthostWay(Smarthost smarthost, int place) {
        return new Way(
                smarthost.name(),
                Kind.SMARTHOST,
                place == 0 ? "T2" : "T3",
                new SiteKey(generation, "smarthost " + smarthost.name(), ""),
                transports.create(smarthost.smtp()),
                smarthost.smtp().connections(),
                "direct delivery is off");
    }

    /** The decision if it needs no DNS; empty: {@link #route} would ask. */
    Optional<Routing> routeAtOnce(MailHost domain) {
        var fixed = fixed(domain);
        return fixed.isPresent() ? fixed : cache.get(domain.key());
    }

    /** The decision; may block for DNS. */
    Routing route(MailHost domain) {
        var known = routeAtOnce(domain);
        if (known.isPresent()) {
            return known.get();
        }
        boolean ours = settings.relayDomains().containsKey(domain.key());
        var answer = mx.find(domain.key(), ours ? MxLookup.Domain.OURS : MxLookup.Domain.FOREIGN);
        var routing = byMx(domain, answer);
        cache.put(domain.key(), routing, answer.ttl());
        return routing;
    }

    private Optional<Routing> fixed(MailHost domain) {
        var relay = Optional.ofNullable(settings.relayDomains().get(domain.key()));
        var transport = relay.flatMap(RelayDomain::transport);
        if (transport.isPresent()) {
            return Optional.of(withFallback(transport.get(), required(byTransport, transport.get()), relay.get()));
        }
        if (relay.isEmpty() && !settings.direct().enabled()) {
            return Optional.of(new Routing.Ways(smarthosts.getFirst().route(), smarthosts));
        }
        return domain instanceof MailHost.AddressLiteral literal ? Optional.of(byAddress(literal)) : Optional.empty();
    }

    private Routing byAddress(MailHost.AddressLiteral literal) {
        var host = new MxHost(literal.text(), 0, List.of(literal.address()));
        var target = new InetSocketAddress(literal.address(), settings.direct().port());
        if (settings.own().isOurs(target)) {
            return new Routing.Decided(
                    literal.text(),
                    DIRECT,
                    MxLookup.loop("mail for " + literal.text() + " would loop: that is this host"),
                    "by address literal");
        }
        return new Routing.Ways(literal.text(), List.of(directWay(List.of(host), "the recipient's address literal")));
    }

    private Routing byMx(MailHost domain, MxAnswer answer) {
        return switch (answer) {
            case MxAnswer.Decided decided ->
                new Routing.Decided(domain.key(), DIRECT, decided.outcome(), decided.why());
            case MxAnswer.Hosts found -> {
                var way = directWay(found.hosts(), "by MX");
                var provider = provider(found.hosts().getFirst().name());
                var relay = Optional.ofNullable(settings.relayDomains().get(domain.key()));
                yield relay.isPresent()
                        ? withFallback(provider, way, relay.get())
                        : new Routing.Ways(provider, fallingBack(way, smarthosts));
            }
        };
    }

    private Routing withFallback(String provider, Way first, RelayDomain relay) {
        return new Routing.Ways(
                provider,
                fallingBack(
                        first,
                        relay.fallback().map(name -> required(bySmarthost, name)).stream()
                                .toList()));
    }

    private static List<Way> fallingBack(Way first, List<Way> rest) {
        var ways = new ArrayList<Way>();
        ways.add(first);
        rest.forEach(way -> ways.add(way.because("fallback: no connection before")));
        return ways;
    }

    private Way directWay(List<MxHost> hosts, String why) {
        return new Way(
                DIRECT,
                Kind.HOST,
                BEST_TIER,
                new SiteKey(generation, DIRECT, siteOf(hosts)),
                transports.direct(new MxTargets(hosts, settings.direct().port(), random)),
                settings.direct().connections(),
                why);
    }

    /** The same for the same hosts, in whatever order DNS gives their addresses. */
    private static String siteOf(List<MxHost> hosts) {
        return hosts.stream()
                .map(host -> host.preference() + " " + host.name()
                        + host.addresses().stream()
                                .map(InetAddress::getHostAddress)
                                .sorted()
                                .toList())
                .sorted()
                .toList()
                .toString();
    }

    /** The operator of an MX host, as far as its name tells: the domain that the host stands in. */
    static String provider(String mxHost) {
        int dot = mxHost.indexOf('.');
        return dot >= 0 && mxHost.indexOf('.', dot + 1) >= 0 ? mxHost.substring(dot + 1) : mxHost;
    }

    private static Way required(Map<String, Way> ways, String name) {
        var way = ways.get(name);
        if (way == null) {
            throw new IllegalStateException("no way is named " + name);
        }
        return way;
    }

    int generation() {
        return generation;
    }

    OutboundSettings settings() {
        return settings;
    }

    Transports transports() {
        return transports;
    }

    Explanation explain(MailHost domain) {
        return switch (route(domain)) {
            case Routing.Ways ways ->
                new Explanation(
                        ways.provider(),
                        Explanation.Decision.SEND,
                        Optional.of(ways.ways().getFirst().route()),
                        Optional.empty(),
                        ways.ways().stream().map(RouteTable::candidate).toList());
            case Routing.Decided decided ->
                new Explanation(
                        decided.provider(),
                        Explanation.Decision.HOLD,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(new Explanation.Candidate(
                                decided.route(),
                                Kind.HOST,
                                BEST_TIER,
                                false,
                                List.of(decided.why(), decided.outcome().reply().text()))));
        };
    }

    private static Explanation.Candidate candidate(Way way) {
        return new Explanation.Candidate(way.route(), way.kind(), way.tier(), true, List.of(way.why()));
    }
}
