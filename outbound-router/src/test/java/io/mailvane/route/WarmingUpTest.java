package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.START;
import static io.mailvane.route.World.source;
import static io.mailvane.route.World.way;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.Growth;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.ReplyClass;
import io.mailvane.route.Decision.Send;
import io.mailvane.route.RoutingSettings.BulkBySmarthost;
import io.mailvane.route.RoutingSettings.WhenNoRoute;
import io.mailvane.route.WaysOut.WarmUpNow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An address that receivers do not know gives each of them so many recipients a day; what exceeds it goes another way. */
class WarmingUpTest {
    private static final Duration DAY = Duration.ofHours(24);

    private static World warming(int sources, int smarthosts) {
        var world = World.of(sources, smarthosts);
        world.warming("a1", Growth.GROWS);
        return world;
    }

    private static World holding(int smarthosts) {
        var world = new World(World.setup(World.holding(), 1, smarthosts, Long.MAX_VALUE));
        world.warming("a1", Growth.GROWS);
        return world;
    }

    private static MailFacts mail(World world, ProviderId provider, int recipients) {
        return world.mail(provider).forRecipients(recipients);
    }

    /** The rest of a day's ceiling. */
    private static void useUp(World world, ProviderId provider, int recipients) {
        assertThat(way(world.choose(mail(world, provider, recipients)))).isEqualTo("a1 T0");
    }

    private static List<String> reasons(World world, ProviderId provider, String route) {
        return world.egress.explain(world.mail(provider)).candidates().stream()
                .filter(each -> each.route().name().equals(route))
                .findFirst()
                .orElseThrow()
                .reasons();
    }

    @Test
    void saysHowFarItIs() {
        var world = warming(1, 1);
        useUp(world, GOOGLE, 43);

        assertThat(reasons(world, GOOGLE, "a1"))
                .containsExactly(
                        "step 1 of 20 of its warm-up at google: 43 of 50 recipients a day are used",
                        "its volume grows");
        useUp(world, GOOGLE, 7);
        assertThat(reasons(world, GOOGLE, "a1"))
                .containsExactly(
                        "50 of 50 recipients a day of its warm-up at google are used; more at 2026-11-26T00:00:00Z",
                        "its volume grows");
        assertThat(world.egress.explain(world.mail(MICROSOFT)).why())
                .isEqualTo("T0: step 1 of 20 of its warm-up at microsoft: 0 of 50 recipients a day are used");
    }

    @Test
    void whatExceedsItGoesToAnAddressThatIsKnownElseToASmarthost() {
        var two = warming(2, 1);
        two.standing("a2", State.ACTIVE, 1, 20, Map.of());
        useUp(two, GOOGLE, 50);
        assertThat(two.choose(GOOGLE)).isEqualTo("a2 T1");
        assertThat(two.choose(MICROSOFT)).isEqualTo("a1 T0");

        var one = warming(1, 1);
        useUp(one, GOOGLE, 50);
        assertThat(one.choose(GOOGLE)).isEqualTo("sh1 T2");
    }

    /** The design's case 5: a new address takes over as much as its own warm-up allows, where the listed one is out. */
    @Test
    void anAddressThatTakesOverFromAListedOneDoesSoWithinItsOwnWarmUp() {
        var world = warming(2, 1);
        world.standing("a2", State.DEGRADED, 1, 90, Map.of(GOOGLE, 18.0));
        useUp(world, GENERIC, 50);
        useUp(world, GOOGLE, 50);

        assertThat(world.choose(GENERIC)).isEqualTo("sh1 T2");
        assertThat(world.choose(GOOGLE)).isEqualTo("a2 T1");
        assertThat(world.choose(MICROSOFT)).isEqualTo("a1 T0");
    }

