package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.SourceProbe;
import io.mailvane.mail.SourceProbe.Finding;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.outbound.OutboundSettings.Source;
import io.mailvane.outbound.ScriptedDns.Trouble;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Resolver;

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

    private static List<HostAndPort> hosts(int... ports) {
        return IntStream.of(ports)
                .mapToObj(port -> new HostAndPort("127.0.0.1", port))
                .toList();
    }

    private OutboundSettings settings(Source source, List<HostAndPort> hosts) {
        var base = RouterKit.settings(Map.of(), Map.of(), List.of(), true);
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
        return begin(surroundings(), source, hosts(ports));
    }

    private Probes begin(Surroundings world, Source source, List<HostAndPort> hosts) {
        var settings = settings(source, hosts);
        var shared = new SmtpTransport.Shared(world.ticker(), guard, new AtomicLong(), world.peer());
        var table = new RouteTable(settings, 0, new Transports(settings, world, shared), world);
        var tried = new Probes(() -> table, world.ticker(), probes::add, faults::add);
        tried.standings(WAITING);
        assertThat(probes).as("nothing is tried before the start").isEmpty();
        tried.start();
        return tried;
    }

    /** Where DNS knows what it is told here, and peers are known by this. */
    private Surroundings world(Resolver resolver, Predicate<InetSocketAddress> peer) {
        var base = surroundings();
        return new Surroundings(
                resolver,
                base.clock(),
                base.ticker(),
                base.random(),
                base.providers(),
                peer,
                base.evidence(),
                base.history(),
                base.probed(),
                base.memory());
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

    /** Nothing is said of the port of whom nobody could ask. */
    @Test
    void aHostWithoutAnAddressToAskIsNoClosedPort() throws Exception {
        try (var dns = ScriptedDns.knowing("six.example 60 AAAA ::1")
                .with("broken.example", "A", Trouble.SERVFAIL)
                .with("broken.example", "AAAA", Trouble.SERVFAIL)) {
            var world = world(dns.resolver(), address -> false);
            int closed = closed();
            begin(
                    world,
                    source(1),
                    List.of(
                            new HostAndPort("no.example", closed),
                            new HostAndPort("broken.example", closed),
                            new HostAndPort("six.example", closed)));
            assertThat(findings(1))
                    .containsExactly(new Finding.Unasked("no.example: no.example has no address in DNS;"
                            + " broken.example: DNS gave no answer for broken.example: the name server reports a failure;"
                            + " six.example: no host has an address of the family of 127.0.0.11"));
            probes.clear();
            begin(
                    world,
                    source(1),
                    List.of(new HostAndPort("no.example", closed), new HostAndPort("127.0.0.1", closed)));
            assertThat(findings(1)).containsExactly(new Finding.Unreached("127.0.0.1: Connection refused"));
        }
    }

    @Test
    void aHostIsAskedAtEachOfItsAddressesUntilOneGreets() throws Exception {
        try (var peer = greeting(SEEN);
                var dns = ScriptedDns.knowing("mx.example 60 A 127.0.0.2", "mx.example 60 A 127.0.0.1")) {
            begin(
                    world(dns.resolver(), address -> false),
                    source(1),
                    List.of(new HostAndPort("mx.example", peer.port())));
            assertThat(findings(1)).containsExactly(new Finding.Greeted("mx.example", Optional.of(PUBLIC)));
        }
    }

    @Test
    void aFaultOfOursEndsARoundAndNoMore() throws Exception {
        var first = new AtomicBoolean(true);
        try (var peer = greeting(SEEN)) {
            var world = world(RouterKit.noNameServer(), address -> {
                if (first.compareAndSet(true, false)) {
                    throw new NoClassDefFoundError("a fault of this test");
                }
                return false;
            });
            var tried = begin(world, source(1), hosts(peer.port()));
            await().until(() -> !faults.isEmpty());
            assertThat(faults).singleElement().isInstanceOf(NoClassDefFoundError.class);
            faults.clear();
            pass(Probes.AGAIN);
            assertThat(again(tried, 1)).containsExactly(new Finding.Greeted("127.0.0.1", Optional.of(PUBLIC)));
        }
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
                var router = OutboundRouter.start(
                        settings(source(1), hosts(peer.port())), queue, surroundings(), Map.of())) {
            router.standings(WAITING);
            findings(1);
            assertThat(peer.clients()).containsExactly("127.0.0.11");
        }
    }
}
