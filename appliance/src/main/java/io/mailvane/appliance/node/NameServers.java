package io.mailvane.appliance.node;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;

/** The one place where a DNS resolver is made. */
final class NameServers {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private NameServers() {}

    /** @param servers asked in turn; empty: those of the host */
    static Resolver resolver(List<InetSocketAddress> servers) {
        var resolver = servers.isEmpty()
                ? new ExtendedResolver()
                : new ExtendedResolver(
                        servers.stream().<Resolver>map(SimpleResolver::new).toList());
        resolver.setTimeout(TIMEOUT);
        return resolver;
    }

    /** Asks one server, by UDP, and by TCP what is truncated. */
    static Resolver one(InetSocketAddress server) {
        return new SimpleResolver(server);
    }
}
