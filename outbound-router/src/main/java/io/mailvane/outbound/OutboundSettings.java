package io.mailvane.outbound;

import io.mailvane.route.RoutingSettings;
import io.mailvane.route.Setup;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that delivery is told.
 *
 * @param hostname what EHLO says
 * @param deliver false: nothing is taken from the queue
 * @param relayDomains by domain, lower case, A-labels
 * @param transports by name
 * @param smarthosts in any order of the list; {@link Smarthost#order} counts
 */
public record OutboundSettings(
        String hostname,
        boolean deliver,
        OwnHosts own,
        Map<String, RelayDomain> relayDomains,
        Map<String, TransportSettings> transports,
        Direct direct,
        List<Smarthost> smarthosts,
        Timeouts timeouts,
        Limits limits,
        Leaving leaving) {
    public OutboundSettings {
        relayDomains = Map.copyOf(relayDomains);
        transports = Map.copyOf(transports);
        smarthosts = smarthosts.stream()
                .sorted(Comparator.comparingInt(Smarthost::order).thenComparing(Smarthost::name))
                .toList();
    }

    /**
     * A domain whose mail is taken from anyone.
     *
     * @param transport name of its transport; empty: its MX
     * @param fallback name of a smarthost that delivers this domain elsewhere
     */
    public record RelayDomain(Optional<String> transport, Optional<String> fallback) {}

    /**
     * Delivery to the MX of domains that are not ours.
     *
     * @param connections at once to one site
     * @param probe whom a source that is not admitted yet may ask for a greeting; none: nobody is asked
     */
    public record Direct(boolean enabled, int port, int connections, List<HostAndPort> probe) {
        /** Where nobody is asked for a greeting. */
        public Direct(boolean enabled, int port, int connections) {
            this(enabled, port, connections, List.of());
        }

        public Direct {
            probe = List.copyOf(probe);
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("the port is not within 1 to 65535");
            }
            if (connections < 1) {
                throw new IllegalArgumentException("at least one connection");
            }
        }
    }

    /**
     * An MTA of others that takes our mail for anyone.
     *
     * @param order lower is better
     * @param dailyQuota recipients in any 24 hours that this node may give it; empty: no limit
     */
    public record Smarthost(String name, TransportSettings.Smtp smtp, int order, OptionalLong dailyQuota) {
        public Smarthost(String name, TransportSettings.Smtp smtp, int order) {
            this(name, smtp, order, OptionalLong.empty());
        }
    }

    /**
     * From which addresses mail leaves, and how one is chosen.
     *
     * @param sources none: the host's own choice
     * @param lifetime of a message in the queue
     */
    public record Leaving(List<Source> sources, RoutingSettings routing, Duration lifetime) {
        public static final Leaving DEFAULT = new Leaving(List.of(), RoutingSettings.DEFAULT, Duration.ofDays(5));

        public Leaving {
            sources = List.copyOf(sources);
        }
    }

    /**
     * An address of ours to send from.
     *
     * @param local what this host binds
     * @param publicAddress what the world sees
     * @param helo what EHLO says
     */
    public record Source(String name, InetAddress local, InetAddress publicAddress, String helo) {}

    /** The ways out, for the decision. */
    Setup setup() {
        var addresses = leaving.sources().stream()
                .map(each -> new Setup.OwnAddress(each.name(), each.publicAddress(), 1))
                .toList();
        var relays = smarthosts.stream()
                .map(each -> new Setup.Smarthost(
                        each.name(),
                        each.order(),
                        each.dailyQuota().orElse(Long.MAX_VALUE),
                        Long.MAX_VALUE,
                        each.smtp().account()))
                .toList();
        return new Setup(leaving.routing(), addresses, relays);
    }

    /**
     * What may be in memory.
     *
     * @param recipients taken from the queue at once
     * @param perSite recipients that wait for one next hop; more are left in the queue, so that a slow one leaves room for others
     */
    public record Limits(int recipients, int perSite) {
        public static final Limits DEFAULT = new Limits(50_000, 4_000);

        public Limits {
            if (recipients < 1 || perSite < 1) {
                throw new IllegalArgumentException("at least one");
            }
        }
    }

    /**
     * One thing that is wrong.
     *
     * @param setting its path, such as {@code relay-domain.shop.example.transport}
     */
    public record Problem(String setting, String reason) {}

    /** What no part can see alone; delivery does not start with one of these. */
    public List<Problem> problems() {
        var problems = new ArrayList<Problem>();
        relayDomains.forEach((domain, settings) -> addNames(problems, domain, settings));
        transports.forEach((name, transport) -> {
            if (transport instanceof TransportSettings.Smtp smtp) {
                addLoops(problems, "transport." + name + ".hosts", smtp);
            }
        });
        smarthosts.forEach(
                smarthost -> addLoops(problems, "smarthost." + smarthost.name() + ".host", smarthost.smtp()));
        direct.probe().stream()
                .filter(own::isOwn)
                .forEach(host -> problems.add(
                        new Problem("direct.probe", host + " is ourselves or a peer: its greeting proves nothing")));
        addNames(problems);
        if (!direct.enabled() && smarthosts.isEmpty()) {
            problems.add(new Problem("direct.enabled", "no smarthost is configured: nothing could leave"));
        }
        problems.sort(Comparator.comparing(Problem::setting).thenComparing(Problem::reason));
        return problems;
    }

    /** Logs, explanations and the page know a way by its name alone. */
    private void addNames(List<Problem> problems) {
        var names = new HashSet<>(transports.keySet());
        names.add(Setup.HOST);
        leaving.sources().stream()
                .filter(source -> !names.add(source.name()))
                .forEach(source -> problems.add(
                        new Problem("source." + source.name() + ".name", "another way out has this name")));
        smarthosts.stream()
                .filter(smarthost -> !names.add(smarthost.name()))
                .forEach(smarthost -> problems.add(
                        new Problem("smarthost." + smarthost.name() + ".name", "another way out has this name")));
    }

    private void addNames(List<Problem> problems, String domain, RelayDomain settings) {
        var at = "relay-domain." + domain;
        settings.transport()
                .filter(name -> !transports.containsKey(name))
                .ifPresent(name -> problems.add(new Problem(at + ".transport", "no transport is named " + name)));
        settings.fallback()
                .filter(name -> smarthosts.stream()
                        .noneMatch(smarthost -> smarthost.name().equals(name)))
                .ifPresent(name -> problems.add(new Problem(at + ".fallback", "no smarthost is named " + name)));
    }

    private void addLoops(List<Problem> problems, String setting, TransportSettings.Smtp smtp) {
        smtp.hosts().stream()
                .filter(own::isOwn)
                .forEach(host ->
                        problems.add(new Problem(setting, host + " is ourselves or a peer: mail would go in a loop")));
    }
}
