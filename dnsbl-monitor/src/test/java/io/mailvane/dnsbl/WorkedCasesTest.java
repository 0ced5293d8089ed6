package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.Growth;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The worked cases of the specification's section 6.5 that need no route, by their numbers there. */
class WorkedCasesTest {
    private static final String A = "203.0.113.7";
    private static final String B = "198.51.100.7";
    private static final String C = "192.0.2.7";
    private static final ProviderId GOOGLE = new ProviderId("google");
    private static final ProviderId ELSEWHERE = new ProviderId("mx.example");
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void case1AListOfNoWeightRoutesNothingAndAlarmsNobody() {
        var world = new World(1, List.of(A, B), "uceprotect-3", "spamcop");
        world.list(A, "uceprotect-3", "127.0.0.2");
        world.list(B, "uceprotect-3", "127.0.0.2");
        world.pass(HOUR.multipliedBy(3));

        assertThat(world.cell(A, "uceprotect-3")).isEqualTo("LISTED none");
        assertThat(world.reputation().addresses()).allSatisfy(card -> {
            assertThat(card.state()).isEqualTo(State.ACTIVE);
            assertThat(card.score()).isZero();
        });
        assertThat(world.reputation().alarms()).isEmpty();
        assertThat(world.reputation().verdict().tone()).isEqualTo(Verdict.Tone.OK);
    }