    @Test
    void whereNothingElseIsOpenItLeavesAllTheSameAsALastResort() {
        var world = warming(1, 0);
        useUp(world, GOOGLE, 50);

        assertThat(world.egress.explain(world.mail(GOOGLE)).why())
                .startsWith("T4: 50 of 50 recipients a day of its warm-up at google are used");
        assertThat(world.choose(GOOGLE)).isEqualTo("a1 T4");
        assertThat(reasons(world, GOOGLE, "a1")).first().asString().startsWith("51 of 50");
    }

    @Test
    void whereThatIsOffItWaitsForTheNextDay() {
        var world = holding(0);
        useUp(world, GOOGLE, 50);

        assertThat(world.choose(GOOGLE)).isEqualTo("hold NO_ROUTE PT24H");
        world.after(DAY);
        assertThat(world.choose(GOOGLE)).isEqualTo("a1 T0");
    }

    @Test
    void bulkMailWaitsForTheNextDayWhereSmarthostsDoNotTakeIt() {
        var world = new World(
                World.setup(World.settings(WhenNoRoute.LAST_RESORT, BulkBySmarthost.NO), 1, 1, Long.MAX_VALUE));
        world.warming("a1", Growth.GROWS);
        useUp(world, GOOGLE, 50);
        var bulk = World.like(world.mail(GOOGLE), MailClass.BULK, Duration.ofHours(3));

        assertThat(way(world.egress.explain(bulk))).isEqualTo("hold PACED PT24H");
        assertThat(world.egress.explain(bulk).why())
                .contains("more at 2026-11-26T00:00:00Z, for which bulk mail waits");
    }

    /** Split it cannot be, and no day of these would ever have room for it. */
    @Test
    void aMessageOfMoreRecipientsThanADayTakesWhatTheDayHasWhereItElseWouldWaitForEver() {
        var world = holding(0);
        useUp(world, GOOGLE, 1);
        var large = mail(world, GOOGLE, 51);

        assertThat(world.egress.explain(large).why())
                .isEqualTo(
                        "T4: its 51 recipients are more than the 50 that a day of the warm-up at google has: it has a"
                                + " day's to itself");
        assertThat(way(world.choose(large))).isEqualTo("a1 T4");
        assertThat(way(world.choose(mail(world, GOOGLE, 51)))).isEqualTo("hold NO_ROUTE PT24H");
        assertThat(way(holding(1).choose(large))).isEqualTo("sh1 T2");
    }

    @Test
    void aMessageOfMoreRecipientsThanADayWaitsForNoTimeThatIsPast() {
        var world = warming(1, 0);
        var bulk = World.like(mail(world, GOOGLE, 51), MailClass.BULK, Duration.ZERO);

        assertThat(way(world.egress.explain(bulk))).isEqualTo("hold PACED PT2H");
        assertThat(way(world.egress.explain(World.like(bulk, MailClass.BULK, Duration.ofHours(3)))))
                .isEqualTo("hold PACED PT118H");
    }

    @Test
    void onlyWhatTheProviderWasGivenCounts() {
        var world = warming(1, 1);
        var mail = mail(world, GOOGLE, 50);
        world.egress.untried(world.take(mail), 50);
        var some = world.take(mail);
        assertThat(world.choose(GOOGLE)).isEqualTo("sh1 T2");
        world.egress.giveBack(some, 1);
        world.egress.ended(some);

        assertThat(world.choose(GOOGLE)).isEqualTo("a1 T0");
        assertThat(world.choose(GOOGLE)).isEqualTo("sh1 T2");
    }

    /** The design's 8.13: what one provider says has no effect elsewhere. */
    @Test
    void aRefusalTakesItBackWhereItWasRefusedAlone() {
        var world = warming(1, 1);
        for (int recipients : List.of(50, 70, 100)) {
            useUp(world, GOOGLE, recipients);
            useUp(world, MICROSOFT, recipients);
            world.after(DAY);
        }
        world.hear(source("a1"), world.mail(GOOGLE), ReplyClass.IP_BLOCK, 1);

        assertThat(lanes(world)).containsExactly("microsoft 4: 0 of 140", "google 2: 0 of 70", "* 1: 0 of 50");
        assertThat(warmUpEvents(world))
                .contains("google step 3 -> 2 of 20: 70 recipients a day")
                .contains("microsoft step 2 -> 3 of 20: 100 recipients a day");
    }

