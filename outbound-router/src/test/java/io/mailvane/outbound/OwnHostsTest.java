package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnHostsTest {
    private static final OwnHosts OWN = new OwnHosts(
            Set.of("MX-A.example."),
            Set.of("mx-b.example"),
            Set.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 2525)),
            Set.of(InetAddress.ofLiteral("203.0.113.9")));

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 2525, true",
        "127.0.0.1, 2600, false",
        "127.0.0.2, 2525, false",
        "0.0.0.0, 2525, true",
        "0.0.0.0, 2600, true",
        "::, 25, true",
        "203.0.113.9, 2525, true",
        "203.0.113.9, 25, true",
        "mx-a.example, 2525, true",
        "mx-a.example, 10026, false",
        "MX-B.Example., 25, true",
        "mx-b.example, 587, true",
        "mx-c.example, 2525, false",
    })
    void areNoNextHopHoweverTheyAreWritten(String host, int port, boolean own) {
        assertThat(OWN.isOwn(new HostAndPort(host, port))).isEqualTo(own);
        var targets = new FixedTargets(List.of(new HostAndPort(host, port)), NO_DNS, OWN).targets(SmtpKit.ID);
        assertThat(targets.problem().endsWith("mail would go in a loop")).isEqualTo(own);
    }

    private static final Dns NO_DNS = new Dns(RouterKit.noNameServer());

    @Test
    void aPeersListenerIsNoNextHopEvenIfItsNameDoesNotTell() throws Exception {
        var peer = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 2526);
        var other = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 2600);
        try (var kit = new SmtpKit()) {
            var shared = new SmtpTransport.Shared(
                    kit.shared().ticker(), kit.shared().guard(), kit.shared().connectionsOpened(), peer::equals);
            var both = List.of(new Target("b", peer), new Target("c", other));
            assertThat(shared.withoutPeers(new TargetSource.Targets(both, "")))
                    .isEqualTo(new TargetSource.Targets(List.of(new Target("c", other)), ""));
            assertThat(shared.withoutPeers(new TargetSource.Targets(both.subList(0, 1), "")))
                    .isEqualTo(new TargetSource.Targets(List.of(), "the next hop is a peer: mail would go in a loop"));
        }
    }

    @Test
    void aSettingThatNamesThemIsAProblem() {
        var smtp = new TransportSettings.Smtp(
                List.of(new HostAndPort("mx-b.example", 25)), TlsMode.NONE, Optional.empty(), Optional.empty(), 2);
        var settings = RouterKit.settings(java.util.Map.of("t", smtp));
        var withPeer = new OutboundSettings(
                settings.hostname(),
                settings.deliver(),
                OWN,
                settings.relayDomains(),
                settings.transports(),
                settings.direct(),
                settings.smarthosts(),
                settings.timeouts(),
                settings.limits(),
                settings.leaving());
        assertThat(withPeer.problems())
                .containsExactly(new OutboundSettings.Problem(
                        "transport.t.hosts", "mx-b.example:25 is ourselves or a peer: mail would go in a loop"));
    }
}
