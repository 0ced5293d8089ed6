package io.mailvane.route;

import static io.mailvane.route.World.CISCO;
import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.smarthost;
import static io.mailvane.route.World.source;
import static io.mailvane.route.World.way;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.ReplyClass;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The worked cases of the design, as far as the choice of a route goes, and what lies between them. */
class RouteDecisionTest {
    @Test
    void aCleanAddressComesBeforeAnySmarthost() {
        assertThat(World.of(1, 2).choose(GENERIC)).isEqualTo("a1 T0");
    }

    @Test
    void withoutSourcesTheHostChoosesItsAddress() {
        assertThat(World.of(0, 1).choose(GENERIC)).isEqualTo("direct T0");
    }

    @Test
    void withDirectDeliveryOffAllGoesBySmarthost() {
        var world = World.of(2, 1);
        assertThat(way(world.egress.choose(World.allowed(world.mail(GENERIC), Allowed.SMARTHOSTS_ONLY))))
                .isEqualTo("sh1 T2");
    }

    @Test
    void anAddressOnCssStaysInUseOnlyWhereItMattersLittle() {
        var world = World.of(1, 1);
        world.standing("a1", State.DEGRADED, 1, 90, Map.of(GOOGLE, 18.0));
        assertThat(world.choose(GOOGLE)).isEqualTo("a1 T1");
        assertThat(world.choose(GENERIC)).isEqualTo("sh1 T2");
    }

    @Test
    void aSecondAddressTakesOverBeforeASmarthostDoes() {
        var world = World.of(2, 1);
        world.standing("a1", State.DEGRADED, 1, 90, Map.of(GOOGLE, 18.0));
        assertThat(world.choose(GENERIC)).isEqualTo("a2 T0");
        assertThat(world.choose(GOOGLE)).isEqualTo("a2 T0");
    }

    @Test
    void spamCopAloneCostsMuchAtCiscoAndLittleElsewhere() {
        var world = World.of(1, 1);
        world.standing("a1", State.DEGRADED, 1, 24, Map.of(CISCO, 60.0, GOOGLE, 4.0));
        assertThat(List.of(world.choose(GENERIC), world.choose(CISCO), world.choose(GOOGLE)))
                .containsExactly("a1 T1", "sh1 T2", "a1 T0");
    }

    @Test
    void aProviderThatRefusesAnAddressGetsItsMailFromAnotherAndTheThirdIsNeverTried() {
        var world = World.of(3, 1);
        for (var expected : List.of("T0", "T0")) {
            var mail = world.mail(MICROSOFT);
            var decision = (Decision.Send) world.egress.choose(mail);
            assertThat(decision.chosen().tier()).hasToString(expected);
            world.hear(decision.chosen().route(), mail, ReplyClass.IP_BLOCK, 1);
        }
        assertThat(world.choose(MICROSOFT)).isEqualTo("sh1 T2");
        assertThat(world.choose(GOOGLE)).endsWith("T0");
        assertThat(world.egress.strikes()).hasSize(2);
    }

