package io.mailvane.appliance.node;

import static io.mailvane.appliance.node.JoinedWorld.A;
import static io.mailvane.appliance.node.JoinedWorld.B;
import static io.mailvane.appliance.node.JoinedWorld.C;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.mailvane.appliance.node.SmtpReceiver.Word;
import io.mailvane.dnsbl.ScriptedNames.Temper;
import io.mailvane.dnsbl.Verdict;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.RecipientState;
import io.mailvane.outbound.OutboundRouter;
import io.mailvane.route.RouteEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Those that begin with what a receiver or a smarthost says, or with what stays away. */
class WorkedReplyCasesIT extends WorkedCases {
    private static String s3150(String client) {
        var quoted = client.equals("127.0.0.11") ? A : client.equals("127.0.0.12") ? B : C;
        return "550 5.7.1 Unfortunately, messages from [" + quoted
                + "] weren't sent. Please contact your Internet service provider since part of their network is on our block"
                + " list (S3150).";
    }

    @Test
    void case8WhatMicrosoftRefusesLeavesByTheNextAddressAndTheThirdIsNotTried() throws Exception {
        begin(SMARTHOST, List.of(A, B, C), "spamhaus-zen");
        world.receivers.answer(
                (word, client, line) -> word == Word.RCPT && line.contains("microsoft.example") ? s3150(client) : "");
        var sent = world.deliver("you@microsoft.example");

        assertThat(sent.state()).isEqualTo(RecipientState.RELAYED);
        assertThat(world.receivers.asked()).doesNotHaveDuplicates().hasSize(2);
        assertThat(world.smarthost.taken()).containsExactly("127.0.0.1 you@microsoft.example");
        assertThat(world.decision("microsoft.example")).isEqualTo("""
                microsoft: send by ses
                  a1 T0 shut: microsoft refused 2 addresses of ours within 24 h: no further one is tried
                  a2 T0 shut: COOLDOWN: microsoft refused it; closed until 2026-11-25T01:15:00Z
                  a3 T0 shut: COOLDOWN: microsoft refused it; closed until 2026-11-25T01:15:00Z
                  ses T2 open: the first smarthost
                """);
        assertThat(world.decision("google.example")).isEqualTo("""
                google: send by a1
                  a1 T0 open: by MX; no list names it
                  a2 T0 open: by MX; no list names it
                  a3 T0 open: by MX; no list names it
                  ses T2 open: the first smarthost
                """);
        world.pass(Duration.ofMinutes(15));
        assertThat(world.decision("microsoft.example")).isEqualTo("""
                microsoft: send by a3
                  a1 T0 shut: microsoft refused 2 addresses of ours within 24 h: no further one is tried
                  a2 T0 open: by MX; PROBING at microsoft: the next message is due at 2026-11-25T01:15:00Z
                  a3 T0 open: by MX; PROBING at microsoft: the next message is due at 2026-11-25T01:15:00Z
                  ses T2 open: the first smarthost
                """);
    }

    /** Its lane is open for a trial by then; nobody else is believed to go by it. */
    @Test
    void aReceiverThatCitesAListIsKnownToGoByItFromThenOn() throws Exception {
        begin(SMARTHOST, List.of(A), "spamcop");
        world.monitor.list(A, "spamcop", "127.0.0.2");
        world.pass(HOUR);
        assertThat(world.decision("google.example")).isEqualTo("""
                google: send by a1
                  a1 T0 open: by MX; penalty 4 at google: listed on SpamCop SCBL
                  ses T2 open: the first smarthost
                """);
        var elsewhere = world.decision("elsewhere.example");
        world.receivers.answer((word, client, line) -> word == Word.RCPT && line.contains("google.example")
                ? "554 5.7.1 Service unavailable; Client host [" + A + "] blocked using bl.spamcop.net"
                : "");
        world.deliver("you@google.example");
        world.deliver("you@elsewhere.example");
        world.pass(HOUR);

        assertThat(world.monitor.standing("a1").penaltyAt(new ProviderId("google")))
                .isEqualTo(40);
        assertThat(world.decision("google.example")).isEqualTo("""
                google: send by ses
                  ses T2 open: the first smarthost
                  a1 T4 open: by MX; PROBING at google: the next message is due at 2026-11-25T02:15:00Z
                """);
        assertThat(world.decision("elsewhere.example")).isEqualTo(elsewhere);
        assertThat(world.router.taken("a1"))
                .as("what left by the address")
                .isEqualTo(Map.of(new ProviderId("elsewhere.example"), 1L));
    }