    private static List<String> lanes(World world) {
        return world.egress.ways(Allowed.ANY).warmUps().stream()
                .map(each -> each.provider().id() + " " + each.step() + ": " + each.used() + " of "
                        + each.ceiling().orElse(-1))
                .toList();
    }

    private static List<String> warmUpEvents(World world) {
        return world.events.stream()
                .filter(event -> event.kind() == RouteEvent.Kind.WARM_UP || event.kind() == RouteEvent.Kind.WARMED_UP)
                .map(event -> event.provider().map(ProviderId::id).orElse("-") + " " + event.what())
                .toList();
    }

    @Test
    void anAddressThatWasOutMeanwhileBeginsTwoStepsLowerEverywhere() {
        var world = warming(1, 1);
        for (int recipients : List.of(50, 70, 100)) {
            useUp(world, GOOGLE, recipients);
            world.after(DAY);
        }
        world.choose(MICROSOFT);
        world.standing("a1", State.QUARANTINED, 0, 100, Map.of());
        world.warming("a1", Growth.GROWS);

        assertThat(lanes(world)).containsExactly("google 2: 0 of 70", "microsoft 1: 1 of 50", "* 1: 0 of 50");
    }

    /** A list that some receivers use lifts no limit. */
    @Test
    void aWarmUpGoesOnWhileTheAddressIsDegraded() {
        var world = World.of(1, 1);
        world.warming("a1", State.DEGRADED, Growth.GROWS);
        useUp(world, GOOGLE, 50);

        assertThat(world.choose(GOOGLE)).isEqualTo("sh1 T2");
        world.standing("a1", State.DEGRADED, 1, 0, Map.of());
        assertThat(world.choose(GOOGLE)).isEqualTo("a1 T0");
    }

    /** It has sent all the while. */
    @Test
    void anAddressThatWasOnlyDegradedGoesOnWhereItWas() {
        var world = warming(1, 1);
        for (int recipients : List.of(50, 70, 100)) {
            useUp(world, GOOGLE, recipients);
            world.after(DAY);
        }
        world.warming("a1", State.DEGRADED, Growth.STOPPED);
        world.warming("a1", Growth.GROWS);

        assertThat(lanes(world)).containsExactly("google 4: 0 of 140", "* 1: 0 of 50");
    }

    @Test
    void anAddressThatComesBackBySomethingLighterIsSetBackOnce() {
        var world = warming(1, 1);
        for (int recipients : List.of(50, 70, 100)) {
            useUp(world, GOOGLE, recipients);
            world.after(DAY);
        }
        world.standing("a1", State.QUARANTINED, 0, 100, Map.of());
        world.warming("a1", State.DEGRADED, Growth.GROWS);
        assertThat(lanes(world)).first().isEqualTo("google 2: 0 of 70");
        world.warming("a1", Growth.GROWS);
        assertThat(lanes(world)).first().isEqualTo("google 2: 0 of 70");
    }

    @Test
    void nothingGrowsWhileAListClaimsSomething() {
        var world = warming(1, 1);
        useUp(world, GOOGLE, 50);
        world.warming("a1", Growth.STOPPED);
        world.after(DAY);

        assertThat(lanes(world)).containsExactly("google 1: 0 of 50", "* 1: 0 of 50");
        useUp(world, GOOGLE, 50);
        assertThat(world.choose(GOOGLE)).isEqualTo("sh1 T2");
    }

