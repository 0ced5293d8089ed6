package io.mailvane.outbound;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;

/** What the tests of routes and of whole deliveries share. Its time stands still. */
final class RouterKit {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private RouterKit() {}

    static Resolver noNameServer() {
        return new SimpleResolver(java.net.InetAddress.getLoopbackAddress());
    }

    static Surroundings surroundings(List<TransportProvider> providers) {
        return new Surroundings(noNameServer(), () -> NOW, () -> 0, new Random(1), providers, address -> false);
    }

    static Surroundings surroundings(Resolver resolver) {
        return new Surroundings(resolver, () -> NOW, () -> 0, new Random(1), List.of(), address -> false);
    }

    static OutboundSettings settings(Map<String, TransportSettings> transports) {
        return settings(Map.of(), transports, List.of(), true);
    }

    static OutboundSettings settings(
            Map<String, OutboundSettings.RelayDomain> relayDomains,
            Map<String, TransportSettings> transports,
            List<OutboundSettings.Smarthost> smarthosts,
            boolean direct) {
        return new OutboundSettings(
                "mx-a.example",
                true,
                new OwnHosts(Set.of("mx-a.example"), Set.of(), Set.of(), Set.of()),
                relayDomains,
                transports,
                new OutboundSettings.Direct(direct, 25, 20),
                smarthosts,
                Timeouts.DEFAULT,
                OutboundSettings.Limits.DEFAULT,
                OutboundSettings.Leaving.DEFAULT);
    }

    static TransportSettings.Smtp smtp(int... ports) {
        var hosts = IntStream.of(ports)
                .mapToObj(port -> new HostAndPort("127.0.0.1", port))
                .toList();
        return new TransportSettings.Smtp(hosts, TlsMode.NONE, Optional.empty(), Optional.empty(), 2);
    }
}