    @Test
    void whatThePeerWasRefusedCountsAmongTheTwo() {
        var world = World.of(3, 1);
        world.egress.peerStrikes(List.of(
                new PeerStrike(MICROSOFT, "192.0.2.1", world.now()),
                new PeerStrike(MICROSOFT, "192.0.2.2", world.now())));
        assertThat(world.choose(MICROSOFT)).isEqualTo("sh1 T2");
        assertThat(world.after(Duration.ofHours(24)).choose(MICROSOFT)).endsWith("T0");
        assertThat(world.egress.strikes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ReplyClass.class,
            names = {"RCPT_UNKNOWN", "AUTH", "CONTENT", "DOMAIN_REP", "POLICY", "GREYLIST", "TOO_BIG", "UNRECOGNISED"})
    void whatIsAboutTheMessageChangesNoRoute(ReplyClass replyClass) {
        var world = World.of(1, 1);
        for (int i = 0; i < 20; i++) {
            world.hear(source("a1"), world.mail(GENERIC), replyClass, i);
        }
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T0");
        assertThat(world.events).as("of the ways").allMatch(event -> event.kind() == RouteEvent.Kind.SENDER_UNPROVEN);
    }

    @Test
    void aSmarthostThatUsedUpItsDayIsAskedAgainByOneMessageAnHour() {
        var world = World.of(1, 1);
        world.standing("a1", State.QUARANTINED, 1, 100, Map.of());
        assertThat(world.choose(GENERIC)).isEqualTo("sh1 T2");
        world.hear(smarthost("sh1"), world.mail(GENERIC), ReplyClass.SMARTHOST_QUOTA, 1);
        assertThat(world.choose(GENERIC)).isEqualTo("hold NO_ROUTE PT1H");
        world.after(Duration.ofHours(1));

        var asks = world.take(world.mail(GENERIC));
        assertThat(world.choose(GENERIC)).isEqualTo("hold NO_ROUTE PT1H5M");
        world.hear(asks, world.mail(GENERIC), ReplyClass.SMARTHOST_QUOTA, 1);
        world.egress.giveBack(asks, 1);
        assertThat(world.choose(GENERIC)).isEqualTo("hold NO_ROUTE PT2H");
        assertThat(world.openings).isEmpty();

        world.after(Duration.ofHours(1));
        var another = world.take(world.mail(GENERIC));
        world.egress.untried(another, 1);
        world.after(Duration.ofSeconds(1));
        var taken = world.take(world.mail(GENERIC));
        world.egress.accepted(another);
        assertThat(world.choose(GENERIC)).as("the one that asks shows it").isEqualTo("hold NO_ROUTE PT2H5M1S");
        world.egress.accepted(taken);
        assertThat(world.choose(GENERIC)).isEqualTo("sh1 T2");
        assertThat(world.openings).containsExactly(new Opening.ToAll(smarthost("sh1")));
    }

    /** It shows that it is well and that it takes more. */
    @Test
    void oneMessageAsksASmarthostThatCouldNotBeReachedEitherForBoth() {
        var world = World.of(0, 1);
        var mail = World.allowed(world.mail(GENERIC), Allowed.SMARTHOSTS_ONLY);
        world.hear(smarthost("sh1"), mail, ReplyClass.SMARTHOST_QUOTA, 1);
        world.unreached("sh1", 5);
        world.after(Duration.ofHours(1));
        for (int i = 0; i < 3; i++) {
            var asks = world.take(mail);
            assertThat(way(world.egress.choose(mail))).startsWith("hold NO_ROUTE");
            world.egress.accepted(asks);
            world.after(Duration.ofSeconds(1));
        }
        assertThat(world.openings)
                .containsExactly(
                        new Opening.ForTrial(smarthost("sh1")),
                        new Opening.ForTrial(smarthost("sh1")),
                        new Opening.ToAll(smarthost("sh1")));
    }

    @Test
    void theLastOfASmarthostsDayIsForUrgentMail() {
        var world = new World(World.setup(RoutingSettings.DEFAULT, 0, 1, 100));
        var ours = World.allowed(world.mail(GENERIC), Allowed.SMARTHOSTS_ONLY);
        var counts = new HashMap<String, Integer>();
        for (int i = 0; i < 120; i++) {
            counts.merge(way(world.egress.choose(ours)), 1, Integer::sum);
        }
        assertThat(counts).isEqualTo(Map.of("sh1 T2", 96, "hold NO_ROUTE PT24H15M", 24));
        var urgent = World.like(ours, MailClass.URGENT, Duration.ZERO);
        assertThat(way(world.egress.choose(urgent))).isEqualTo("sh1 T2");
    }

    @Test
    void aBounceThatTheSmarthostDoesNotTakeLeavesFromAnAddressOrWaits() {
        var world = World.of(1, 1);
        world.standing("a1", State.DEGRADED, 1, 60, Map.of());
        var bounce = MailFacts.of(1, GENERIC, ReversePath.nullPath());
        assertThat(way(world.egress.choose(bounce))).isEqualTo("sh1 T2");
        world.hear(smarthost("sh1"), bounce, ReplyClass.SMARTHOST_CONFIG, 1);
        assertThat(way(world.egress.choose(bounce))).isEqualTo("a1 T4");
        assertThat(world.choose(GENERIC)).isEqualTo("sh1 T2");
        world.standing("a1", State.QUARANTINED, 1, 100, Map.of());
        assertThat(way(world.egress.choose(bounce))).isEqualTo("hold NO_ROUTE PT24H");
    }

    @Test
    void theOnlyAddressGoesOnAsALastResortWhereItIsNotRefusedForSure() {
        var world = World.of(1, 0);
        world.standing("a1", State.LAST_RESORT, 1, 100, Map.of(GOOGLE, 20.0));
        assertThat(world.choose(GOOGLE)).isEqualTo("a1 T4");
        assertThat(world.choose(GENERIC)).isEqualTo("hold NO_ROUTE");
    }

    @Test
    void thereIsNoLastResortIfMailIsToWait() {
        var world = new World(World.setup(World.holding(), 1, 0, 1));
        world.standing("a1", State.DEGRADED, 1, 60, Map.of());
        assertThat(world.choose(GENERIC)).isEqualTo("hold NO_ROUTE");
    }

    @Test
    void aQuarantinedAddressIsNeverUsed() {
        var world = World.of(1, 0);
        world.standing("a1", State.QUARANTINED, 1, 0, Map.of());
        var hold = world.egress.choose(world.mail(GENERIC));
        assertThat(way(hold)).isEqualTo("hold NO_ROUTE");
        assertThat(hold.why()).isEqualTo("no way out is open for it: a1 QUARANTINED: listed on a list");
    }

    @Test
    void anAddressOnItsWayBackCarriesItsShareAndTheSmarthostTheRest() {
        var world = World.of(1, 1);
        world.standing("a1", State.RECOVERING, 0.05, 0, Map.of());
        long back = IntStream.range(0, 10_000)
                .filter(i -> world.choose(GENERIC).equals("a1 T0"))
                .count();
        assertThat(back / 10_000.0).isCloseTo(0.05, within(0.01));
    }

    @Test
    void theOnlyAddressCarriesAllWhileItComesBack() {
        var world = World.of(1, 0);
        world.standing("a1", State.RECOVERING, 0.05, 0, Map.of());
        assertThat(IntStream.range(0, 100).mapToObj(i -> world.choose(GENERIC))).containsOnly("a1 T0", "a1 T4");
    }

    /** Bulk mail that smarthosts are not paid for would make most of what the address sends. */
    @Test
    void bulkMailBeyondTheShareWaitsUntilItGrowsOrTheMailsLifeIsNearlyOver() {
        var world = World.of(1, 1);
        var grows = world.now().plus(Duration.ofHours(2));
        world.recovering("a1", 0.05, grows);
        var beyond = World.like(world.mailBeyond("a1", 0.1), MailClass.BULK, Duration.ZERO);

        assertThat(way(world.egress.choose(beyond))).isEqualTo("hold PACED PT2H");
        assertThat(world.egress.explain(beyond).why())
                .isEqualTo(
                        "waits its turn on a way that takes no more just now: a1 carries 5 % of its mail on the way back;"
                                + " bulk mail that is not among it waits until it carries more; sh1 smarthosts are not paid for"
                                + " bulk mail");
        assertThat(way(world.egress.choose(World.like(beyond, MailClass.BULK, Duration.ofHours(3)))))
                .as("that it has waited for its patience makes no room")
                .isEqualTo("hold PACED PT2H");
        assertThat(way(world.egress.choose(beyond.lasting(Duration.ofHours(3)))))
                .isEqualTo("hold PACED PT1H");
        assertThat(way(world.egress.choose(beyond.lasting(Duration.ofHours(2)))))
                .isEqualTo("a1 T4");
        assertThat(way(world.egress.choose(beyond.of(MailClass.NORMAL)))).isEqualTo("sh1 T2");
        world.recovering("a1", 1, grows);
        assertThat(way(world.egress.choose(beyond))).isEqualTo("a1 T0");
    }

    @Test
    void bulkMailWaitsForALaneOnItsWayBackToo() {
        var world = World.of(1, 1);
        world.hear(source("a1"), world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        world.after(Duration.ofMinutes(15));
        world.egress.accepted(world.take(world.mail(GENERIC)));
        var beyond = World.like(world.mailBeyond("a1", 0.1), MailClass.BULK, Duration.ZERO);

        assertThat(way(world.egress.choose(beyond))).isEqualTo("hold PACED PT2H15M");
        world.after(Duration.ofHours(10));
        assertThat(way(world.egress.choose(beyond))).isEqualTo("a1 T0");
    }

    @Test
    void whereThereIsNoLastResortMailBeyondTheShareKnowsWhenItGrows() {
        var world = new World(World.setup(World.holding(), 1, 0, 1));
        world.recovering("a1", 0.05, world.now().plus(Duration.ofHours(2)));
        assertThat(way(world.egress.choose(world.mailBeyond("a1", 0.05)))).isEqualTo("hold NO_ROUTE PT2H");
    }

    @Test
    void aSlowLaneOfAnAddressOnItsWayBackKeepsTheShareToo() {
        var world = World.of(1, 1);
        world.recovering("a1", 0.05, world.now().plus(Duration.ofHours(2)));
        world.hear(source("a1"), world.mail(GENERIC), ReplyClass.IP_RATE, 1);
        assertThat(way(world.egress.choose(world.mailBeyond("a1", 0.05)))).isEqualTo("sh1 T2");
    }

    @Test
    void mailOfARelayDomainNeverGoesByASmarthostThatIsNotItsFallback() {
        var world = World.of(1, 2);
        world.standing("a1", State.QUARANTINED, 1, 100, Map.of());
        var none = World.allowed(world.mail(GENERIC), Allowed.relayDomain(Optional.empty()));
        assertThat(way(world.egress.choose(none))).isEqualTo("hold NO_ROUTE");
        var second = World.allowed(world.mail(GENERIC), Allowed.relayDomain(Optional.of("sh2")));
        assertThat(way(world.egress.choose(second))).isEqualTo("sh2 T3");
    }

    @Test
    void bulkMailDoesNotCostMoneyUnlessItIsAllowed() {
        for (var allowed : RoutingSettings.BulkBySmarthost.values()) {
            var settings = World.settings(RoutingSettings.WhenNoRoute.LAST_RESORT, allowed);
            var world = new World(World.setup(settings, 1, 1, Long.MAX_VALUE));
            world.standing("a1", State.QUARANTINED, 1, 100, Map.of());
            var bulk = World.like(world.mail(GENERIC), MailClass.BULK, Duration.ZERO);
            assertThat(way(world.egress.choose(bulk)))
                    .isEqualTo(allowed == RoutingSettings.BulkBySmarthost.YES ? "sh1 T2" : "hold NO_ROUTE");
        }
    }

    @Test
    void whoNamesASmarthostMeansBulkMailTooUnlessHeSaysOtherwise() {
        for (var allowed : RoutingSettings.BulkBySmarthost.values()) {
            var settings = World.settings(RoutingSettings.WhenNoRoute.LAST_RESORT, allowed);
            var world = new World(World.setup(settings, 1, 1, Long.MAX_VALUE));
            world.standing("a1", State.QUARANTINED, 1, 100, Map.of());
            for (var named : List.of(Allowed.SMARTHOSTS_ONLY, Allowed.relayDomain(Optional.of("sh1")))) {
                var bulk = World.like(World.allowed(world.mail(GENERIC), named), MailClass.BULK, Duration.ZERO);
                assertThat(way(world.egress.choose(bulk)))
                        .isEqualTo(allowed == RoutingSettings.BulkBySmarthost.NO ? "hold NO_ROUTE" : "sh1 T2");
            }
        }
    }

    /** To call all that wait for each of several trials would be for nothing: one of them may go. */
    @Test
    void whatWaitsIsCalledWhenASmarthostIsWellAndAFewForEachTrialBefore() {
        var world = World.of(1, 1);
        world.unreached("sh1", 5);
        world.after(Duration.ofSeconds(40));
        for (int trial = 1; trial <= 3; trial++) {
            world.egress.accepted(world.take(World.allowed(world.mail(GENERIC), Allowed.SMARTHOSTS_ONLY)));
        }
        var sh1 = World.smarthost("sh1");
        assertThat(world.openings)
                .containsExactly(new Opening.ForTrial(sh1), new Opening.ForTrial(sh1), new Opening.ToAll(sh1));
    }

    @Test
    void aGoodAddressThatHasRoomAsksNobodyOfWhatClassHeIs() {
        var world = World.of(1, 1);
        var mail = world.mail(GENERIC);
        assertThat(world.egress.isClassAsked(mail)).isFalse();
        world.standing("a1", State.QUARANTINED, 1, 100, Map.of());
        assertThat(world.egress.isClassAsked(mail)).isTrue();
        assertThat(world.egress.isClassAsked(World.like(mail, MailClass.URGENT, Duration.ZERO)))
                .as("that is known already")
                .isFalse();
    }

    @Test
    void aSlowLaneIsWorthAWaitThatDependsOnTheClass() {
        var world = World.of(1, 1);
        world.hear(source("a1"), world.mail(GENERIC), ReplyClass.IP_RATE, 1);
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T1");
        var next = world.mail(GENERIC);
        assertThat(way(world.egress.choose(next))).isEqualTo("hold PACED PT1M");
        assertThat(way(world.egress.choose(World.like(next, MailClass.URGENT, Duration.ZERO))))
                .isEqualTo("sh1 T2");
        assertThat(way(world.egress.choose(World.like(next, MailClass.NORMAL, Duration.ofMinutes(5)))))
                .isEqualTo("sh1 T2");
        assertThat(world.after(Duration.ofMinutes(1)).choose(GENERIC)).isEqualTo("a1 T1");
    }

    @Test
    void aRoundTriesThreeOtherRoutesAndNoMore() {
        var world = World.of(0, 6);
        var mail = World.allowed(world.mail(GENERIC), Allowed.SMARTHOSTS_ONLY);
        var ways = new java.util.ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            var decision = world.egress.choose(mail);
            ways.add(way(decision));
            if (decision instanceof Decision.Send send) {
                mail = mail.refusedBy(send.chosen().route().name());
            }
        }
        assertThat(ways).containsExactly("sh1 T2", "sh2 T3", "sh3 T3", "sh4 T3", "hold ENOUGH_SWITCHES");
    }

    @Test
    void anAddressThatCannotSetOutIsNoSwitch() {
        var world = World.of(9, 1);
        var mail = world.mail(GENERIC);
        for (int i = 1; i <= 8; i++) {
            mail = mail.unable("a" + i);
        }
        assertThat(way(world.egress.choose(mail))).isEqualTo("a9 T0");
        assertThat(world.egress.explain(mail).candidates().getFirst().reasons())
                .containsExactly("cannot set out from this address for the destination");
        for (var route : List.of("a9", "x", "y")) {
            mail = mail.refusedBy(route);
        }
        assertThat(way(world.egress.choose(mail))).isEqualTo("sh1 T2");
    }

    @Test
    void aClosedLaneIsProbedByMailThatHasAnotherWay() {
        var world = World.of(2, 0);
        var first = world.mail(GENERIC);
        var struck = ((Decision.Send) world.egress.choose(first)).chosen().route();
        var other = struck.name().equals("a1") ? "a2" : "a1";
        world.hear(struck, first, ReplyClass.IP_BLOCK, 1);
        assertThat(world.choose(GENERIC)).isEqualTo(other + " T0");
        world.after(Duration.ofMinutes(15));
        var probe = world.take(world.mail(GENERIC));
        assertThat(probe.route()).isEqualTo(struck);
        assertThat(world.choose(GENERIC)).isEqualTo(other + " T0");
        world.egress.accepted(probe);
        assertThat(IntStream.range(0, 200).mapToObj(i -> world.choose(GENERIC)))
                .contains(struck.name() + " T0", other + " T0");
    }

    /** Who has another way, and time, loses nothing by a probe that fails. */
    @Test
    void onlyOrdinaryMailWithADayToLiveIsAProbeWhileAnotherWayIsOpen() {
        var settings = World.settings(RoutingSettings.WhenNoRoute.LAST_RESORT, RoutingSettings.BulkBySmarthost.YES);
        var world = new World(World.setup(settings, 1, 1, Long.MAX_VALUE));
        world.hear(source("a1"), world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        world.after(Duration.ofMinutes(15));
        var mail = world.mail(GENERIC).lasting(Duration.ofHours(24));

        assertThat(way(world.egress.explain(mail.of(MailClass.URGENT)))).isEqualTo("sh1 T2");
        assertThat(way(world.egress.explain(mail.of(MailClass.BULK)))).isEqualTo("sh1 T2");
        assertThat(way(world.egress.explain(mail.lasting(Duration.ofHours(23)))))
                .isEqualTo("sh1 T2");
        assertThat(way(world.egress.explain(mail))).isEqualTo("a1 T0 PROBE");
    }

    @Test
    void theOnlyWayIsProbedByWhateverWaits() {
        var world = World.of(1, 0);
        world.hear(source("a1"), world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        assertThat(world.choose(GENERIC)).isEqualTo("hold NO_ROUTE PT15M");
        assertThat(world.after(Duration.ofMinutes(15)).choose(GENERIC)).isEqualTo("a1 T0 PROBE");
        assertThat(world.choose(GENERIC)).isEqualTo("hold NO_ROUTE PT1H15M");
    }

    @Test
    void aSmarthostThatRelaysARefusalIsClosedForThatProviderAlone() {
        var world = World.of(0, 1);
        var mail = World.allowed(world.mail(MICROSOFT), Allowed.SMARTHOSTS_ONLY);
        world.hear(smarthost("sh1"), mail, ReplyClass.IP_BLOCK, 1);
        assertThat(way(world.egress.choose(mail))).isEqualTo("hold NO_ROUTE PT15M");
        assertThat(way(world.egress.choose(World.allowed(world.mail(GOOGLE), Allowed.SMARTHOSTS_ONLY))))
                .isEqualTo("sh1 T2");
    }

    @Test
    void aSmarthostThatCannotBeReachedIsLeftAlone() {
        var world = World.of(0, 2);
        var mail = World.allowed(world.mail(GENERIC), Allowed.SMARTHOSTS_ONLY);
        world.unreached("sh1", 5);
        assertThat(way(world.egress.choose(mail))).isEqualTo("sh2 T3");
        assertThat(world.events).extracting(RouteEvent::what).containsExactly("CLOSED -> OPEN");
    }

    @Test
    void refusedCredentialsAreAnEventThatAsksForTheOperator() {
        var world = World.of(0, 1);
        world.hear(smarthost("sh1"), world.mail(GENERIC), ReplyClass.SMARTHOST_AUTH, 1);
        assertThat(world.events)
                .extracting(RouteEvent::kind)
                .containsExactly(RouteEvent.Kind.CREDENTIALS_REFUSED, RouteEvent.Kind.BREAKER);
    }

    @Test
    void everyCandidateIsExplained() {
        var world = World.of(2, 1);
        world.standing("a1", State.DEGRADED, 1, 18, Map.of());
        world.hear(source("a2"), world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        assertThat(world.egress.explain(world.mail(GENERIC)).candidates())
                .extracting(each -> each.route().name(), Candidate::tier, Candidate::fitness, Candidate::reasons)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "a1",
                                Tier.T1,
                                Candidate.Fitness.ELIGIBLE,
                                List.of("penalty 18 at elsewhere.example: listed on a list")),
                        org.assertj.core.groups.Tuple.tuple(
                                "a2",
                                Tier.T0,
                                Candidate.Fitness.EXCLUDED,
                                List.of("COOLDOWN: elsewhere.example refused it; closed until 2026-11-25T00:15:00Z")),
                        org.assertj.core.groups.Tuple.tuple(
                                "sh1", Tier.T2, Candidate.Fitness.ELIGIBLE, List.of("the first smarthost")));
    }

    @Test
    void whatIsClosedForItsRateWasNotRefused() {
        var world = World.of(1, 1);
        for (int i = 0; i < 3; i++) {
            world.hear(source("a1"), world.mail(GOOGLE), ReplyClass.IP_RATE, i);
        }
        assertThat(world.egress
                        .explain(world.mail(GOOGLE))
                        .candidates()
                        .getFirst()
                        .reasons())
                .containsExactly("COOLDOWN: google asked for less; closed until 2026-11-25T02:00:00Z");
    }
}
