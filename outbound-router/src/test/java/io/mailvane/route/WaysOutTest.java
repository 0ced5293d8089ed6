package io.mailvane.route;

import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.START;
import static io.mailvane.route.World.smarthost;
import static io.mailvane.route.World.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.ReplyClass;
import io.mailvane.route.WaysOut.Choice;
import io.mailvane.route.WaysOut.LaneNow;
import io.mailvane.route.WaysOut.SmarthostNow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WaysOutTest {
    private static WaysOut ways(World world) {
        return world.egress.ways(Allowed.ANY);
    }

    @Test
    void namesAllThatAreEquallyGood() {
        assertThat(ways(World.of(2, 1)))
                .isEqualTo(new WaysOut(
                        List.of(new Choice(
                                WaysOut.ANY,
                                List.of("a1", "a2"),
                                Optional.of(Tier.T0),
                                "T0: nothing is known against it",
                                Optional.empty(),
                                Map.of(),
                                false)),
                        List.of(),
                        List.of(),
                        List.of(new SmarthostNow(
                                "sh1", "CLOSED", Optional.empty(), 0, OptionalLong.empty(), Optional.empty())),
                        List.of()));
    }

    /** The one that is listed is not all of them. */
    @Test
    void saysOfWhichOfThemAReasonIsTrue() {
        var world = World.of(6, 1);
        world.standing("a2", State.ACTIVE, 1, 5, Map.of());
        assertThat(ways(world).choices().getFirst().why())
                .isEqualTo("T0: a1, a3, a4 and 2 more: nothing is known against it;"
                        + " a2: penalty 5 at any receiver: listed on a list");
        for (int i = 3; i <= 6; i++) {
            world.standing("a" + i, State.ACTIVE, 1, i - 2, Map.of());
        }
        assertThat(ways(world).choices().getFirst().why())
                .isEqualTo("T0: a1: nothing is known against it; a2: penalty 5 at any receiver: listed on a list;"
                        + " a3: penalty 1 at any receiver: listed on a list; and 3 more reasons");
    }

    @Test
    void saysThatMailLeavesByTheSmarthostOnceTheAddressIsOut() {
        var world = World.of(1, 1);
        world.standing("a1", State.QUARANTINED, 0, 100, Map.of());

        assertThat(ways(world).choices())
                .containsExactly(new Choice(
                        WaysOut.ANY,
                        List.of("sh1"),
                        Optional.of(Tier.T2),
                        "T2: the first smarthost",
                        Optional.empty(),
                        Map.of(),
                        true));
    }

    /** What lists say of an address is another thing at each receiver. */
    @Test
    void mailGoesRoundAnAddressWhereItsListingsWeigh() {
        var world = World.of(1, 1);
        world.standing("a1", State.DEGRADED, 1, 90, Map.of(GOOGLE, 5.0));
        world.egress.accepted(world.take(world.mail(GOOGLE)));

        assertThat(ways(world).choices())
                .extracting(Choice::provider, Choice::detour)
                .containsExactly(tuple(WaysOut.ANY, true), tuple(GOOGLE, false));
        assertThat(world.egress.ways(Allowed.SMARTHOSTS_ONLY).choices())
                .extracting(Choice::detour)
                .containsOnly(false);
    }

    @Test
    void otherWordsForTheSameStandingMoveNothing() {
        var world = World.of(1, 0);
        var standing = new SourceStanding("a1", State.DEGRADED, 1, 50, Map.of(), "listed", Optional.empty());
        var later = new SourceStanding(
                "a1", State.DEGRADED, 1, 50, Map.of(), "still listed", Optional.of(START.plusSeconds(60)));

        assertThat(world.egress.standings(Map.of("a1", standing))).isTrue();
        assertThat(world.egress.standings(Map.of("a1", later))).isFalse();
    }

    @Test
    void saysWhyMailWaits() {
        var world = World.of(1, 0);
        world.standing("a1", State.QUARANTINED, 0, 100, Map.of());

        assertThat(ways(world).choices())
                .containsExactly(new Choice(
                        WaysOut.ANY,
                        List.of(),
                        Optional.empty(),
                        "no way out is open for it: a1 QUARANTINED: listed on a list",
                        Optional.empty(),
                        Map.of(),
                        true));
    }

    private static String whyMailWaits(World world) {
        return ways(world).choices().getFirst().why();
    }

    private static List<String> open(World world) {
        return ways(world).choices().getFirst().routes();
    }

    /** That its time is past says nothing of a smarthost: the next message does, and all others wait until it has. */
    @Test
    void aSmarthostThatIsDueForATrialIsNotOpenBeforeOneSucceeded() {
        var world = World.of(1, 1);
        world.standing("a1", State.QUARANTINED, 0, 100, Map.of());
        world.unreached("sh1", 5);
        world.after(Duration.ofMinutes(1));

        assertThat(open(world)).isEmpty();
        assertThat(whyMailWaits(world))
                .isEqualTo("no way out is open for it: a1 QUARANTINED: listed on a list;"
                        + " sh1 next: a trial shows whether it is well again");
        world.egress.unreached(world.take(world.mail(GOOGLE)));
        world.after(Duration.ofMinutes(2));
        assertThat(open(world)).isEmpty();
        var trial = world.take(world.mail(GOOGLE));
        assertThat(open(world)).isEmpty();
        world.egress.accepted(trial);
        assertThat(open(world)).containsExactly("sh1");
        world.take(world.mail(GOOGLE));
        assertThat(open(world)).containsExactly("sh1");
    }

    @Test
    void norIsOneThatRefusedOurCredentials() {
        var world = World.of(0, 1);
        world.hear(smarthost("sh1"), world.mail(GOOGLE), ReplyClass.SMARTHOST_AUTH, 1);
        world.after(Duration.ofMinutes(15));

        assertThat(world.egress
                        .ways(Allowed.SMARTHOSTS_ONLY)
                        .choices()
                        .getFirst()
                        .routes())
                .isEmpty();
    }

    @Test
    void whileOneIsDueForATrialMailLeavesByTheNext() {
        var world = World.of(1, 2);
        world.standing("a1", State.QUARANTINED, 0, 100, Map.of());
        world.unreached("sh1", 5);
        world.after(Duration.ofMinutes(1));

        assertThat(open(world)).containsExactly("sh2");
    }

    /** Until one message was taken, nobody knows that its day is a new one. */
    @Test
    void aSmarthostThatIsToBeAskedWhetherItTakesMoreIsNotOpenYet() {
        var world = World.of(1, 2);
        world.standing("a1", State.QUARANTINED, 0, 100, Map.of());
        world.hear(smarthost("sh1"), world.mail(GOOGLE), ReplyClass.SMARTHOST_QUOTA, 1);
        world.after(Duration.ofHours(1));
        assertThat(open(world)).containsExactly("sh2");

        world.unreached("sh2", 5);
        assertThat(whyMailWaits(world))
                .startsWith(
                        "no way out is open for it: a1 QUARANTINED: listed on a list; sh1 said that its quota of the day is used up;"
                                + " next: one message asks whether it takes more; sh2 cannot be reached; left alone until ");
    }

    /** However many are out: whoever reads it sees at once which smarthost is to be mended. */
    @Test
    void namesTheFirstAddressesThatAreOutAndEverySmarthostThatIsShut() {
        var world = World.of(5, 2);
        for (int i = 1; i <= 5; i++) {
            world.standing("a" + i, State.QUARANTINED, 0, 100, Map.of());
        }
        world.hear(smarthost("sh1"), world.mail(GOOGLE), ReplyClass.SMARTHOST_AUTH, 1);
        world.hear(smarthost("sh2"), world.mail(GOOGLE), ReplyClass.SMARTHOST_QUOTA, 1);

        assertThat(whyMailWaits(world))
                .startsWith(
                        "no way out is open for it: a1 QUARANTINED: listed on a list; a2 QUARANTINED: listed on a list;"
                                + " a3 QUARANTINED: listed on a list; 2 more of our addresses;"
                                + " sh1 refuses our credentials; left alone until 2026-11-25T00:15:00Z;"
                                + " sh2 says that its quota of the day is used up; asked again after ");
    }

    @Test
    void saysItInSoManyWordsHoweverMuchThereIsToSay() {
        var world = World.of(64, 8);
        for (int i = 1; i <= 64; i++) {
            var why = "listed on Spamhaus ZEN SBL, ".repeat(20);
            world.egress.standings(Map.of(
                    "a" + i, new SourceStanding("a" + i, State.QUARANTINED, 0, 100, Map.of(), why, Optional.empty())));
        }
        for (int i = 1; i <= 8; i++) {
            world.hear(smarthost("sh" + i), world.mail(GOOGLE), ReplyClass.SMARTHOST_AUTH, 1);
        }
        assertThat(whyMailWaits(world))
                .hasSizeLessThanOrEqualTo(512)
                .containsSubsequence(
                        "a3 QUARANTINED", "\u2026; 61 more of our addresses; sh1 refuses our cred", "sh5 refuses our")
                .endsWith("; 3 more of the smarthosts");
    }

    /** An asterisk stands for them where programs read it. */
    @Test
    void callsReceiversOfWhichNothingIsKnownByWords() {
        var world = World.of(1, 0);
        world.standing("a1", State.DEGRADED, 1, 100, Map.of());
        assertThat(whyMailWaits(world))
                .isEqualTo("no way out is open for it: a1 penalty 100 at any receiver: listed on a list");
    }

    @Test
    void countsWhatEachReceiverGotByEachWayForAQuarterOfAnHour() {
        var world = World.of(1, 1);
        relay(world, GOOGLE);
        world.standing("a1", State.QUARANTINED, 0, 100, Map.of());
        world.after(Duration.ofMinutes(14));
        relay(world, GOOGLE);
        relay(world, GOOGLE);
        relay(world, MICROSOFT);

        assertThat(lately(world))
                .containsExactly(
                        Map.entry("*", Map.of()),
                        Map.entry("google", Map.of("a1", 1L, "sh1", 2L)),
                        Map.entry("microsoft", Map.of("sh1", 1L)));
        world.after(Duration.ofMinutes(1));
        assertThat(lately(world)).contains(Map.entry("google", Map.of("sh1", 2L)));
        world.after(Duration.ofMinutes(14));
        assertThat(lately(world)).containsExactly(Map.entry("*", Map.of()));
    }

    private static void relay(World world, ProviderId provider) {
        world.egress.accepted(world.take(world.mail(provider)));
    }

    @Test
    void whatWasTriedInVainIsNotCounted() {
        var world = World.of(0, 2);
        relay(world, GOOGLE);
        world.egress.unreached(world.take(World.allowed(world.mail(GOOGLE), Allowed.SMARTHOSTS_ONLY)));
        world.take(World.allowed(world.mail(MICROSOFT), Allowed.SMARTHOSTS_ONLY));

        assertThat(lately(world))
                .containsExactly(Map.entry("*", Map.of()), Map.entry("google", Map.of(Setup.HOST, 1L)));
    }

    /** Quotas are counted by quarters of an hour, and a receiver is slow. */
    @Test
    void whatASmarthostDidNotTakeIsGivenBackWhereItWasCounted() {
        var world = new World(World.setup(RoutingSettings.DEFAULT, 0, 1, 10));
        var first = world.take(World.allowed(world.mail(GOOGLE), Allowed.SMARTHOSTS_ONLY));
        world.after(Duration.ofMinutes(16));
        world.take(World.allowed(world.mail(GOOGLE), Allowed.SMARTHOSTS_ONLY));

        world.egress.untried(first, 1);
        assertThat(used(world)).isEqualTo(1);
        world.after(Duration.ofDays(1));
        assertThat(used(world)).isEqualTo(1);
        world.after(Duration.ofMinutes(15));
        assertThat(used(world)).isZero();
    }

    private static long used(World world) {
        return ways(world).smarthosts().getFirst().used();
    }

    private static List<Map.Entry<String, Map<String, Long>>> lately(World world) {
        return ways(world).choices().stream()
                .map(each -> Map.entry(each.provider().id(), each.lately()))
                .toList();
    }

    @Test
    void namesTheLanesThatAreNotOpen() {
        var world = World.of(1, 1);
        world.hear(source("a1"), world.mail(GOOGLE), ReplyClass.IP_BLOCK, 1);

        assertThat(ways(world).lanes())
                .containsExactly(
                        new LaneNow("a1", GOOGLE, "COOLDOWN", START, Optional.of(START.plus(Duration.ofMinutes(15)))));
    }

    @Test
    void saysWhatASmarthostHasUsedAndWhyItIsShut() {
        var world = new World(World.setup(RoutingSettings.DEFAULT, 0, 2, 10));
        world.egress.choose(World.allowed(world.mail(GOOGLE), Allowed.SMARTHOSTS_ONLY));
        world.hear(smarthost("sh2"), world.mail(GOOGLE), ReplyClass.SMARTHOST_AUTH, 1);

        assertThat(ways(world).smarthosts())
                .containsExactly(
                        new SmarthostNow("sh1", "CLOSED", Optional.empty(), 1, OptionalLong.of(10), Optional.empty()),
                        new SmarthostNow(
                                "sh2",
                                "OPEN_FOR_AUTH",
                                Optional.of(START.plus(Duration.ofMinutes(15))),
                                0,
                                OptionalLong.of(10),
                                Optional.empty()));
        world.hear(smarthost("sh1"), world.mail(GOOGLE), ReplyClass.SMARTHOST_QUOTA, 1);
        var hour = Duration.ofHours(1);
        var closed = new SmarthostNow(
                "sh1", "QUOTA_CLOSED", Optional.of(START.plus(hour)), 1, OptionalLong.of(10), Optional.empty());
        assertThat(ways(world).smarthosts().getFirst()).isEqualTo(closed);
        world.after(hour);
        assertThat(ways(world).smarthosts().getFirst())
                .as("the next message asks")
                .isEqualTo(new SmarthostNow(
                        "sh1", "QUOTA_CLOSED", Optional.empty(), closed.used(), closed.quota(), Optional.empty()));
    }
}