    @Test
    void case9AnUnknownRecipientIsReturnedAndStrikesNobody() throws Exception {
        begin(SMARTHOST, List.of(A, B), "spamhaus-zen");
        var before = decisions();
        world.receivers.answer(
                (word, client, line) -> word == Word.RCPT ? "550 5.1.1 The email account does not exist" : "");
        var sent = world.deliver("you@google.example");

        assertThat(sent.state()).isEqualTo(RecipientState.FAILED);
        assertThat(world.receivers.asked()).hasSize(1);
        assertThat(world.smarthost.asked()).isEmpty();
        assertThat(world.router.strikes()).isEmpty();
        assertThat(decisions()).isEqualTo(before);
    }

    @Test
    void case10WhatFailsDmarcFailsAtEveryDoorAndTriesNoSecondOne() throws Exception {
        begin(SMARTHOST, List.of(A, B), "spamhaus-zen");
        var before = decisions();
        world.receivers.answer((word, client, line) -> word == Word.CONTENT
                ? "550-5.7.26 Unauthenticated email from shop.example is not accepted due to\r\n"
                        + "550 5.7.26 domain's DMARC policy."
                : "");
        var sent = world.deliver("you@google.example");

        assertThat(sent.state()).isEqualTo(RecipientState.FAILED);
        assertThat(world.receivers.asked()).hasSize(1);
        assertThat(world.smarthost.asked()).isEmpty();
        assertThat(decisions()).isEqualTo(before);
        assertThat(world.routeEvents)
                .extracting(RouteEvent::kind, RouteEvent::what)
                .containsExactly(tuple(
                        RouteEvent.Kind.SENDER_UNPROVEN,
                        "finds that mail of shop.example does not prove whose it is (SPF, DKIM, DMARC)"));
    }

