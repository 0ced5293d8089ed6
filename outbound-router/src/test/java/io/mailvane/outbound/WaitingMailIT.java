package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.SourceStanding;
import io.mailvane.outbound.OutboundSettings.RelayDomain;
import io.mailvane.queue.MessageQueue;
import io.mailvane.route.RouteEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What mail waits for, and when it is let go. */
class WaitingMailIT extends WaysOutKit {
    private static final List<String> KNOWN_RECEIVERS = List.of("google", "microsoft", "yahoo");

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
            await().until(() -> router.waitingForRoute().equals(Map.of("rate", 2)));
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

    /** By the retry schedule it is due after five. */
    @Test
    void theTenMinutesAfterALostReplyOutliveTheProcess() throws Exception {
        var tenMinutes = RouterKit.NOW.plus(Duration.ofMinutes(10));
        try (var peer = ScriptedPeer.of(Answers.offering().to(Answers.CONTENT, Answers.DROP))) {
            QueueId id;
            try (var router = route(peer, Optional.empty(), source(1))) {
                id = accept("a@shop.example");
                awaitAttempt(id);
                assertThat(router.drain(LONG)).isTrue();
            }
            queue.close();
            open();
            try (var router = route(peer, Optional.empty(), source(1))) {
                assertThat(queue.show(id).orElseThrow().recipients().getFirst().nextAttempt())
                        .contains(tenMinutes);
                assertThat(router.drain(LONG)).isTrue();
            }
        }
    }

    @Test
    void whatARoundHadTriedWhenItWasInterruptedIsKept() throws Exception {
        ScriptedPeer.Script script = line -> {
            if (line.client().equals("127.0.0.12")) {
                line.hold();
            } else {
                Answers.offering().to("RCPT", BLOCKED).talk(line);
            }
        };
        try (var peer = ScriptedPeer.of(script);
                var router = route(peer, Optional.empty(), source(1), source(2))) {
            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));
            for (int i = 0; i < 2; i++) {
                accept("a@shop.example");
            }
            await().until(() -> peer.connections() == 2);
            router.standings(Map.of(
                    "a1",
                    standing("a1", SourceStanding.State.ACTIVE),
                    "a2",
                    new SourceStanding(
                            "a2", SourceStanding.State.ACTIVE, 1, 20, Map.of(), "a little", Optional.empty())));
            var id = accept("a@shop.example");
            await().until(() -> history.stream().anyMatch(event -> event.kind() == RouteEvent.Kind.BLOCK_REPLY));

            router.drain(Duration.ZERO);

