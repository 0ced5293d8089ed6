package io.mailvane.outbound;

import static org.awaitility.Awaitility.await;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceProbe;
import io.mailvane.mail.SourceStanding;
import io.mailvane.outbound.OutboundSettings.Leaving;
import io.mailvane.outbound.OutboundSettings.RelayDomain;
import io.mailvane.outbound.OutboundSettings.Source;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageDetail;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import io.mailvane.route.RouteEvent;
import io.mailvane.route.RoutingSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.SimpleResolver;

/** A queue, and a router from it to receivers that like some of our addresses and not others. Its time stands still. */
abstract class WaysOutKit {
    static final String BLOCKED = "550 5.7.1 Client host blocked using bl.test";

    static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    @TempDir
    Path data;

    final List<ReplyEvidence> evidence = new CopyOnWriteArrayList<>();
    final List<RouteEvent> history = new CopyOnWriteArrayList<>();
    final List<SourceProbe> probes = new CopyOnWriteArrayList<>();
    /** The next connection is a fault of ours. */
    final AtomicBoolean faulty = new AtomicBoolean();

    final AtomicReference<Instant> now = new AtomicReference<>(RouterKit.NOW);
    MessageQueue queue;

    @BeforeEach
    void open() throws Exception {
        queue = MessageQueue.open(
                new QueueSettings(
                        "zone-a", new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofDays(5)), 1 << 20, 100),
                new FileSegmentStore(directory),
                new DsnWriter("mx-a.example", Mailbox.parse("postmaster@shop.example")),
                now::get);
    }

    @AfterEach
    void close() throws Exception {
        queue.close();
    }

    static Source source(int number) {
        return new Source(
                "a" + number,
                InetAddress.ofLiteral("127.0.0.1" + number),
                InetAddress.ofLiteral("203.0.113.1" + number),
                "out" + number + ".example");
    }

    /** The peer takes the mail of shop.example. */
    static OutboundSettings settings(ScriptedPeer peer, Optional<ScriptedPeer> fallback, Source... sources) {
        return settings(peer, fallback, RoutingSettings.DEFAULT, sources);
    }

    static OutboundSettings settings(
            ScriptedPeer peer, Optional<ScriptedPeer> fallback, RoutingSettings routing, Source... sources) {
        var smarthosts = fallback.stream()
                .map(each -> new OutboundSettings.Smarthost("sh1", RouterKit.smtp(each.port()), 1))
                .toList();
        var relay = new RelayDomain(Optional.of("customer"), fallback.map(each -> "sh1"));
        var base = RouterKit.settings(
                Map.of("shop.example", relay), Map.of("customer", RouterKit.smtp(peer.port())), smarthosts, true);
        return new OutboundSettings(
                base.hostname(),
                true,
                base.own(),
                base.relayDomains(),
                base.transports(),
                base.direct(),
                base.smarthosts(),
                base.timeouts(),
                base.limits(),
                new Leaving(List.of(sources), routing, Duration.ofDays(5)));
    }

    Surroundings surroundings() {
        return new Surroundings(
                new SimpleResolver(InetAddress.getLoopbackAddress()),
                now::get,
                () -> Duration.between(RouterKit.NOW, now.get()).toNanos(),
                new Random(1),
                List.of(),
                this::isPeer,
                evidence::add,
                history::add,
                probes::add,
                Optional.of(data.resolve("routes.db")));
    }

    private boolean isPeer(InetSocketAddress address) {
        if (faulty.compareAndSet(true, false)) {
            throw new IllegalStateException("a fault of this test at " + address);
        }
        return false;
    }

    OutboundRouter route(ScriptedPeer peer, Optional<ScriptedPeer> fallback, Source... sources) {
        return OutboundRouter.start(settings(peer, fallback, sources), queue, surroundings());
    }

    QueueId accept(String... recipients) throws Exception {
        return acceptContent(SmtpKit.CONTENT, recipients);
    }

    QueueId acceptContent(String content, String... recipients) throws Exception {
        var octets = content.getBytes(StandardCharsets.US_ASCII);
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(octets, 0, octets.length);
            incoming.commit(new Acceptance(SmtpKit.envelope(recipients), MessageState.ACTIVE, new byte[0], List.of()));
            return incoming.id();
        }
    }

    MessageDetail awaitAttempt(QueueId id) {
        return await().until(
                        () -> queue.show(id).orElseThrow(),
                        shown -> !shown.recipients().getFirst().attempts().isEmpty());
    }

    static SourceStanding standing(String source, SourceStanding.State state) {
        return new SourceStanding(source, state, 1, 0, Map.of(), "listed on bl.test", Optional.empty());
    }

    static RoutingSettings withoutBulk() {
        var d = RoutingSettings.DEFAULT;
        return new RoutingSettings(
                d.whenNoRoute(),
                d.thresholds(),
                d.switches(),
                d.struckAddresses(),
                d.strikeWindow(),
                d.greylistPin(),
                d.patience(),
                RoutingSettings.BulkBySmarthost.NO,
                d.lanes(),
                d.ramp(),
                d.warmUp(),
                d.smarthosts());
    }

    void awaitRelayed(QueueId id) {
        await().until(() -> queue.show(id).orElseThrow().recipients().getFirst().state() == RecipientState.RELAYED);
    }
}