    @Test
    void aProbeIsCountedAndWaitsForTheDayToo() {
        var world = holding(0);
        useUp(world, GOOGLE, 50);
        world.hear(source("a1"), world.mail(GOOGLE), ReplyClass.IP_BLOCK, 1);
        world.after(Duration.ofMinutes(15));

        assertThat(world.choose(GOOGLE)).isEqualTo("hold NO_ROUTE PT24H");
        world.after(DAY);
        assertThat(world.choose(GOOGLE)).isEqualTo("a1 T0 PROBE");
        assertThat(world.egress.ways(Allowed.ANY).warmUps().getFirst())
                .isEqualTo(new WarmUpNow(
                        "a1",
                        GOOGLE,
                        1,
                        20,
                        1,
                        OptionalLong.of(50),
                        Optional.of(START.plus(DAY).plus(DAY).plus(Duration.ofMinutes(15)))));
    }

    /** One message at a time, where nothing else is open: what all of it may do as a last resort a probe may too. */
    @Test
    void aProbeThatExceedsTheDayIsALastResort() {
        var world = warming(1, 0);
        useUp(world, GOOGLE, 50);
        world.hear(source("a1"), world.mail(GOOGLE), ReplyClass.IP_BLOCK, 1);
        assertThat(world.choose(GOOGLE)).isEqualTo("hold NO_ROUTE PT15M");
        world.after(Duration.ofMinutes(15));
        var bulk = World.like(world.mail(GOOGLE), MailClass.BULK, Duration.ofHours(3));

        assertThat(way(world.egress.explain(bulk))).isEqualTo("hold PACED PT24H");
        assertThat(world.choose(GOOGLE)).isEqualTo("a1 T4 PROBE");
        assertThat(lanes(world)).first().isEqualTo("google 1: 51 of 50");
        assertThat(world.choose(GOOGLE)).startsWith("hold NO_ROUTE");
    }

    @Test
    void aProbeThatExceedsTheDayTakesNoMailFromASmarthost() {
        var world = warming(1, 1);
        useUp(world, GOOGLE, 50);
        world.hear(source("a1"), world.mail(GOOGLE), ReplyClass.IP_BLOCK, 1);
        world.after(Duration.ofMinutes(15));

        assertThat(world.choose(GOOGLE)).isEqualTo("sh1 T2");
        assertThat(world.choose(GOOGLE)).isEqualTo("sh1 T2");
    }

    /** A big receiver's word counts for all; a small one's for itself. */
    @Test
    void isToldOnceItIsDoneAtABigReceiverUntilTheAddressIsNewNoMore() {
        var world = warming(1, 1);
        for (int recipients : WarmUpSteps.DEFAULT.ceilings()) {
            useUp(world, GOOGLE, recipients);
            useUp(world, GENERIC, recipients);
            world.after(DAY);
        }
        world.events.clear();
        world.choose(GOOGLE);
        world.choose(GOOGLE);
        world.choose(GENERIC);
        assertThat(warmUpEvents(world))
                .containsExactly(
                        "google step 20 -> done",
                        "google its warm-up at google is done",
                        "elsewhere.example step 20 -> done");
        world.after(DAY);
        world.choose(GOOGLE);
        assertThat(warmUpEvents(world)).endsWith("google its warm-up at google is done");
        assertThat(way(world.choose(mail(world, GOOGLE, 100_000)))).isEqualTo("a1 T0");

        world.standing("a1", State.ACTIVE, 1, 0, Map.of());
        assertThat(world.egress.ways(Allowed.ANY).warmUps()).isEmpty();
    }

    /** With each message they would change places, and a page would be called to look. */
    @Test
    void ofReceiversThatKnowItAlikeTheBigOnesAreShownHoweverMuchTheyWereGiven() {
        var world = warming(1, 1);
        for (int i = 1; i <= 6; i++) {
            useUp(world, new ProviderId("r" + i + ".example"), 10 + i);
        }
        useUp(world, MICROSOFT, 1);

        assertThat(lanes(world))
                .containsExactly(
                        "microsoft 1: 1 of 50",
                        "r1.example 1: 11 of 50",
                        "r2.example 1: 12 of 50",
                        "r3.example 1: 13 of 50",
                        "* 1: 0 of 50");
    }