    @Test
    void case11WhenTheSmarthostsDayIsUsedUpMailWaitsWithATimeAndIsNotReturned() throws Exception {
        begin(SMARTHOST, List.of(A), "spamhaus-zen");
        world.monitor.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        assertThat(world.deliver("first@elsewhere.example").state()).isEqualTo(RecipientState.RELAYED);
        world.smarthost.answer((word, client, line) ->
                word == Word.MAIL ? "454 Throttling failure: Daily message quota exceeded." : "");
        var waiting = world.accept("me@shop.example", "you@elsewhere.example");

        assertThat(world.settled(waiting).state()).isEqualTo(RecipientState.DEFERRED);
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: hold until PT1H
                  ses T2 shut: says that its quota of the day is used up; asked again after 2026-11-25T03:00:00Z
                  a1 T4 shut: QUARANTINED: listed on Spamhaus ZEN SBL
                """);
        world.smarthost.answer((word, client, line) -> "");
        world.pass(HOUR);
        assertThat(world.until(waiting, recipient -> recipient.state().settled())
                        .state())
                .isEqualTo(RecipientState.RELAYED);
        assertThat(world.smarthost.taken())
                .containsExactly("127.0.0.1 first@elsewhere.example", "127.0.0.1 you@elsewhere.example");
    }

    @Test
    void case12ABounceThatTheSmarthostDoesNotTakeLeavesFromTheListedAddressOrWaits() throws Exception {
        begin(SMARTHOST, List.of(A), "spamhaus-zen");
        world.smarthost.answer((word, client, line) ->
                word == Word.MAIL && line.contains("<>") ? "501 Invalid MAIL FROM address provided" : "");
        world.monitor.list(A, "spamhaus-zen", "127.0.0.3");
        world.pass(HOUR);
        var sent = world.deliver("", "you@elsewhere.example");

        assertThat(sent.state()).isEqualTo(RecipientState.RELAYED);
        assertThat(world.smarthost.taken()).isEmpty();
        assertThat(world.receivers.taken()).containsExactly("127.0.0.11 you@elsewhere.example");
        assertThat(world.decision("", "you@elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a1
                  ses T2 shut: takes no mail from <>, it said; asked again after 2026-11-26T02:00:00Z
                  a1 T4 open: by MX; penalty 90 at elsewhere.example: listed on Spamhaus ZEN CSS
                """);
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by ses
                  ses T2 open: the first smarthost
                  a1 T4 open: by MX; penalty 90 at elsewhere.example: listed on Spamhaus ZEN CSS
                """);
        world.monitor.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        assertThat(world.deliver("", "you@elsewhere.example").state()).isEqualTo(RecipientState.DEFERRED);
        assertThat(world.decision("", "you@elsewhere.example")).isEqualTo("""
                elsewhere.example: hold until PT23H
                  ses T2 shut: takes no mail from <>, it said; asked again after 2026-11-26T02:00:00Z
                  a1 T4 shut: QUARANTINED: listed on Spamhaus ZEN SBL
                """);
    }

    @Test
    void case13WithoutDnsForSixHoursTheLastKnownHoldsAndWhatReceiversSay() throws Exception {
        begin(SMARTHOST, List.of(A, B), "spamhaus-zen", "spamcop");
        world.monitor.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        var before = decisions();
        world.monitor.temperAll(Temper.SERVFAIL);
        world.pass(HOUR.multipliedBy(6));

        assertThat(decisions()).isEqualTo(asLastKnown(before));
        assertThat(world.monitor.reputation().verdict().tone()).isEqualTo(Verdict.Tone.STALE);
        assertThat(world.monitor.reputation().alarms())
                .contains("No list has given a usable answer for 15 min or longer: what is shown is the last known."
                        + " Look at the resolver.");
        world.receivers.answer((word, client, line) -> word == Word.RCPT ? s3150(client) : "");
        assertThat(world.deliver("you@microsoft.example").state()).isEqualTo(RecipientState.RELAYED);
        assertThat(world.decision("microsoft.example")).isEqualTo("""
                microsoft: send by ses
                  a2 T0 shut: COOLDOWN: microsoft refused it; closed until 2026-11-25T08:15:00Z
                  ses T2 open: the first smarthost
                  a1 T4 shut: QUARANTINED: listed on Spamhaus ZEN SBL
                """);
    }

    @Test
    void case14AListThatFlapsIsHeldDownByTheThirdFallAndItsReleaseIsShown() throws Exception {
        begin(SMARTHOST, List.of(A, B), "spamhaus-zen");
        for (int i = 0; i < 3; i++) {
            world.monitor.list(A, "spamhaus-zen", "127.0.0.2");
            world.pass(Duration.ofMinutes(30));
            world.monitor.delist(A, "spamhaus-zen");
            world.pass(HOUR.multipliedBy(2));
        }

        assertThat(cell(A, "spamhaus-zen")).isEqualTo("CLEAN none");
        var until = world.monitor.standing("a1").until();
        assertThat(world.decision("elsewhere.example"))
                .isEqualTo("""
                elsewhere.example: send by a2
                  a2 T0 open: by MX; no list names it
                  ses T2 open: the first smarthost
                  a1 T4 shut: QUARANTINED: no list names it any more; held back until %s because it came and went 3 times
                """, until.orElse(Instant.MIN).truncatedTo(ChronoUnit.SECONDS));
        assertThat(until)
                .hasValueSatisfying(at -> assertThat(Duration.between(world.monitor.instant(), at))
                        .isBetween(HOUR.multipliedBy(4), HOUR.multipliedBy(11)));
        world.pass(HOUR.multipliedBy(12));
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a1
                  a1 T0 open: by MX; comes back by the ramp, step 3 of 6
                  a2 T0 open: by MX; no list names it
                  ses T2 open: the first smarthost
                """);
    }

    @Test
    void case15TheOnlyAddressGoesOnAsTheLastResortWhereItMayAndHoldsElsewhere() throws Exception {
        begin(NO_SMARTHOST, List.of(A), "spamhaus-zen");
        world.monitor.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);

        assertThat(world.decision("google.example")).isEqualTo("""
                google: send by a1
                  a1 T4 open: by MX; penalty 20 at google: listed on Spamhaus ZEN SBL; the last resort: used where its penalty is below 100
                """);
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: hold until PT1H
                  a1 T4 shut: penalty 100 at elsewhere.example: listed on Spamhaus ZEN SBL; the last resort: used where its penalty is below 100
                """);
        assertThat(world.deliver("you@elsewhere.example").state()).isEqualTo(RecipientState.DEFERRED);
        assertThat(world.receivers.asked()).isEmpty();
        world.receivers.answer((word, client, line) ->
                word == Word.GREETING ? "554 5.7.1 Service unavailable; IP " + A + " is blocked" : "");
        assertThat(world.deliver("you@google.example").state()).isEqualTo(RecipientState.DEFERRED);
        await().untilAsserted(
                        () -> assertThat(world.router.waitingForRoute()).isEqualTo(Map.of("no-route", 1, "block", 1)));

        // A bounce is urgent: to be held for a quarter of an hour is an alarm.
        world.settled(world.accept("", "you@elsewhere.example"));
        try (var lines = new Lines(OutboundRouter.class)) {
            for (int i = 0; i < 9; i++) {
                await().untilAsserted(() ->
                        assertThat(world.router.waitingForRoute()).isEqualTo(Map.of("no-route", 2, "block", 1)));
                world.router.lookAtWaiting();
                world.pass(Duration.ofMinutes(2));
            }
            assertThat(lines.lines())
                    .filteredOn(line -> line.contains("event=alarm"))
                    .singleElement()
                    .asString()
                    .startsWith("event=alarm what=held-long state=begun provider=elsewhere.example reason=no-route"
                            + " waiting=1 since=");
        }
    }

    @Test
    void case16AnAddressThatIsNotOursAnyMoreIsOutUntilReceiversSeeItAgain() throws Exception {
        begin(SMARTHOST, List.of(A), "spamhaus-zen");
        world.receivers.answer((word, client, line) -> word == Word.EHLO ? seenAt("203.0.113.99") : "");
        for (var receiver : List.of("google.example", "microsoft.example")) {
            assertThat(world.deliver("you@" + receiver).state()).isEqualTo(RecipientState.RELAYED);
        }
        assertThat(world.routeEvents).isEmpty();
        assertThat(world.deliver("you@yahoo.example").state()).isEqualTo(RecipientState.RELAYED);

        assertThat(world.routeEvents)
                .extracting(RouteEvent::kind, RouteEvent::what)
                .containsExactly(tuple(RouteEvent.Kind.ADDRESS_CHANGED, "address changed: receivers see 203.0.113.99"));
        assertThat(world.decision("google.example")).isEqualTo("""
                google: send by ses
                  ses T2 open: the first smarthost
                  a1 T4 shut: QUARANTINED: address changed: receivers see 203.0.113.99
                """);
        world.receivers.answer((word, client, line) -> word == Word.EHLO ? seenAt(A) : "");
        world.pass(Duration.ofMinutes(15));
        world.lookAtAddresses();
        world.pass(HOUR);
        assertThat(world.decision("google.example")).isEqualTo("""
                google: send by ses
                  ses T2 open: the first smarthost
                  a1 T4 open: by MX; carries 5 % of its mail on the way back, and this is not among it; comes back by the ramp, step 1 of 6
                """);
    }

    private static String seenAt(String address) {
        return "250 mx.test at your service, [" + address + "]";
    }

    @Test
    void case17AJumpOfTheClockMovesNothingAndARestartBeginsWithTheLastKnown() throws Exception {
        begin(SMARTHOST, List.of(A, B), "spamhaus-zen");
        world.monitor.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        var before = decisions();
        world.monitor.jump(Duration.ofDays(10));
        world.pass(HOUR.multipliedBy(2));
        assertThat(decisions()).isEqualTo(before);

        world.monitor.temperAll(Temper.SILENT);
        world.monitor.restart();
        assertThat(cell(A, "spamhaus-zen")).isEqualTo("LISTED unknown");
        assertThat(cell(B, "spamhaus-zen")).isEqualTo("CLEAN unknown");
        world.pass(Duration.ofMinutes(5));
        assertThat(decisions()).isEqualTo(asLastKnown(before));
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a2
                  a2 T0 open: by MX; no list named it when they last answered
                  ses T2 open: the first smarthost
                  a1 T4 shut: QUARANTINED: listed on Spamhaus ZEN SBL
                """);
    }
}
