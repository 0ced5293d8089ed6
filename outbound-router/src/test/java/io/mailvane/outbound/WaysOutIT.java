package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReplyEvidence;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.SimpleResolver;

/** Which way mail takes from a queue to a receiver that likes some of our addresses and not others. */
class WaysOutIT {
    private static final String BLOCKED = "550 5.7.1 Client host blocked using bl.test";

    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    @TempDir
    Path data;

    private final List<ReplyEvidence> evidence = new CopyOnWriteArrayList<>();
    private final List<RouteEvent> history = new CopyOnWriteArrayList<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(RouterKit.NOW);
    private MessageQueue queue;

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

    private static Source source(int number) {
        return new Source(
                "a" + number,
                InetAddress.ofLiteral("127.0.0.1" + number),
                InetAddress.ofLiteral("203.0.113.1" + number),
                "out" + number + ".example");
    }

    /** The peer takes the mail of shop.example. */
    private static OutboundSettings settings(ScriptedPeer peer, Optional<ScriptedPeer> fallback, Source... sources) {
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
                new Leaving(List.of(sources), RoutingSettings.DEFAULT, Duration.ofDays(5)));
    }

    private Surroundings surroundings() {
        return new Surroundings(
                new SimpleResolver(InetAddress.getLoopbackAddress()),
                now::get,
                () -> Duration.between(RouterKit.NOW, now.get()).toNanos(),
                new Random(1),
                List.of(),
                address -> false,
                evidence::add,
                history::add,
                Optional.of(data.resolve("routes.db")));
    }

    private OutboundRouter route(ScriptedPeer peer, Optional<ScriptedPeer> fallback, Source... sources) {
        return OutboundRouter.start(settings(peer, fallback, sources), queue, surroundings());
    }

    private QueueId accept(String... recipients) throws Exception {
        var octets = SmtpKit.CONTENT.getBytes(StandardCharsets.US_ASCII);
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(octets, 0, octets.length);
            incoming.commit(new Acceptance(SmtpKit.envelope(recipients), MessageState.ACTIVE, new byte[0], List.of()));
            return incoming.id();
        }
    }

    private MessageDetail awaitAttempt(QueueId id) {
        return await().until(
                        () -> queue.show(id).orElseThrow(),
                        shown -> !shown.recipients().getFirst().attempts().isEmpty());
    }

    private static SourceStanding standing(String source, SourceStanding.State state) {
        return new SourceStanding(source, state, 1, 0, Map.of(), "listed on bl.test", Optional.empty());
    }

    @Test
    void mailLeavesFromTheSourcesAddressUnderItsName() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var router = route(peer, Optional.empty(), source(1))) {
            var id = accept("a@shop.example");
            var attempt = awaitAttempt(id).recipients().getFirst().attempts().getFirst();

            assertThat(peer.heard()).startsWith("EHLO out1.example");
            assertThat(peer.clients()).containsOnly("127.0.0.11");
            assertThat(attempt.route()).isEqualTo("customer");
            assertThat(router.drain(LONG)).isTrue();
            assertThat(attempt.why()).isEqualTo("transport of the relay domain; T0: nothing is known against it");
        }
    }

    @Test
    void aRefusedAddressIsNoReasonToBounceWhileAnotherWayIsUntried() throws Exception {
        ScriptedPeer.Script picky = line -> {
            var answers = Answers.offering();
            (line.client().equals("127.0.0.1") ? answers : answers.to("RCPT", BLOCKED)).talk(line);
        };
        try (var peer = ScriptedPeer.of(picky);
                var fallback = ScriptedPeer.of(Answers.offering());
                var router = route(peer, Optional.of(fallback), source(1), source(2), source(3))) {
            var id = accept("a@shop.example");
            var shown = awaitAttempt(id).recipients().getFirst();

            assertThat(shown.state()).isEqualTo(RecipientState.RELAYED);
            assertThat(evidence)
                    .allSatisfy(each -> assertThat(each.citedList()).contains("bl.test"))
                    .extracting(ReplyEvidence::provider)
                    .containsOnly(new ProviderId("customer"));
            assertThat(router.strikes()).isNotEmpty();
            assertThat(history).extracting(RouteEvent::kind).contains(RouteEvent.Kind.BLOCK_REPLY);
        }
    }

    @Test
    void mailThatEveryWayRefusedWaitsAndIsNotBounced() throws Exception {
        var peerAnswers = Answers.offering().to("RCPT", BLOCKED);
        try (var peer = ScriptedPeer.of(peerAnswers);
                var router = route(peer, Optional.empty(), source(1), source(2))) {
            var id = accept("a@shop.example");
            var shown = awaitAttempt(id).recipients().getFirst();

            assertThat(shown.state()).isEqualTo(RecipientState.DEFERRED);
            assertThat(shown.attempts())
                    .hasSize(2)
                    .allSatisfy(attempt ->
                            assertThat(attempt.outcome().reply().text()).startsWith("451 4.7.0 550 5.7.1"));
            assertThat(router.strikes()).hasSize(2);
            assertThat(shown.attempts().getLast().why()).contains("no way out is open for it");
        }
    }

    @Test
    void aBetterStandingLetsGoAtOnceWhatWaitedForIt() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var router = route(peer, Optional.empty(), source(1))) {
            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));
            var id = accept("a@shop.example");
            var held = awaitAttempt(id).recipients().getFirst();
            assertThat(held.state()).isEqualTo(RecipientState.DEFERRED);
            assertThat(held.attempts().getFirst().outcome().reply().text())
                    .isEqualTo("451 4.4.4 no way out is open for it: a1 QUARANTINED: listed on bl.test");

            router.standings(Map.of("a1", standing("a1", SourceStanding.State.ACTIVE)));

            await().until(() ->
                    queue.show(id).orElseThrow().recipients().getFirst().state() == RecipientState.RELAYED);
        }
    }

    @Test
    void aBetterStandingLetsGoAtOnceWhatWaitedForItsTurn() throws Exception {
        ScriptedPeer.Script busy = line -> {
            var answers = Answers.offering();
            var rate = "450 4.7.1 rate limited due to IP reputation";
            (line.client().equals("127.0.0.12") ? answers : answers.to("RCPT TO:<slow@", rate)).talk(line);
        };
        try (var peer = ScriptedPeer.of(busy);
                var router = route(peer, Optional.empty(), source(1), source(2))) {
            router.standings(Map.of("a2", standing("a2", SourceStanding.State.QUARANTINED)));
            awaitAttempt(accept("slow@shop.example"));
            awaitRelayed(accept("a@shop.example"));
            var paced = accept("a@shop.example");
            await().until(() -> router.waitingForRoute() == 2);
            var waits = queue.show(paced).orElseThrow().recipients().getFirst();
            assertThat(waits.attempts()).isEmpty();
            assertThat(waits.nextAttempt()).contains(RouterKit.NOW.plus(Duration.ofMinutes(1)));

            router.standings(Map.of("a2", standing("a2", SourceStanding.State.ACTIVE)));

            awaitRelayed(paced);
            assertThat(peer.clients().getLast()).isEqualTo("127.0.0.12");
        }
    }

    @Test
    void aLostFinalReplyIsFollowedByTheSameWayTenMinutesLater() throws Exception {
        var isLost = new AtomicBoolean(true);
        ScriptedPeer.Script script = line ->
                (isLost.get() ? Answers.offering().to(Answers.CONTENT, Answers.DROP) : Answers.offering()).talk(line);
        try (var peer = ScriptedPeer.of(script);
                var router = route(peer, Optional.empty(), source(1), source(2), source(3))) {
            var id = accept("a@shop.example");
            awaitAttempt(id);
            isLost.set(false);

            var tenMinutes = RouterKit.NOW.plus(Duration.ofMinutes(10));
            await().until(() -> queue.show(id)
                    .orElseThrow()
                    .recipients()
                    .getFirst()
                    .nextAttempt()
                    .equals(Optional.of(tenMinutes)));
            now.set(tenMinutes);

            awaitRelayed(id);
            assertThat(peer.clients()).hasSize(2);
            assertThat(Set.copyOf(peer.clients())).hasSize(1);
            assertThat(queue.show(id).orElseThrow().recipients().getFirst().attempts())
                    .extracting(attempt -> attempt.outcome().reply().text())
                    .containsExactly(
                            "451 4.4.2 the reply to the content was lost (the peer closed the connection): it may be "
                                    + "delivered twice",
                            "250 2.0.0 Taken");
            assertThat(router.drain(LONG)).isTrue();
        }
    }

    @Test
    void whatAReceiverSaidOutlivesTheProcess() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering().to("RCPT", BLOCKED))) {
            try (var router = route(peer, Optional.empty(), source(1))) {
                awaitAttempt(accept("a@shop.example"));
                assertThat(router.drain(LONG)).isTrue();
            }
            try (var router = route(peer, Optional.empty(), source(1))) {
                var shown = awaitAttempt(accept("a@shop.example")).recipients().getFirst();

                assertThat(shown.why()).contains("COOLDOWN: customer refused it");
                assertThat(peer.connections()).as("it was not asked again").isEqualTo(1);
                assertThat(router.strikes()).hasSize(1);
            }
        }
    }

    @Test
    void whatIsKnownAtTheStartHoldsForTheFirstMessage() throws Exception {
        var id = accept("a@shop.example");
        var known = Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED));
        try (var peer = ScriptedPeer.of(Answers.offering());
                var router = OutboundRouter.start(
                        settings(peer, Optional.empty(), source(1)), queue, surroundings(), known)) {
            assertThat(awaitAttempt(id).recipients().getFirst().state()).isEqualTo(RecipientState.DEFERRED);
            assertThat(router.waitingForRoute()).isEqualTo(1);
            assertThat(peer.clients()).isEmpty();
        }
    }

    @Test
    void aNewConfigurationLetsGoAtOnceWhatWaitedForIt() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var router = route(peer, Optional.empty(), source(1))) {
            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));
            var id = accept("a@shop.example");
            awaitAttempt(id);
            await().until(() -> router.waitingForRoute() == 1);

            router.reload(settings(peer, Optional.empty(), source(1), source(2)), Map.of());

            awaitRelayed(id);
            assertThat(peer.clients()).containsOnly("127.0.0.12");
        }
    }

    @Test
    void aWayThatAMessageUnderWayNeverHeardOfIsFoundAnew() throws Exception {
        ScriptedPeer.Script stuck = line -> {
            if (line.client().equals("127.0.0.11")) {
                line.hold();
            } else {
                Answers.offering().talk(line);
            }
        };
        try (var peer = ScriptedPeer.of(stuck);
                var router = route(peer, Optional.empty(), source(1))) {
            for (int i = 0; i < 2; i++) {
                accept("a@shop.example");
            }
            await().until(() -> peer.connections() == 2);
            var behind = accept("a@shop.example");
            // The dispatcher holds a permit for the next one too.
            await().until(() -> router.stats().messages() == 4);
            router.reload(settings(peer, Optional.empty(), source(1), source(2)), Map.of());

            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));

            awaitRelayed(behind);
            assertThat(router.stats().faults()).isZero();
        }
    }

    /** The receiver has no IPv6; this host has no such address. */
    @ParameterizedTest
    @ValueSource(strings = {"::1", "203.0.113.99"})
    void anAddressThatCannotSetOutIsNoReasonNotToTryAnother(String local) throws Exception {
        var lame =
                new Source("a0", InetAddress.ofLiteral(local), InetAddress.ofLiteral("198.51.100.1"), "out0.example");
        try (var peer = ScriptedPeer.of(Answers.offering());
                var router = route(peer, Optional.empty(), lame, source(1))) {
            router.standings(Map.of(
                    "a1",
                    new SourceStanding(
                            "a1", SourceStanding.State.ACTIVE, 1, 20, Map.of(), "a little", Optional.empty())));
            var id = accept("a@shop.example");

            awaitRelayed(id);
            assertThat(peer.clients()).containsOnly("127.0.0.11");
        }
    }

    private void awaitRelayed(QueueId id) {
        await().until(() -> queue.show(id).orElseThrow().recipients().getFirst().state() == RecipientState.RELAYED);
    }

    @Test
    void explanationAndAttemptAgree() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var router = route(peer, Optional.empty(), source(1), source(2))) {
            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));
            var explanation =
                    router.explain(SmtpKit.envelope("a@shop.example").reversePath(), Mailbox.parse("a@shop.example"));
            assertThat(explanation.chosen()).contains("a2");

            accept("a@shop.example");
            await().until(() -> !peer.clients().isEmpty());
            assertThat(peer.clients()).containsOnly("127.0.0.12");
        }
    }

    @Test
    void oneRefusalOfThreeRecipientsCountsOnce() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering().to("MAIL", BLOCKED));
                var router = route(peer, Optional.empty(), source(1))) {
            awaitAttempt(accept("a@shop.example", "b@shop.example", "c@shop.example"));

            assertThat(evidence).hasSize(1);
            assertThat(router.strikes()).hasSize(1);
        }
    }
}