    /** What it says then is of mail that it was given before: no new day of it is done. */
    @Test
    void aReplyAfterTheLastDayTellsNothingOfItsEnd() {
        var world = warming(1, 1);
        for (int recipients : WarmUpSteps.DEFAULT.ceilings()) {
            useUp(world, GOOGLE, recipients);
            world.after(DAY);
        }
        world.events.clear();
        world.hear(source("a1"), world.mail(GOOGLE), ReplyClass.IP_RATE, 1);

        assertThat(warmUpEvents(world)).isEmpty();
    }

    @Test
    void aRestartGoesOnWithTheDayThatRan() throws Exception {
        var world = warming(1, 1);
        useUp(world, GOOGLE, 49);
        var written = new ByteArrayOutputStream();
        world.egress.remember(new DataOutputStream(written));

        var again = World.of(1, 1);
        again.egress.recall(new DataInputStream(new ByteArrayInputStream(written.toByteArray())));
        again.warming("a1", Growth.GROWS);
        useUp(again, GOOGLE, 1);
        assertThat(again.choose(GOOGLE)).isEqualTo("sh1 T2");
    }

    @Test
    void anotherAddressByTheSameNameIsNew() {
        var world = warming(1, 1);
        useUp(world, GOOGLE, 50);
        var other = new Setup(
                RoutingSettings.DEFAULT,
                List.of(new Setup.OwnAddress("a1", World.address("192.0.2.1"), 1)),
                World.setup(RoutingSettings.DEFAULT, 1, 1, Long.MAX_VALUE).smarthosts());
        world.egress.reload(other, Map.of());
        world.warming("a1", Growth.GROWS);

        assertThat(world.choose(GOOGLE)).isEqualTo("a1 T0");
    }

    /** Nobody has a place for what a sender makes up. */
    @Test
    void ofTooManyReceiversThoseAreForgottenThatKnowItLeast() {
        var world = warming(1, 1);
        useUp(world, GOOGLE, 50);
        world.after(DAY);
        world.choose(GOOGLE);
        for (int i = 0; i < Changes.MOST_PROVIDERS + 10; i++) {
            world.after(Duration.ofMillis(1));
            world.choose(new ProviderId("made-up-" + i + ".example"));
        }

        assertThat(lanes(world)).first().isEqualTo("google 2: 1 of 70");
    }

    @Test
    void howeverManyDecideAtOnceNoneExceedsTheDay() throws Exception {
        var world = new World(World.setup(RoutingSettings.DEFAULT, 2, 1, Long.MAX_VALUE));
        world.warming("a1", Growth.GROWS);
        world.warming("a2", Growth.GROWS);
        // A lane that wants less makes the view change too.
        world.hear(source("a2"), world.mail(GOOGLE), ReplyClass.IP_RATE, 1);
        var tasks = IntStream.range(0, 16)
                .mapToObj(thread -> (Callable<List<Permit>>) () -> permits(world, thread))
                .toList();
        var given = new HashMap<String, Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Permit>> each : threads.invokeAll(tasks)) {
                each.get().forEach(permit -> given.merge(permit.route().name(), 3, Integer::sum));
            }
        }

        assertThat(given.get("a1")).isEqualTo(48);
        for (var lane : world.egress.ways(Allowed.ANY).warmUps()) {
            if (lane.provider().equals(GOOGLE)) {
                assertThat(lane.used())
                        .as(lane.route())
                        .isEqualTo((long) given.getOrDefault(lane.route(), 0))
                        .isLessThanOrEqualTo(50);
            }
        }
    }

    private static List<Permit> permits(World world, int thread) {
        var permits = new ArrayList<Permit>();
        for (int i = 0; i < 40; i++) {
            var mail = MailFacts.of(1_000L * thread + i, GOOGLE, World.SENDER).forRecipients(3);
            if (world.egress.choose(mail) instanceof Send send) {
                permits.add(send.permit());
                world.egress.ended(send.permit());
            }
        }
        return permits;
    }
}
