package io.mailvane.appliance.config;

import io.mailvane.appliance.web.PeerSettings;
import io.mailvane.inbound.InboundSettings;
import io.mailvane.outbound.HostAndPort;
import io.mailvane.outbound.OutboundSettings;
import io.mailvane.outbound.OwnHosts;
import io.mailvane.outbound.Timeouts;
import io.mailvane.outbound.TlsMode;
import io.mailvane.outbound.TransportProvider;
import io.mailvane.outbound.TransportSettings;
import io.mailvane.route.RoutingSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code [[transport]]}, {@code [direct]}, {@code [[smarthost]]} and {@code [timeouts]}: the ways out. */
final class DeliveryPart {
    private static final int CONNECTIONS = 20;
    private static final int MOST_CONNECTIONS = 1000;
    private static final int MOST_PROBED = 8;
    private static final int SMTP = 25;
    private static final int SUBMISSION = 587;
    private static final int MAX_PORT = 65535;
    private static final Set<String> NOT_YET = Set.of("lmtp", "http", "ses");
    private static final Map<String, TlsMode> TLS =
            Map.of("none", TlsMode.NONE, "may", TlsMode.MAY, "verify", TlsMode.VERIFY);

    private final Section top;
    private final Folder folder;
    private final Map<String, TransportProvider> plugins;

    DeliveryPart(Section top, Folder folder, List<TransportProvider> providers) {
        this.top = top;
        this.folder = folder;
        this.plugins = providers.stream().collect(Collectors.toMap(TransportProvider::type, p -> p, (a, b) -> a));
    }

    OutboundSettings outbound(
            Configuration.Node node, RelayPart relay, InboundSettings inbound, Ours ours, boolean deliver) {
        var listeners = inbound.listeners().stream()
                .map(InboundSettings.Listener::address)
                .filter(address -> address.getPort() != 0)
                .collect(Collectors.toSet());
        return new OutboundSettings(
                node.hostname(),
                deliver,
                own(node.hostname(), listeners, ours),
                relay.domains(),
                transports(node.data()),
                direct(top.section("direct"), ours.sources()),
                smarthosts(1 + ours.peers().size(), ownNames(node.hostname(), ours)),
                timeouts(top.section("timeouts")),
                OutboundSettings.Limits.DEFAULT,
                leaving(ours));
    }

    /**
     * What is ours, and how mail may leave from it.
     *
     * @param lifetime of a message in the queue
     */
    record Ours(List<SourceAddress> sources, List<PeerSettings> peers, RoutingSettings routing, Duration lifetime) {}

    private static OutboundSettings.Leaving leaving(Ours ours) {
        var sources = ours.sources().stream()
                .map(each -> new OutboundSettings.Source(each.name(), each.local(), each.publicAddress(), each.helo()))
                .toList();
        return new OutboundSettings.Leaving(sources, ours.routing(), ours.lifetime());
    }

    /** Beyond loopback a peer is known by its host, whatever its ports; on loopback by the listeners that it tells of. */
    private static OwnHosts own(String hostname, Set<InetSocketAddress> listeners, Ours ours) {
        Set<String> names = new HashSet<>();
        Set<InetAddress> addresses = new HashSet<>();
        ours.sources().forEach(source -> addresses.add(source.publicAddress()));
        for (var peer : ours.peers()) {
            peer.remoteHost()
                    .map(host -> new HostAndPort(host, SMTP))
                    .ifPresent(host -> host.literal().ifPresentOrElse(addresses::add, () -> names.add(host.host())));
        }
        return new OwnHosts(Set.of(hostname), names, listeners, addresses);
    }

    /**
     * Names that lead to ourselves, with the one port at which they do; 0: at each. What we are called from outside is our MX at
     * port 25, whatever port it is mapped to here; what EHLO says is an address of ours that mail leaves from.
     */
    private static Map<String, Integer> ownNames(String hostname, Ours ours) {
        var names = new HashMap<String, Integer>();
        ours.sources().forEach(source -> names.put(source.helo().toLowerCase(Locale.ROOT), 0));
        names.put(hostname.toLowerCase(Locale.ROOT), SMTP);
        return names;
    }

    private static boolean isOwn(HostAndPort host, Map<String, Integer> ownNames) {
        var name = host.host().toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        int port = ownNames.getOrDefault(name, -1);
        return port == 0 || port == host.port();
    }

    private Map<String, TransportSettings> transports(Path data) {
        var transports = new LinkedHashMap<String, TransportSettings>();
        Set<String> names = new HashSet<>();
        for (var section : top.sections("transport")) {
            var name = section.name("name", Reading.text(), names);
            transports.put(name, transport(section, data));
            section.end();
        }
        return transports;
    }

    private TransportSettings transport(Section section, Path data) {
        int connections = section.get("connections", Reading.number(1, MOST_CONNECTIONS), CONNECTIONS);
        var type = section.need("type", Reading.of(this::type), "");
        return switch (type) {
            case "smtp" -> smtp(section, section.need("hosts", Reading.someOf(Addresses.host(SMTP)), List.of()));
            case "maildir" ->
                new TransportSettings.Maildir(section.get("path", folder.path(), data.resolve("maildir")), connections);
            case "discard" -> new TransportSettings.Discard(connections);
            case "" -> {
                section.endUnread();
                yield new TransportSettings.Discard(connections);
            }
            default -> plugin(section, type, connections);
        };
    }

