package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.SourceStanding;
import io.mailvane.queue.MessageQueue;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What mail waits for, and when it is let go. */
class WaitingMailIT extends WaysOutKit {
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
            await().until(() -> router.ways().choices().stream()
                    .anyMatch(each -> each.lately().getOrDefault("a2", 0L) == 3));

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
