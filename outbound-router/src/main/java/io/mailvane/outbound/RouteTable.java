package io.mailvane.outbound;

import io.mailvane.mail.MailHost;
import io.mailvane.mail.ProviderId;
import io.mailvane.outbound.OutboundSettings.RelayDomain;
import io.mailvane.outbound.OutboundSettings.Smarthost;
import io.mailvane.outbound.OutboundSettings.Source;
import io.mailvane.outbound.Routing.SiteKey;
import io.mailvane.outbound.Routing.Way;
import io.mailvane.reply.EchoedAddress;
import io.mailvane.route.Allowed;
import io.mailvane.route.Providers;
import io.mailvane.route.Route;
import io.mailvane.route.Setup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * From a recipient's domain to its ways. Made of one reading of the configuration, replaced as a whole by the next. Any
 * number of threads.
 */
final class RouteTable {
    static final String DIRECT = "direct";
    private static final String OWN_TRANSPORT = "transport of the relay domain";

    private final OutboundSettings settings;
    private final int generation;
    private final Transports transports;
    private final MxLookup mx;
    private final RoutingCache cache;
    private final Providers providers;
    private final Map<String, Way> local = new HashMap<>();
    private final Map<String, Map<Route, Way>> byTransport = new HashMap<>();
    private final Map<Route, Way> smarthosts = new HashMap<>();
    private final Map<Route, Optional<Source>> sources = new LinkedHashMap<>();

    RouteTable(OutboundSettings settings, int generation, Transports transports, Surroundings surroundings) {
        this.settings = settings;
        this.generation = generation;
        this.transports = transports;
        this.mx =
                new MxLookup(transports.dns(), settings.own(), settings.direct().port(), surroundings.ticker());
        this.cache = new RoutingCache(surroundings.ticker());
        this.providers = Providers.shipped();
        addSources();
        settings.transports().forEach(this::addTransport);
        settings.smarthosts().forEach(this::addSmarthost);
    }

    private void addSources() {
        settings.leaving()
                .sources()
                .forEach(source -> sources.put(new Route(Route.Kind.SOURCE, source.name()), Optional.of(source)));
        if (sources.isEmpty()) {
            sources.put(new Route(Route.Kind.HOST, Setup.HOST), Optional.empty());
        }
    }

    private void addTransport(String name, TransportSettings transport) {
        if (transport instanceof TransportSettings.Smtp smtp) {
            var ways = new HashMap<Route, Way>();
            sources.forEach((route, source) ->
                    ways.put(route, way(name, source, "", transports.from(smtp, source), smtp.connections())));
            byTransport.put(name, ways);
        } else {
            local.put(name, way(name, Optional.empty(), "", transports.create(transport), transport.connections()));
        }
    }

    private void addSmarthost(Smarthost smarthost) {
        var smtp = smarthost.smtp();
        smarthosts.put(
                new Route(Route.Kind.SMARTHOST, smarthost.name()),
                way(smarthost.name(), Optional.empty(), "", transports.create(smtp), smtp.connections()));
    }

    private Way way(String name, Optional<Source> source, String hosts, Transport transport, int connections) {
        var from = source.map(Source::name);
        return new Way(name, from, new SiteKey(generation, name, from, hosts), transport, connections);
    }