    @Test
    void case2ARefusedResolverFreezesStatesAndChangesNoRoute() {
        var world = new World(2, List.of(A, B), "spamhaus-zen");
        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR.multipliedBy(2));
        var before = world.changes(HistoryEvent.Kind.ADDRESS);
        world.temperAll(World.OPEN_RESOLVER);
        world.delist(A, "spamhaus-zen");
        world.pass(HOUR.multipliedBy(6));

        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("LISTED refused");
        assertThat(world.cell(B, "spamhaus-zen")).isEqualTo("CLEAN refused");
        assertThat(world.changes(HistoryEvent.Kind.ADDRESS)).isEqualTo(before);
        assertThat(world.reputation().alarms())
                .contains("Spamhaus ZEN refuses to answer us (127.255.255.254: public or unattributable resolver):"
                        + " what is shown is the last known.");
    }

    @Test
    void case3AParkedZoneIsBrokenWithinOneRoundAndListsNobody() {
        var world = new World(3, List.of(A, B, C), "spamcop", "psbl");
        world.pass(HOUR);
        world.temper("spamcop", World.PARKED);
        world.pass(HOUR);

        assertThat(world.cell(A, "spamcop")).isEqualTo("CLEAN broken");
        assertThat(world.changes(HistoryEvent.Kind.LIST)).containsExactly("UNKNOWN OK", "UNKNOWN OK", "OK LIST_BROKEN");
        assertThat(world.changes(HistoryEvent.Kind.ADDRESS)).containsOnly("NEW ACTIVE");
    }

    @Test
    void case3AListThatNamesEverybodyIsBrokenBeforeItListsAnybody() {
        var world = new World(3, List.of(A, B, C), "spamhaus-zen", "psbl");
        world.pass(HOUR);
        world.temper("spamhaus-zen", World.WILD);
        world.pass(HOUR);

        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("CLEAN broken");
        assertThat(world.changes(HistoryEvent.Kind.CELL)).containsOnly("NONE CLEAN");
        assertThat(world.changes(HistoryEvent.Kind.LIST)).contains("OK LIST_BROKEN");
    }

    @Test
    void case4AnEmptiedListIsBlindAndThenDeadAndNeverClean() {
        var world = new World(4, List.of(A), "spamcop", "psbl");
        world.list(A, "psbl", "127.0.0.2");
        world.pass(HOUR);
        world.temper("psbl", World.EMPTIED);
        world.pass(HOUR.multipliedBy(2));
        assertThat(world.cell(A, "psbl")).isEqualTo("LISTED blind");
        assertThat(world.reputation().cell(A, "psbl").orElseThrow().listed()).isEmpty();
        world.pass(HOUR.multipliedBy(80));

        assertThat(world.cell(A, "psbl")).isEqualTo("LISTED dead");
        assertThat(world.reputation().addresses().getFirst().score()).isZero();
    }

    @Test
    void case5AListingIsSuspectedConfirmedRoutedByAffinityAndComesBackByTheRamp() {
        var world = new World(5, List.of(A, B), "spamhaus-zen", "spamcop");
        world.pass(HOUR);
        var listedAt = world.now().wall();
        world.list(A, "spamhaus-zen", "127.0.0.3");
        world.pass(Duration.ofMinutes(10));

        var suspect = world.when(HistoryEvent.Kind.CELL, "SUSPECT").orElse(Instant.MAX);
        var listed = world.when(HistoryEvent.Kind.CELL, "LISTED").orElse(Instant.MAX);
        assertThat(suspect).isBetween(listedAt, listedAt.plus(Duration.ofMinutes(6)));
        assertThat(Duration.between(suspect, listed)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(121));
        var standing = world.standing("a1");
        assertThat(standing.state()).isEqualTo(State.DEGRADED);
        assertThat(standing.penaltyAt(GOOGLE)).isEqualTo(18);
        assertThat(standing.penaltyAt(ELSEWHERE)).isEqualTo(90);
        assertThat(world.standing("a2").state()).isEqualTo(State.ACTIVE);

        world.delist(A, "spamhaus-zen");
        world.pass(Duration.ofMinutes(90));
        assertThat(world.standing("a1").state()).isEqualTo(State.RECOVERING);
        assertThat(world.standing("a1").shareAt(ELSEWHERE)).isEqualTo(0.05);
        assertThat(world.standing("a1").shareAt(GOOGLE))
                .as("there it was in use all the while")
                .isEqualTo(1);
        world.pass(HOUR.multipliedBy(11));
        assertThat(world.standing("a1").state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void case7APolicyListingQuarantinesByItsCureAndShowsNoTimer() {
        var world = new World(7, List.of(A, B), "spamhaus-zen");
        world.pass(HOUR);
        world.list(A, "spamhaus-zen", "127.0.0.10");
        world.pass(HOUR);

        assertThat(world.standing("a1").state()).isEqualTo(State.QUARANTINED);
        assertThat(world.standing("a1").until()).isEmpty();
        assertThat(world.standing("a1").why()).isEqualTo("listed on Spamhaus ZEN PBL, which no waiting cures");
        assertThat(world.reputation().alarms())
                .containsExactly("a1 (" + A + ") is QUARANTINED: listed on Spamhaus ZEN PBL, which no waiting cures");
        assertThat(sentence(world))
                .startsWith(
                        "1 of 2 addresses healthy; " + A + " listed on Spamhaus ZEN PBL, which no waiting cures, for ");
        assertThat(world.reputation().cell(A, "spamhaus-zen").orElseThrow().claim())
                .isEqualTo(new Reputation.Claim(
                        List.of("127.0.0.10"), "PBL", 90, Remedy.CONFIG, World.WORDS, "https://check.spamhaus.org/"));
    }

    private static String sentence(World world) {
        return world.reputation().verdict().sentenceAt(world.now().wall());
    }

    /** Who is in order is not listed and in order at once. */
    @Test
    void aListingThatMovesNothingIsWatched() {
        var world = new World(7, List.of(A, B), "psbl", "spamhaus-zen");
        world.list(A, "psbl", "127.0.0.2");
        world.pass(HOUR);
        assertThat(sentence(world)).startsWith("2 of 2 addresses healthy; watched: " + A + " on PSBL (weight ");

        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        assertThat(sentence(world))
                .startsWith("1 of 2 addresses healthy; " + A + " listed on Spamhaus ZEN SBL for ")
                .contains("; " + A + " listed on PSBL for ");
    }

    @Test
    void case13WithoutDnsForSixHoursTheLastKnownStandsAndIsSaidToBeThat() {
        var world = new World(13, List.of(A, B), "spamhaus-zen", "spamcop");
        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        var before = world.changes(HistoryEvent.Kind.ADDRESS);
        world.temperAll(World.SERVFAIL);
        world.pass(HOUR.multipliedBy(6));

        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("LISTED unknown");
        assertThat(world.cell(B, "spamhaus-zen")).isEqualTo("CLEAN unknown");
        assertThat(world.reputation().cell(A, "spamhaus-zen").orElseThrow().claim())
                .as("as it was known")
                .isEqualTo(new Reputation.Claim(
                        List.of("127.0.0.2"), "SBL", 100, Remedy.REQUEST, World.WORDS, "https://check.spamhaus.org/"));
        assertThat(world.changes(HistoryEvent.Kind.ADDRESS)).isEqualTo(before);
        assertThat(world.standing("a1").state()).isEqualTo(State.QUARANTINED);
        assertThat(world.reputation().verdict().tone()).isEqualTo(Verdict.Tone.STALE);
        assertThat(world.reputation().verdict().sentenceAt(world.now().wall()))
                .startsWith(
                        "What lists say of 2 addresses is mostly not known; " + A + " listed on Spamhaus ZEN SBL for ");
        assertThat(world.reputation().alarms())
                .contains("No list has given a usable answer for 15 min or longer: what is shown is the last known."
                        + " Look at the resolver.");
    }

    @Test
    void case14AListThatFlapsIsHeldByTheThirdFallWithATimeOfRelease() {
        var world = new World(14, List.of(A, B), "spamhaus-zen");
        world.pass(HOUR);
        for (int i = 0; i < 3; i++) {
            world.list(A, "spamhaus-zen", "127.0.0.2");
            world.pass(Duration.ofMinutes(30));
            world.delist(A, "spamhaus-zen");
            world.pass(HOUR.multipliedBy(2));
        }

        assertThat(world.changes(HistoryEvent.Kind.ADDRESS))
                .containsExactly(
                        "NEW ACTIVE",
                        "NEW ACTIVE",
                        "ACTIVE QUARANTINED",
                        "QUARANTINED RECOVERING",
                        "RECOVERING QUARANTINED",
                        "QUARANTINED RECOVERING",
                        "RECOVERING QUARANTINED");
        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("CLEAN none");
        var words = "a1 (" + A + ") is QUARANTINED: no list names it any more; held back until ";
        assertThat(world.reputation().alarms())
                .singleElement()
                .asString()
                .startsWith(words)
                .endsWith(" because it came and went 3 times");
        assertThat(world.standing("a1").until())
                .hasValueSatisfying(
                        until -> assertThat(Duration.between(world.now().wall(), until))
                                .isBetween(HOUR.multipliedBy(4), HOUR.multipliedBy(11)));
        world.pass(HOUR.multipliedBy(12));
        assertThat(world.standing("a1").state()).isEqualTo(State.RECOVERING);
    }

    @Test
    void case15TheOnlyAddressWithoutSmarthostIsTheLastResort() {
        var world = new World(15, List.of(A), "spamhaus-zen").withoutSmarthost();
        world.pass(HOUR);
        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);

        var standing = world.standing("a1");
        assertThat(standing.state()).isEqualTo(State.LAST_RESORT);
        assertThat(standing.why())
                .isEqualTo("listed on Spamhaus ZEN SBL; the last resort: used where its penalty is below 100");
        assertThat(standing.share()).isEqualTo(1);
        assertThat(standing.penaltyAt(GOOGLE)).isEqualTo(20);
        assertThat(standing.penaltyAt(ELSEWHERE)).isEqualTo(100);
    }

    /** While another address is left, mail has a way out. */
    @Test
    void anAddressBesideAnotherOneIsOutAndWithoutOneBothAreTheLastResort() {
        var world = new World(15, List.of(A, B), "spamhaus-zen").withoutSmarthost();
        world.pass(HOUR);
        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        assertThat(world.standing("a1").state()).isEqualTo(State.QUARANTINED);
        assertThat(world.standing("a2").state()).isEqualTo(State.ACTIVE);

        world.list(B, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        assertThat(world.standing("a1").state()).isEqualTo(State.LAST_RESORT);
        assertThat(world.standing("a2").state()).isEqualTo(State.LAST_RESORT);
    }

    /** It moves nothing, but whoever looks at the address is told which list it is, and what it waits for. */
    @Test
    void aListThatIsNotConfirmedYetIsNamed() {
        var world = new World(5, List.of(A), "spamhaus-zen");
        world.pass(HOUR);
        assertThat(world.standing("a1").why()).isEqualTo("no list names it");
        world.list(A, "spamhaus-zen", "127.0.0.2");
        while (world.when(HistoryEvent.Kind.CELL, "SUSPECT").isEmpty()) {
            world.pass(Duration.ofSeconds(10));
        }

        assertThat(world.standing("a1"))
                .isEqualTo(new SourceStanding(
                        "a1",
                        State.ACTIVE,
                        1,
                        0,
                        Map.of(),
                        "Spamhaus ZEN SBL names it, and that waits for its confirmation",
                        Optional.empty()));
    }

    @Test
    void case16AnAddressThatIsNotOursAnyMoreIsQuarantinedUntilMended() {
        var world = new World(16, List.of(A, B), "spamhaus-zen");
        world.pass(HOUR);
        world.judge().configFault("a1", "egress", "address changed", world.now());
        assertThat(world.standing("a1").state()).isEqualTo(State.QUARANTINED);
        assertThat(world.standing("a1").why()).isEqualTo("address changed");
        world.judge().configFault("a1", "egress", "", world.now());
        world.pass(HOUR);

        assertThat(world.standing("a1").state()).isEqualTo(State.RECOVERING);
    }

    @Test
    void case17AJumpOfTheClockChangesNothingAndARestartShowsTheLastKnown() {
        var world = new World(17, List.of(A, B), "spamhaus-zen");
        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        var before = world.changes(HistoryEvent.Kind.ADDRESS);
        world.jump(Duration.ofDays(10));
        world.pass(Duration.ofMinutes(10));
        assertThat(world.changes(HistoryEvent.Kind.ADDRESS)).isEqualTo(before);
        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("LISTED none");

        world.temperAll(World.SILENT);
        world.restart();
        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("LISTED unknown");
        assertThat(world.cell(B, "spamhaus-zen")).isEqualTo("CLEAN unknown");
        assertThat(world.reputation().cell(A, "spamhaus-zen").orElseThrow().claim())
                .as("as it was known")
                .isEqualTo(new Reputation.Claim(
                        List.of("127.0.0.2"), "SBL", 100, Remedy.REQUEST, World.WORDS, "https://check.spamhaus.org/"));
        world.pass(Duration.ofMinutes(5));
        assertThat(world.cell(A, "spamhaus-zen")).startsWith("LISTED");
        assertThat(world.standing("a1").state()).isEqualTo(State.QUARANTINED);
        assertThat(world.standing("a2").state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void aReplyThatCitesAListIsCheckedAtOnceAndConfirmsWhatTheListSays() {
        var world = new World(18, List.of(A, B), "spamhaus-zen", "spamcop");
        world.pass(HOUR);
        world.list(A, "spamhaus-zen", "127.0.0.2");
        var reply = "550 5.7.1 blocked using zen.spamhaus.org";
        world.judge()
                .evidence(
                        new ReplyEvidence(
                                "a1",
                                ELSEWHERE,
                                Optional.of("zen.spamhaus.org"),
                                world.now().wall(),
                                reply),
                        world.now());
        world.pass(Duration.ofSeconds(1));

        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("LISTED none");
        assertThat(world.events()).anySatisfy(event -> assertThat(event.cause()).isEqualTo(reply));
    }

    private static void refuse(World world, String... providers) {
        for (var provider : providers) {
            var reply = new ReplyEvidence(
                    "a1",
                    new ProviderId(provider),
                    Optional.empty(),
                    world.now().wall(),
                    "554 no");
            world.judge().evidence(reply, world.now());
        }
    }

    @Test
    void threeStrangersDoNotHoldUpAnAddressThatComesBackAndThreeGreatReceiversDo() {
        var world = new World(21, List.of(A, B), "spamhaus-zen", "spamcop");
        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        world.delist(A, "spamhaus-zen");
        world.pass(HOUR.multipliedBy(9));
        var standing = world.standing("a1");
        assertThat(standing.state()).isEqualTo(State.RECOVERING);
        assertThat(standing.share()).isGreaterThanOrEqualTo(0.2);

        refuse(world, "one.example", "two.example", "three.example");
        assertThat(world.standing("a1").share()).isEqualTo(standing.share());
        refuse(world, "google", "microsoft", "yahoo");
        assertThat(world.standing("a1").share()).isLessThan(standing.share());
    }

    @Test
    void whatWasKnownBeforeARestartWeighsFromTheFirstMoment() {
        var world = new World(22, List.of(A, B), "spamhaus-zen");
        world.list(A, "spamhaus-zen", "127.0.0.3");
        world.pass(HOUR);
        var before = world.standing("a1");
        assertThat(before.state()).isEqualTo(State.DEGRADED);

        world.restart();

        assertThat(world.standing("a1").state()).isEqualTo(State.DEGRADED);
        assertThat(world.standing("a1").penalties()).isEqualTo(before.penalties());
    }

    @Test
    void eachChangeSaysWhyInWords() {
        var world = new World(23, List.of(A), "spamhaus-zen");
        world.pass(HOUR);

        assertThat(world.events())
                .extracting(event -> event.kind() + " " + event.from() + " " + event.to() + ": " + event.cause())
                .contains(
                        "address NEW ACTIVE: admitted and warm, says the configuration",
                        "list UNKNOWN OK: Spamhaus ZEN: its test entries are as they must be");
    }

    /** That is nothing to worry about. */
    @Test
    void aNewAddressIsNewUntilReceiversKnowIt() {
        var world = new World(24, List.of(A), "spamhaus-zen").cold();
        world.pass(HOUR);
        assertThat(world.standing("a1").state()).isEqualTo(State.WARMING);
        assertThat(world.reputation().verdict().tone()).isEqualTo(Verdict.Tone.OK);

        world.judge().warmed("a1", "its warm-up at google is done", world.now());
        world.pass(HOUR);
        assertThat(world.standing("a1").state()).isEqualTo(State.ACTIVE);
        assertThat(world.events())
                .extracting(event -> event.from() + " " + event.to() + ": " + event.cause())
                .contains("WARMING ACTIVE: its warm-up at google is done");
    }

    /** Else it begins its warm-up anew, at receivers that have long known it. */
    @Test
    void whatGotKnownWhileDegradedIsNoNewcomerAfterARestart() {
        var world = new World(25, List.of(A, B), "spamcop").cold();
        world.list(A, "spamcop", "127.0.0.2");
        world.pass(HOUR);
        assertThat(world.standing("a1").state()).isEqualTo(State.DEGRADED);
        assertThat(world.standing("a1").growth()).isEqualTo(Growth.GROWS);

        world.judge().warmed("a1", "its warm-up at google is done", world.now());
        world.restart();
        assertThat(world.standing("a1").growth()).isEqualTo(Growth.NONE);
        world.delist(A, "spamcop");
        world.pass(Duration.ofDays(1));
        assertThat(world.standing("a1").state()).isEqualTo(State.ACTIVE);
        assertThat(world.standing("a2").state()).isEqualTo(State.WARMING);
        assertThat(world.events())
                .extracting(event -> event.from() + " " + event.to() + ": " + event.cause())
                .contains("DEGRADED DEGRADED: its warm-up at google is done");
    }

    @Test
    void aReplyWithoutAListingIsAReplyAndNoMore() {
        var world = new World(19, List.of(A, B), "spamhaus-zen");
        world.pass(HOUR);
        world.judge()
                .evidence(
                        new ReplyEvidence(
                                "a1",
                                ELSEWHERE,
                                Optional.of("spamhaus-zen"),
                                world.now().wall(),
                                "554 no"),
                        world.now());
        world.pass(HOUR);

        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("CLEAN none");
        assertThat(world.standing("a1").state()).isEqualTo(State.ACTIVE);
    }

    /** Who says it twice has done one thing. */
    @Test
    void whatIsNotMutedIsUnmutedWithoutAWord() {
        var world = new World(1, List.of("203.0.113.7"), "psbl");
        world.pass(Duration.ofHours(1));
        var until = world.now().plus(Duration.ofHours(4)).wall();
        world.judge().mute("203.0.113.7", "psbl", Optional.of(new Mute(until, "known", "eva")), "eva", world.now());
        for (int times = 0; times < 3; times++) {
            world.judge().mute("203.0.113.7", "psbl", Optional.empty(), "eva", world.now());
        }
        world.pass(Duration.ofMinutes(1));
        assertThat(world.changes(HistoryEvent.Kind.OPERATOR)).containsExactly("- muted", "muted -");
    }

    @Test
    void aMutedListingHasNoEffectAndIsStillShown() {
        var world = new World(20, List.of(A, B), "spamhaus-zen");
        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        var until = world.now().wall().plus(HOUR);
        world.judge().mute(A, "spamhaus-zen", Optional.of(new Mute(until, "known", "admin")), "admin", world.now());
        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("LISTED muted");
        assertThat(world.standing("a1").penalty()).isZero();
        world.pass(HOUR.plusMinutes(5));

        assertThat(world.cell(A, "spamhaus-zen")).isEqualTo("LISTED none");
        assertThat(world.standing("a1").state()).isEqualTo(State.QUARANTINED);
    }
}
