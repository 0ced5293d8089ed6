package io.mailvane.outbound;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;

/** What the tests of routes and of whole deliveries share. Its time stands still. */
final class RouterKit {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private RouterKit() {}

    static Surroundings surroundings(List<TransportProvider> providers) {
        return new Surroundings(
                new SimpleResolver(java.net.InetAddress.getLoopbackAddress()),
                () -> NOW,
                () -> 0,
                new Random(1),
                providers);
    }

    static Surroundings surroundings(Resolver resolver) {
        return new Surroundings(resolver, () -> NOW, () -> 0, new Random(1), List.of());
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
                new OwnHosts(Set.of("mx-a.example"), Set.of(), Set.of()),
                relayDomains,
                transports,
                new OutboundSettings.Direct(direct, 25, 20),
                smarthosts,
                Timeouts.DEFAULT,
                OutboundSettings.Limits.DEFAULT);
    }

    static TransportSettings.Smtp smtp(int port) {
        return new TransportSettings.Smtp(
                List.of(new HostAndPort("127.0.0.1", port)), TlsMode.NONE, Optional.empty(), Optional.empty(), 2);
    }
}
