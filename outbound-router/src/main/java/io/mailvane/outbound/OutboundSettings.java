package io.mailvane.outbound;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        Limits limits) {
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
     */
    public record Direct(boolean enabled, int port, int connections) {
        public Direct {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("the port is not within 1 to 65535");
            }
            if (connections < 1) {
                throw new IllegalArgumentException("at least one connection");
            }
        }
    }

    /** An MTA of others that takes our mail for anyone. */
    public record Smarthost(String name, TransportSettings.Smtp smtp, int order) {}

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
        if (!direct.enabled() && smarthosts.isEmpty()) {
            problems.add(new Problem("direct.enabled", "no smarthost is configured: nothing could leave"));
        }
        problems.sort(Comparator.comparing(Problem::setting).thenComparing(Problem::reason));
        return problems;
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
                .filter(this::isOwn)
                .forEach(host -> problems.add(new Problem(setting, host + " is ourselves: mail would go in a loop")));
    }

    private boolean isOwn(HostAndPort host) {
        return host.literal()
                .map(address -> own.isOwn(new java.net.InetSocketAddress(address, host.port())))
                .orElse(false);
    }
}