    private String type(String text) {
        if (NOT_YET.contains(text)) {
            throw new IllegalArgumentException("is not in this version");
        }
        var known = new LinkedHashSet<>(List.of("smtp", "maildir", "discard"));
        known.addAll(plugins.keySet());
        if (!known.contains(text)) {
            throw new IllegalArgumentException(
                    "must be one of " + String.join(", ", known) + Nearest.hint(text, known));
        }
        return text;
    }

    private TransportSettings plugin(Section section, String type, int connections) {
        Map<String, Object> table = new HashMap<>(section.table().toMap());
        section.keys().forEach(section::opaque);
        table.keySet().removeAll(Set.of("name", "type", "connections"));
        var provider = plugins.get(type);
        if (provider != null) {
            provider.problems(table).forEach(section::problem);
        }
        return new TransportSettings.Plugin(type, table, connections);
    }

    /** A table without hosts is a problem already; nowhere stands in for them. */
    private TransportSettings.Smtp smtp(Section section, List<HostAndPort> hosts) {
        int connections = section.get("connections", Reading.number(1, MOST_CONNECTIONS), CONNECTIONS);
        var tls = section.get("tls", Reading.word(TLS), TlsMode.MAY);
        var caFile = section.get("ca-file", folder.authorities());
        var username = section.get("username", Reading.text());
        var password = section.get("password-file", folder.secret());
        if (section.has("username") != section.has("password-file")) {
            section.problem(
                    section.has("username") ? "username" : "password-file", "username and password-file come together");
        }
        if (tls != TlsMode.VERIFY) {
            username.ifPresent(
                    _ -> section.warn("username", "is not used: a password is said only with tls = \"verify\""));
            caFile.ifPresent(
                    _ -> section.warn("ca-file", "is not used: who a host is counts only with tls = \"verify\""));
        }
        var credentials = username.filter(_ -> tls == TlsMode.VERIFY)
                .flatMap(name -> password.map(word -> new TransportSettings.Credentials(name, word)));
        return new TransportSettings.Smtp(
                hosts.isEmpty() ? List.of(new HostAndPort("invalid", SMTP)) : hosts,
                tls,
                caFile,
                credentials,
                connections);
    }

    private static OutboundSettings.Direct direct(Section section, List<SourceAddress> sources) {
        boolean enabled = section.get("enabled", Reading.flag(), true);
        int port = section.get("port", Reading.number(1, MAX_PORT), SMTP);
        var direct = new OutboundSettings.Direct(
                enabled,
                port,
                section.get("connections", Reading.number(1, MOST_CONNECTIONS), CONNECTIONS),
                section.get("probe", Reading.atMost(MOST_PROBED, Reading.setOf(Addresses.host(port))), List.of()));
        if (!enabled && !direct.probe().isEmpty()) {
            section.warn("probe", "is not used: with enabled = false no mail leaves by that port");
        } else if (!direct.probe().isEmpty() && sources.stream().allMatch(SourceAddress::admitted)) {
            section.warn("probe", "is not used: there is no [[source]] that is not admitted");
        }
        section.end();
        return direct;
    }

    /** @param nodes that share a smarthost's quota, in equal parts */
    private List<OutboundSettings.Smarthost> smarthosts(int nodes, Map<String, Integer> ownNames) {
        Set<String> names = new HashSet<>();
        return top.sections("smarthost").stream()
                .map(section -> smarthost(section, names, nodes, ownNames))
                .toList();
    }

    private OutboundSettings.Smarthost smarthost(
            Section section, Set<String> names, int nodes, Map<String, Integer> ownNames) {
        var name = section.name("name", Reading.text(), names);
        var host = section.need("host", Addresses.host(SUBMISSION), new HostAndPort("invalid", SUBMISSION));
        if (isOwn(host, ownNames)) {
            section.problem("host", host + " is ourselves or a peer: mail would go in a loop");
        }
        var quota = section.get("daily-quota", Reading.number(nodes, Integer.MAX_VALUE));
        var smarthost = new OutboundSettings.Smarthost(
                name,
                smtp(section, List.of(host)),
                section.get("order", Reading.number(1, MOST_CONNECTIONS), 1),
                quota.map(all -> OptionalLong.of(all / nodes)).orElseGet(OptionalLong::empty));
        section.end();
        return smarthost;
    }

    private static Timeouts timeouts(Section section) {
        var base = Timeouts.DEFAULT;
        var timeouts = new Timeouts(
                section.get("connect", Reading.duration(), base.connect()),
                section.get("greeting", Reading.duration(), base.greeting()),
                section.get("mail", Reading.duration(), base.mail()),
                section.get("data", Reading.duration(), base.data()),
                section.get("block", Reading.duration(), base.block()),
                section.get("end", Reading.duration(), base.end()),
                section.get("delivery", Reading.duration(), base.delivery()),
                section.get("idle", Reading.duration(), base.idle()));
        section.end();
        return timeouts;
    }
}