    private static ProviderId providerOf(String name) {
        return new ProviderId(name.toLowerCase(Locale.ROOT));
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
            return Optional.of(byTransport(transport.get(), relay.get()));
        }
        if (relay.isEmpty() && !settings.direct().enabled()) {
            // Whose MX it would be is not asked: this node may have no way to it at all.
            var provider = providerOf(domain.key());
            return Optional.of(new Routing.Choice(
                    provider, Optional.empty(), Allowed.SMARTHOSTS_ONLY, this::smarthost, "direct delivery is off"));
        }
        return domain instanceof MailHost.AddressLiteral literal ? Optional.of(byAddress(literal)) : Optional.empty();
    }

    private Routing byTransport(String transport, RelayDomain relay) {
        var provider = providerOf(transport);
        var allowed = Allowed.relayDomain(relay.fallback());
        var only = local.get(transport);
        if (only != null) {
            var next = relay.fallback()
                    .map(name -> new Routing.Choice(
                            provider, Optional.of(transport), allowed.unreached(), this::smarthost, OWN_TRANSPORT));
            return new Routing.Only(provider, only, OWN_TRANSPORT, next);
        }
        var ways = byTransport.getOrDefault(transport, Map.of());
        return new Routing.Choice(
                provider,
                Optional.of(transport),
                allowed,
                route -> Optional.ofNullable(ways.get(route)).or(() -> smarthost(route)),
                OWN_TRANSPORT);
    }

    private Routing byAddress(MailHost.AddressLiteral literal) {
        var host = new MxHost(literal.text(), 0, List.of(literal.address()));
        var target = new InetSocketAddress(literal.address(), settings.direct().port());
        var provider = providerOf(literal.key());
        if (settings.own().isOurs(target)) {
            return new Routing.Decided(
                    provider,
                    DIRECT,
                    MxLookup.loop("mail for " + literal.text() + " would loop: that is this host"),
                    "by address literal");
        }
        if (isNobody(literal.address())) {
            return new Routing.Decided(
                    provider,
                    DIRECT,
                    MxLookup.failed("5.1.2", "no host can have the address " + literal.text()),
                    "by address literal");
        }
        // It is not ours: no look-up of a smarthost brings it back. But in its network a private address is somebody
        // else's.
        boolean isElsewhereToo =
                EchoedAddress.isPublic(literal.address()) && !literal.address().isLoopbackAddress();
        return new Routing.Choice(
                provider,
                Optional.empty(),
                isElsewhereToo ? Allowed.ANY : Allowed.relayDomain(Optional.empty()),
                direct(List.of(host)),
                "the recipient's address literal");
    }

    /** An address of many hosts at once (RFC 1112, 4291) or of all (RFC 919): no session is held with it. */
    private static boolean isNobody(InetAddress address) {
        return address.isMulticastAddress()
                || Arrays.equals(address.getAddress(), new byte[] {(byte) 255, (byte) 255, (byte) 255, (byte) 255});
    }

    /** Where we are an MX ourselves, a smarthost's look-up would bring the mail back: it waits for the better hosts. */
    private Routing byMx(MailHost domain, MxAnswer answer) {
        return switch (answer) {
            case MxAnswer.Decided decided ->
                new Routing.Decided(providerOf(domain.key()), DIRECT, decided.outcome(), decided.why());
            case MxAnswer.Hosts found -> {
                var relay = Optional.ofNullable(settings.relayDomains().get(domain.key()));
                yield new Routing.Choice(
                        operator(domain, found.hosts()),
                        Optional.empty(),
                        relay.map(each -> Allowed.relayDomain(each.fallback()))
                                .orElse(found.cut() ? Allowed.relayDomain(Optional.empty()) : Allowed.ANY),
                        direct(found.hosts()),
                        "by MX");
            }
        };
    }

    /** Hosts of several are nobody's but the domain's: a stranger beside a provider's host must not speak for the provider. */
    private ProviderId operator(MailHost domain, List<MxHost> hosts) {
        var operators =
                hosts.stream().map(host -> providers.of(host.name())).distinct().toList();
        return operators.size() == 1 ? operators.getFirst() : providerOf(domain.key());
    }

    /** Transports are made as they are chosen: of many sources and many domains few meet. */
    private Routing.WayFinder direct(List<MxHost> hosts) {
        var site = siteOf(hosts);
        var targets = new MxTargets(hosts, settings.direct().port());
        return route -> {
            var source = sources.get(route);
            return source == null
                    ? smarthost(route)
                    : Optional.of(way(
                            route.name(),
                            source,
                            site,
                            transports.direct(targets, source),
                            settings.direct().connections()));
        };
    }

    private Optional<Way> smarthost(Route route) {
        return Optional.ofNullable(smarthosts.get(route));
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

    int generation() {
        return generation;
    }

    OutboundSettings settings() {
        return settings;
    }

    Transports transports() {
        return transports;
    }
}
