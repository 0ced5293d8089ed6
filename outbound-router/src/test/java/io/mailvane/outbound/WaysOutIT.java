package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Uninterruptibles;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceStanding;
import io.mailvane.outbound.OutboundSettings.Source;
import io.mailvane.route.Echo;
import io.mailvane.route.Egress;
import io.mailvane.route.MailClass;
import io.mailvane.route.Permit;
import io.mailvane.route.Route;
import io.mailvane.route.RouteEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which way mail takes from a queue to a receiver that likes some of our addresses and not others. */
class WaysOutIT extends WaysOutKit {
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

    /** One line answers, and the other keeps its message: nobody else's mail waits for it, or asks for the same answer. */
    @Test
    void aBlockOfOneMessageIsOneForAllThatWereToLeaveByThatAddress() throws Exception {
        var asked = new AtomicInteger();
        var all = new CountDownLatch(1);
        ScriptedPeer.Script picky = line -> {
            if (!line.client().equals("127.0.0.11")) {
                Answers.offering().talk(line);
            } else if (asked.getAndIncrement() == 0) {
                Uninterruptibles.awaitUninterruptibly(all);
                Answers.offering().to("RCPT", BLOCKED).talk(line);
            } else {
                line.hold();
            }
        };
        try (var peer = ScriptedPeer.of(picky);
                var router = route(peer, Optional.empty(), source(1), source(2))) {
            router.standings(Map.of("a2", worse("a2")));
            for (int i = 0; i < 12; i++) {
                accept("a@shop.example");
            }
            // The dispatcher holds a permit for the next one too.
            await().until(() -> asked.get() == 2 && router.stats().messages() == 13);

            all.countDown();

            await().until(() -> router.stats().relayed() == 11);
            assertThat(asked).hasValue(2);
            assertThat(peer.heard()).filteredOn(each -> each.startsWith("RCPT")).hasSize(12);
            assertThat(history)
                    .filteredOn(each -> each.kind() == RouteEvent.Kind.BLOCK_REPLY)
                    .hasSize(1);
        }
    }

    private static SourceStanding worse(String source) {
        return new SourceStanding(source, SourceStanding.State.ACTIVE, 1, 20, Map.of(), "a little", Optional.empty());
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
    void whatSaysThatItIsBulkIsTreatedAsBulk() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var smarthost = ScriptedPeer.of(Answers.offering());
                var router = OutboundRouter.start(
                        settings(peer, Optional.of(smarthost), withoutBulk(), source(1)), queue, surroundings())) {
            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));
            awaitRelayed(accept("a@shop.example"));
            var bulk = acceptContent("Precedence: bulk\r\n" + SmtpKit.CONTENT, "a@shop.example");

            assertThat(awaitAttempt(bulk).recipients().getFirst().why())
                    .contains("sh1 smarthosts are not paid for bulk mail");
        }
    }

    /** No mail leaves by it that could show that it is ours again. */
    @Test
    void anAddressThatReceiversSawElsewhereIsLookedAtWithoutMail() throws Exception {
        var offer = "250-mx.example at your service, [203.0.113.11]\r\n250 SIZE";
        try (var peer = ScriptedPeer.of(Answers.offering().to("EHLO", offer))) {
            seenElsewhere(peer);
            try (var router = route(peer, Optional.empty(), source(1))) {
                router.standings(Map.of("a1", standing("a1", SourceStanding.State.ACTIVE)));
                var id = accept("a@shop.example");
                assertThat(awaitAttempt(id).recipients().getFirst().why())
                        .contains("a1 QUARANTINED: address changed: receivers see 192.0.2.99");
                assertThat(peer.connections()).isZero();

                router.lookAtAddresses();

                await().until(() -> history.stream().map(RouteEvent::kind).toList(), told -> told.size() == 2);
                assertThat(history)
                        .extracting(RouteEvent::kind)
                        .containsExactly(RouteEvent.Kind.ADDRESS_STILL_CHANGED, RouteEvent.Kind.ADDRESS_CONFIRMED);
                assertThat(peer.clients()).containsExactly("127.0.0.11");
                router.standings(Map.of("a1", standing("a1", SourceStanding.State.ACTIVE)));
                awaitRelayed(id);
                assertThat(peer.heard()).startsWith("EHLO out1.example", "QUIT", "EHLO out1.example");
            }
        }
    }

    /** As the process before wrote it down. */
    private void seenElsewhere(ScriptedPeer peer) {
        var setup = settings(peer, Optional.empty(), source(1)).setup();
        var egress = new Egress(setup, () -> RouterKit.NOW, new Random(1), event -> {}, opening -> {});
        var echo = new Echo(
                InetAddress.ofLiteral("192.0.2.99"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), peer.port()));
        for (var provider : List.of("google", "microsoft", "yahoo")) {
            var a1 = new Route(Route.Kind.SOURCE, "a1");
            egress.seen(Permit.plain(a1, new ProviderId(provider)), echo);
        }
        new RouteFile(data.resolve("routes.db"), egress, new Pins(), new LostReplies()).keep();
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
            assertThat(router.waitingForRoute()).isEqualTo(Map.of("no-route", 1));
            assertThat(peer.clients()).isEmpty();
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

    @Test
    void explanationAndAttemptAgree() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var router = route(peer, Optional.empty(), source(1), source(2))) {
            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));
            var explanation = explain(router, Optional.empty());
            assertThat(explanation.chosen()).contains("a2");

            accept("a@shop.example");
            await().until(() -> !peer.clients().isEmpty());
            assertThat(peer.clients()).containsOnly("127.0.0.12");
        }
    }

    private static Explanation explain(OutboundRouter router, Optional<MailClass> mailClass) {
        return router.explain(
                SmtpKit.envelope("a@shop.example").reversePath(), Mailbox.parse("a@shop.example"), mailClass);
    }

    @Test
    void bulkMailIsExplainedAsBulkMail() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var smarthost = ScriptedPeer.of(Answers.offering());
                var router = OutboundRouter.start(
                        settings(peer, Optional.of(smarthost), withoutBulk(), source(1)), queue, surroundings())) {
            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));

            assertThat(explain(router, Optional.empty()).chosen()).contains("sh1");
            var bulk = explain(router, Optional.of(MailClass.BULK));
            assertThat(bulk.chosen()).isEmpty();
            assertThat(bulk.candidates().getFirst().reasons()).containsExactly("smarthosts are not paid for bulk mail");
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