            var shown = await().until(
                            () -> queue.show(id).orElseThrow().recipients().getFirst(),
                            each -> each.nextAttempt().equals(Optional.of(RouterKit.NOW)));
            assertThat(shown.state()).isEqualTo(RecipientState.DEFERRED);
            assertThat(shown.attempts())
                    .extracting(attempt -> attempt.outcome().reply().text())
                    .containsExactly("451 4.7.0 " + BLOCKED);
            assertThat(router.waitingForRoute())
                    .as("a2 was open, and would have had its turn")
                    .isEqualTo(Map.of("turn", 1));
        }
    }

    /** The receiver took the probe: what waited for the lane need not wait for the next one's time. */
    @Test
    void aLaneThatIsOpenAgainLetsGoAtOnceWhatWaitedForIt() throws Exception {
        var isBlocked = new AtomicBoolean(true);
        ScriptedPeer.Script script =
                line -> (isBlocked.get() ? Answers.offering().to("RCPT", BLOCKED) : Answers.offering()).talk(line);
        try (var peer = ScriptedPeer.of(script);
                var router = route(peer, Optional.empty(), source(1))) {
            var first = accept("a@shop.example");
            awaitAttempt(first);
            isBlocked.set(false);
            var waiting = accept("a@shop.example");
            awaitAttempt(waiting);
            await().until(() -> router.waitingForRoute().equals(Map.of("block", 1, "no-route", 1)));
            now.set(RouterKit.NOW.plus(Duration.ofMinutes(16)));

            awaitRelayed(first);
            awaitRelayed(waiting);
            assertThat(router.waitingForRoute()).isEmpty();
        }
    }

    private static ScriptedPeer.Script closedWhile(AtomicBoolean isGone) {
        return line ->
                (isGone.get() ? Answers.offering().to(Answers.GREETING, "421 Closed") : Answers.offering()).talk(line);
    }

    /** Its breaker is open then. */
    private void failAtTheSmarthost(OutboundRouter router, int messages) throws Exception {
        router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));
        for (int i = 0; i < messages; i++) {
            awaitAttempt(accept("a@shop.example"));
        }
        await().until(() -> router.ways().smarthosts().getFirst().state().equals("OPEN"));
    }

    @Test
    void aSmarthostThatIsThereAgainLetsGoAtOnceWhatWaitedForIt() throws Exception {
        var isGone = new AtomicBoolean(true);
        try (var peer = ScriptedPeer.of(Answers.offering());
                var smarthost = ScriptedPeer.of(closedWhile(isGone));
                var router = route(peer, Optional.of(smarthost), source(1))) {
            failAtTheSmarthost(router, 8);
            isGone.set(false);
            now.set(RouterKit.NOW.plus(Duration.ofMinutes(1)));

            await().until(() -> queue.counts().total() == 0);
            assertThat(router.ways().smarthosts().getFirst().state()).isEqualTo("CLOSED");
        }
    }

    /** Ten that may not leave by it would show nothing. */
    @Test
    void aSmarthostIsTriedWithMailThatMayLeaveByItHoweverMuchElseWaits() throws Exception {
        var isGone = new AtomicBoolean(true);
        try (var peer = ScriptedPeer.of(Answers.offering());
                var smarthost = ScriptedPeer.of(closedWhile(isGone));
                var router = OutboundRouter.start(
                        settings(peer, Optional.of(smarthost), withoutBulk(), source(1)), queue, surroundings())) {
            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));
            for (int i = 0; i < 11; i++) {
                awaitAttempt(acceptContent("Precedence: bulk\r\n" + SmtpKit.CONTENT, "a@shop.example"));
            }
            failAtTheSmarthost(router, 6);
            isGone.set(false);
            now.set(RouterKit.NOW.plus(Duration.ofMinutes(1)));

            await().until(() -> queue.counts().total() == 11);
            assertThat(router.ways().smarthosts().getFirst().state()).isEqualTo("CLOSED");
        }
    }

    /** Before the monitor has heard of it: what is queued for that address does not wait for it there. */
    @Test
    void whatIsQueuedBehindAnAddressThatIsNotOursLeavesByAnotherOne() throws Exception {
        ScriptedPeer.Script stuck = line -> {
            if (line.client().equals("127.0.0.11")) {
                line.hold();
            } else {
                Answers.offering().talk(line);
            }
        };
        var elsewhere = "250-mx.example at your service, [192.0.2.99]\r\n250 SIZE";
        try (var peer = ScriptedPeer.of(stuck);
                var known = ScriptedPeer.of(Answers.offering().to("EHLO", elsewhere));
                var router = OutboundRouter.start(
                        alsoTo(known, settings(peer, Optional.empty(), source(1), source(2))), queue, surroundings())) {
            router.standings(Map.of(
                    "a2",
                    new SourceStanding(
                            "a2", SourceStanding.State.ACTIVE, 1, 20, Map.of(), "a little", Optional.empty())));
            for (int i = 0; i < 2; i++) {
                accept("a@shop.example");
            }
            await().until(() -> peer.connections() == 2);
            var behind = accept("a@shop.example");
            // The dispatcher holds a permit for the next one too.
            await().until(() -> router.stats().messages() == 4);

            for (var receiver : KNOWN_RECEIVERS) {
                awaitRelayed(accept("a@" + receiver + ".example"));
            }

            awaitRelayed(behind);
            assertThat(history).extracting(RouteEvent::kind).containsExactly(RouteEvent.Kind.ADDRESS_CHANGED);
            assertThat(peer.clients().getLast()).isEqualTo("127.0.0.12");
            assertThat(known.clients()).containsOnly("127.0.0.11");
        }
    }

    /** A transport's name stands for who takes its mail. */
    private static OutboundSettings alsoTo(ScriptedPeer peer, OutboundSettings base) {
        var domains = new HashMap<>(base.relayDomains());
        var transports = new HashMap<>(base.transports());
        for (var receiver : KNOWN_RECEIVERS) {
            domains.put(receiver + ".example", new RelayDomain(Optional.of(receiver), Optional.empty()));
            transports.put(receiver, RouterKit.smtp(peer.port()));
        }
        return new OutboundSettings(
                base.hostname(),
                base.deliver(),
                base.own(),
                domains,
                transports,
                base.direct(),
                base.smarthosts(),
                base.timeouts(),
                base.limits(),
                base.leaving());
    }

    /** What showed whether the smarthost is well met a fault of ours: the next one may show it, not one five minutes later. */
    @Test
    void aFaultOfOursKeepsNoWayShut() throws Exception {
        var isGone = new AtomicBoolean(true);
        try (var peer = ScriptedPeer.of(Answers.offering());
                var smarthost = ScriptedPeer.of(closedWhile(isGone));
                var router = route(peer, Optional.of(smarthost), source(1))) {
            failAtTheSmarthost(router, 6);
            isGone.set(false);
            faulty.set(true);
            now.set(RouterKit.NOW.plus(Duration.ofMinutes(1)));
            await().until(() -> router.stats().faults() == 1);

            awaitRelayed(accept("a@shop.example"));
        }
    }

    @Test
    void whatAnOperatorTookAwayWaitsNoMore() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var router = route(peer, Optional.empty(), source(1))) {
            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));
            var id = accept("a@shop.example");
            await().until(() -> router.waitingForRoute().equals(Map.of("no-route", 1)));

            queue.apply(id, MessageQueue.Action.DELETE);

            assertThat(router.waitingForRoute()).isEmpty();
        }
    }

    @Test
    void aNewConfigurationLetsGoAtOnceWhatWaitedForIt() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering());
                var router = route(peer, Optional.empty(), source(1))) {
            router.standings(Map.of("a1", standing("a1", SourceStanding.State.QUARANTINED)));
            var id = accept("a@shop.example");
            awaitAttempt(id);
            await().until(() -> router.waitingForRoute().equals(Map.of("no-route", 1)));

            router.reload(settings(peer, Optional.empty(), source(1), source(2)), Map.of());

            awaitRelayed(id);
            assertThat(peer.clients()).containsOnly("127.0.0.12");
        }
    }
}
