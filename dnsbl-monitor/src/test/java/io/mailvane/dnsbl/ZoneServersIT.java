package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;

/** The site's resolver is real, and on loopback; time is told. */
class ZoneServersIT {
    private static final Name ZONE = ScriptedDns.name("bl.example.");
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.53"), 53);
    private static final InetSocketAddress ANOTHER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.54"), 53);

    private final AtomicLong nanos = new AtomicLong(7);
    private ScriptedDns site;
    private ZoneServers servers;

    @BeforeEach
    void start() throws IOException {
        site = ScriptedDns.start((query, tcp) -> Optional.of(delegated(query, "192.0.2.53")));
        var resolver = new SimpleResolver(site.address());
        resolver.setTimeout(Duration.ofMillis(300));
        servers = new ZoneServers(resolver, Duration.ofMillis(300), nanos::get);
        assertThat(servers.of(ZONE)).containsExactly(SERVER);
    }

    @AfterEach
    void stop() throws IOException {
        site.close();
    }

    private static Message delegated(Message query, String address) {
        return switch (ScriptedDns.asked(query)) {
            case "bl.example NS" ->
                ScriptedDns.reply(query, Rcode.NOERROR, ScriptedDns.ns("bl.example.", "ns.bl.example."));
            case "ns.bl.example A" ->
                ScriptedDns.reply(
                        query,
                        Rcode.NOERROR,
                        ScriptedDns.a(ScriptedDns.name("ns.bl.example."), Duration.ofMinutes(1), address));
            default -> ScriptedDns.negative(query, Duration.ofMinutes(1));
        };
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Test
    void areLookedForAnewAfterAnHour() {
        site.script((query, tcp) -> Optional.of(delegated(query, "192.0.2.54")));

        pass(Duration.ofMinutes(59));
        assertThat(servers.of(ZONE)).containsExactly(SERVER);
        pass(Duration.ofMinutes(2));
        assertThat(servers.of(ZONE)).containsExactly(ANOTHER);
    }

    /** The lists' own servers can be asked though the resolver is down: who they are was known. */
    @Test
    void stayAsKnownWhileTheResolverSaysNothingOfThem() {
        site.script((query, tcp) -> Optional.empty());
        pass(Duration.ofHours(2));
        assertThat(servers.of(ZONE)).containsExactly(SERVER);

        site.script((query, tcp) -> Optional.of(ScriptedDns.reply(query, Rcode.SERVFAIL)));
        pass(Duration.ofHours(2));
        assertThat(servers.of(ZONE)).containsExactly(SERVER);

        site.script((query, tcp) -> Optional.of(delegated(query, "192.0.2.54")));
        pass(Duration.ofMinutes(6));
        assertThat(servers.of(ZONE)).as("soon looked for again").containsExactly(ANOTHER);
    }

    @Test
    void areNoneOfAZoneThatIsThereNoMore() {
        site.script((query, tcp) -> Optional.of(ScriptedDns.reply(query, Rcode.NXDOMAIN)));
        pass(Duration.ofHours(2));

        assertThat(servers.of(ZONE)).isEmpty();
    }
}
