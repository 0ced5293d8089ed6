package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.SourceProbe;
import io.mailvane.mail.SourceProbe.Finding;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.outbound.OutboundSettings.Source;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is tried of a source that is not admitted yet, and how often. */
class ProbesIT extends WaysOutKit {
    private static final InetAddress PUBLIC = InetAddress.ofLiteral("203.0.113.11");
    private static final String SEEN = "250-mx.example at your service, [203.0.113.11]\r\n250 SIZE";

    private static final Map<String, SourceStanding> WAITING = Map.of("a1", standing("a1", State.ADMISSION));

    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final StallGuard guard = new StallGuard(1_000);

    @AfterEach
    void stopGuard() {
        guard.close();
    }

    private OutboundSettings settings(Source source, int... ports) {
        var base = RouterKit.settings(Map.of(), Map.of(), List.of(), true);
        var hosts = IntStream.of(ports)
                .mapToObj(port -> new HostAndPort("127.0.0.1", port))
                .toList();
        return new OutboundSettings(
                base.hostname(),
                true,
                base.own(),
                base.relayDomains(),
                base.transports(),
                new OutboundSettings.Direct(true, 25, 20, hosts),
                base.smarthosts(),
                base.timeouts(),
                base.limits(),
                new OutboundSettings.Leaving(
                        List.of(source), OutboundSettings.Leaving.DEFAULT.routing(), Duration.ofDays(5)));
    }

    /** Begins with a source that waits, and these hosts. */
    private Probes begin(Source source, int... ports) {
        var settings = settings(source, ports);
        var world = surroundings();
        var shared = new SmtpTransport.Shared(world.ticker(), guard, new AtomicLong(), world.peer());
        var table = new RouteTable(settings, 0, new Transports(settings, world, shared), world);
        var tried = new Probes(() -> table, world.ticker(), probes::add, faults::add);
        tried.standings(WAITING);
        assertThat(probes).as("nothing is tried before the start").isEmpty();
        tried.start();
        return tried;
    }

    private static ScriptedPeer greeting(String ehlo) {
        return ScriptedPeer.of(Answers.offering().to("EHLO", ehlo));
    }

    private static int closed() throws Exception {
        try (var unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return unused.getLocalPort();
        }
    }

    /** So many rounds have ended. */
    private List<Finding> findings(int rounds) {
        await().until(() -> probes.size() >= rounds);
        assertThat(faults).isEmpty();
        return probes.stream().map(SourceProbe::finding).toList();
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    /** And the round after it. */
    private List<Finding> again(Probes tried, int rounds) {
        assertThat(tried.isDue()).isTrue();
        await().until(() -> {
            tried.begin();
            return probes.size() >= rounds;
        });
        return findings(rounds);
    }

    @Test
    void aSourceThatWaitsIsGreetedWithoutMail() throws Exception {
        try (var peer = greeting(SEEN)) {
            begin(source(1), peer.port());
            findings(1);
            assertThat(probes)
                    .containsExactly(new SourceProbe(PUBLIC, new Finding.Greeted("127.0.0.1", Optional.of(PUBLIC))));
            assertThat(peer.clients()).containsExactly("127.0.0.11");
            assertThat(peer.heard()).containsExactly("EHLO out1.example", "QUIT");
        }
    }

    @Test
    void oneThatIsAdmittedIsTriedNoMore() throws Exception {
        var tried = begin(source(1), closed());
        findings(1);
        pass(Probes.AGAIN);
        assertThat(tried.isDue()).isTrue();
        tried.standings(Map.of("a1", standing("a1", State.WARMING)));
        pass(Duration.ofDays(2));
        assertThat(tried.isDue()).isFalse();
    }

    @Test
    void eachHostIsFirstInItsTurnAndARoundEndsWithTheOneThatSaysWhereItSeesUs() throws Exception {
        try (var mute = greeting("250 mx1.example");
                var other = greeting("250-mx2.example at your service, [192.0.2.99]\r\n250 SIZE")) {
            var tried = begin(source(1), mute.port(), other.port());
            findings(1);
            assertThat(mute.connections()).isOne();
            assertThat(other.connections()).isOne();
            pass(Probes.AGAIN.minusNanos(1));
            assertThat(tried.isDue()).isFalse();
            pass(Duration.ofNanos(1));
            var elsewhere = new Finding.Greeted("127.0.0.1", Optional.of(InetAddress.ofLiteral("192.0.2.99")));
            assertThat(again(tried, 2)).containsExactly(elsewhere, elsewhere);
            assertThat(mute.connections())
                    .as("the second round began with the other")
                    .isOne();
            assertThat(other.connections()).isEqualTo(2);
        }
    }

    @Test
    void whatIsRightIsTriedAgainAfterADay() throws Exception {
        try (var peer = greeting("250 mx1.example")) {
            var tried = begin(source(1), peer.port());
            assertThat(findings(1)).containsExactly(new Finding.Greeted("127.0.0.1", Optional.empty()));
            pass(Probes.AGAIN_IF_RIGHT.minusNanos(1));
            assertThat(tried.isDue()).isFalse();
            pass(Duration.ofNanos(1));
            assertThat(tried.isDue()).isTrue();
        }
    }

    @Test
    void otherSettingsAreTriedAtOnce() throws Exception {
        try (var peer = greeting(SEEN)) {
            var tried = begin(source(1), peer.port());
            findings(1);
            tried.anew(WAITING);
            findings(2);
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void whereNobodyGreetsItIsToldWhatEachDid() throws Exception {
        int closed = closed();
        try (var refusing =
                ScriptedPeer.of(line -> line.reply("554 5.7.1 go away").hold())) {
            begin(source(1), closed, refusing.port());
            assertThat(findings(1))
                    .containsExactly(new Finding.TurnedAway("127.0.0.1: refused at the greeting: 554 5.7.1 go away"));
        }
        probes.clear();
        begin(source(1), closed);
        assertThat(findings(1)).containsExactly(new Finding.Unreached("127.0.0.1: Connection refused"));
    }

    @Test
    void anAddressThatThisHostDoesNotHaveIsNoClosedPort() throws Exception {
        try (var peer = greeting(SEEN)) {
            begin(new Source("a1", InetAddress.ofLiteral("192.0.2.1"), PUBLIC, "out1.example"), peer.port());
            assertThat(findings(1).getFirst())
                    .isInstanceOfSatisfying(
                            Finding.Unbound.class,
                            unbound -> assertThat(unbound.what()).startsWith("cannot set out from 192.0.2.1: "));
            assertThat(peer.connections()).isZero();
        }
    }

    @Test
    void aRouterTriesWhenTheMonitorSaysThatASourceWaits() throws Exception {
        try (var peer = greeting(SEEN);
                var router = OutboundRouter.start(settings(source(1), peer.port()), queue, surroundings(), Map.of())) {
            router.standings(WAITING);
            findings(1);
            assertThat(peer.clients()).containsExactly("127.0.0.11");
        }
    }
}
