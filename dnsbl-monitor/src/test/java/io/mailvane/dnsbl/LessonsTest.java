package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.HistoryEvent.Kind;
import io.mailvane.dnsbl.Reputation.Lesson;
import io.mailvane.dnsbl.Reputation.ReceiverView;
import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers teach how much they go by a list; they can lie, and there are many. */
class LessonsTest {
    private static final String A = "203.0.113.7";
    private static final String B = "198.51.100.7";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final String WORDS = "550 5.7.1 203.0.113.7 is listed at bl.spamcop.net";
    private static final RoutingSettings.Learning OFF =
            new RoutingSettings.Learning(false, Duration.ofDays(30), 500, DAY, 0.1);

    private final World world = new World(1, List.of(A, B), "spamhaus-zen", "spamcop", "uceprotect-3", "psbl");

    private World listed(String address, String list) {
        world.pass(HOUR);
        world.list(address, list, "127.0.0.2");
        world.pass(HOUR);
        return world;
    }

    private void cite(String source, String provider, String list) {
        world.refuse(source, provider, Optional.of(list), WORDS);
    }

    private double penalty(String source, String provider) {
        return world.standing(source).penaltyAt(new ProviderId(provider));
    }

    private double affinity(String list, String provider) {
        return world.receiver(list, provider).affinity();
    }

    /** So many messages an hour for so long. */
    private void take(String source, String provider, int anHour, Duration duration) {
        for (long hour = 0; hour < duration.toHours(); hour++) {
            world.take(source, provider, anHour);
            world.pass(HOUR);
        }
    }

    private List<String> told() {
        return world.events().stream()
                .filter(event -> event.kind() == Kind.AFFINITY)
                .map(event -> event.subject() + " " + event.object() + ": " + event.from() + " -> " + event.to() + ", "
                        + event.cause())
                .toList();
    }

    @Test
    void aReceiverThatCitesTheListLosesTheAddressInFullAndNoOtherReceiverDoes() {
        listed(A, "spamcop");
        cite("a1", "google", "bl.spamcop.net");
        cite("a1", "gmx.net", "spamcop");

        assertThat(penalty("a1", "google")).isEqualTo(40);
        assertThat(penalty("a1", "gmx.net")).isEqualTo(40);
        assertThat(penalty("a1", "microsoft")).isEqualTo(4);
        assertThat(penalty("a1", "elsewhere.example")).isEqualTo(24);
        assertThat(penalty("a2", "google")).as("what is not listed").isZero();
        assertThat(told())
                .containsExactly(
                        "spamcop google: 0.1 -> 1.0, it cited the list: " + WORDS,
                        "spamcop gmx.net: 0.6 -> 1.0, it cited the list: " + WORDS);
        var at = world.now().wall();
        assertThat(world.receiver("spamcop", "gmx.net"))
                .isEqualTo(new ReceiverView(
                        "gmx.net", 1, 0.6, Optional.of(new Lesson.Cited(at, at.plus(Duration.ofDays(30)), WORDS))));
    }

    @Test
    void whatNothingRenewsIsForgottenAndSaidToBe() {
        listed(A, "spamcop");
        world.restart(new RoutingSettings.Learning(true, HOUR.multipliedBy(2), 500, HOUR, 0.1));
        cite("a1", "google", "spamcop");
        world.pass(HOUR.multipliedBy(2).minusMinutes(1));
        assertThat(penalty("a1", "google")).isEqualTo(40);
        world.pass(Duration.ofMinutes(2));

        assertThat(penalty("a1", "google")).isEqualTo(4);
        assertThat(learned("spamcop")).isEmpty();
        assertThat(told()).last().isEqualTo("spamcop google: 1.0 -> 0.1, as shipped: it has shown nothing since");
    }

    @Test
    void aCitationOfAListThatDoesNotNameTheAddressTeachesNothing() {
        world.pass(HOUR);
        cite("a1", "google", "bl.spamcop.net");
        cite("a1", "google", "no.such.list.example");
        world.pass(HOUR);
        world.list(A, "spamcop", "127.0.0.2");
        world.pass(HOUR);

        assertThat(world.cell(A, "spamcop")).isEqualTo("LISTED none");
        assertThat(penalty("a1", "google")).isEqualTo(4);
        assertThat(told()).isEmpty();
    }

    /** The receiver heard of it first. */
    @Test
    void aCitationTeachesIfTheCheckThatItTriggersFindsTheListing() {
        world.pass(HOUR);
        world.list(A, "spamcop", "127.0.0.2");
        cite("a1", "google", "bl.spamcop.net");
        assertThat(told()).isEmpty();
        world.pass(Duration.ofMinutes(2));

        assertThat(penalty("a1", "google")).isEqualTo(40);
    }

    @Test
    void aListThatIsOnlyInformationalStaysWithoutEffectWhoeverCitesIt() {
        listed(A, "uceprotect-3");
        cite("a1", "google", "uceprotect-3");

        assertThat(penalty("a1", "google")).isZero();
        assertThat(told()).isEmpty();
    }

    @Test
    void aReceiverThatTakesADaysMailFromWhatIsListedIsBelievedToGoByItHalfAsMuch() {
        listed(A, "spamhaus-zen");
        take("a1", "gmx.net", 21, DAY.plus(HOUR));
        assertThat(penalty("a1", "gmx.net")).isEqualTo(50);
        assertThat(penalty("a1", "elsewhere.example")).isEqualTo(100);
        assertThat(told())
                .containsExactly(
                        "spamhaus-zen gmx.net: 1.0 -> 0.5, it took 504 messages within 1 d from what is listed");
        take("a1", "gmx.net", 21, DAY);
        assertThat(affinity("spamhaus-zen", "gmx.net")).isEqualTo(0.25);

        cite("a1", "gmx.net", "zen.spamhaus.org");
        assertThat(penalty("a1", "gmx.net")).isEqualTo(100);
    }

    @Test
    void whatIsTakenFromAnAddressThatTheListDoesNotNameSaysNothing() {
        listed(A, "spamhaus-zen");
        take("a2", "gmx.net", 1000, DAY.multipliedBy(2));

        assertThat(told()).isEmpty();
    }

    @Test
    void theDayBeginsAnewWhenTheListNamedTheAddressNoMoreMeanwhile() {
        listed(A, "psbl");
        take("a1", "gmx.net", 100, HOUR.multipliedBy(12));
        world.delist(A, "psbl");
        world.pass(HOUR.multipliedBy(2));
        world.list(A, "psbl", "127.0.0.2");
        take("a1", "gmx.net", 100, HOUR.multipliedBy(20));
        assertThat(told()).isEmpty();
        take("a1", "gmx.net", 100, HOUR.multipliedBy(6));
        assertThat(told()).hasSize(1);
    }

    /** While nobody knows whether it is listed, nobody knows what it means that its mail is taken. */
    @Test
    void whatIsTakenWhileTheListIsSilentSaysNothing() {
        listed(A, "psbl");
        world.temper("psbl", World.SILENT);
        take("a1", "gmx.net", 100, DAY.multipliedBy(3));

        assertThat(world.cell(A, "psbl")).startsWith("LISTED ");
        assertThat(told()).isEmpty();
    }

    @Test
    void aFloodOfReceiversIsBoundedAndTakesNothingFromThoseThatWereKnown() {
        listed(A, "spamcop");
        cite("a1", "gmx.net", "spamcop");
        for (int i = 0; i < 1000; i++) {
            cite("a1", "made-up-" + i + ".example", "spamcop");
        }

        assertThat(learned("spamcop")).hasSize(Lessons.STRANGERS).containsKey("gmx.net");
        cite("a1", "google", "spamcop");
        assertThat(penalty("a1", "google")).as("whom the catalogue names").isEqualTo(40);
    }

    @Test
    void whereRoomIsShortThoseGiveWayThatMakeNoDifference() {
        listed(A, "psbl");
        for (int i = 0; i < Lessons.STRANGERS + 3; i++) {
            cite("a1", "made-up-" + i + ".example", "psbl");
            world.pass(Duration.ofMinutes(1));
        }

        assertThat(learned("psbl"))
                .hasSize(Lessons.STRANGERS)
                .doesNotContainKeys("made-up-0.example", "made-up-2.example")
                .containsKeys("made-up-3.example", "made-up-34.example");
    }

    private Map<String, Lesson> learned(String list) {
        return world.reputation().lists().stream()
                .filter(each -> each.id().equals(list))
                .flatMap(each -> each.weighs().receivers().stream())
                .filter(each -> each.lesson().isPresent())
                .collect(Collectors.toMap(
                        ReceiverView::provider, each -> each.lesson().orElseThrow()));
    }

    @Test
    void theWordsOfAStrangerAreCleanedAndCut() {
        listed(A, "spamcop");
        world.refuse("a1", "gmx.net", Optional.of("spamcop"), "550 \u001b[2J\r\nlisted\u202e " + "x".repeat(1000));

        assertThat(learned("spamcop").get("gmx.net"))
                .isInstanceOfSatisfying(
                        Lesson.Cited.class,
                        cited -> assertThat(cited.reply())
                                .startsWith("550  [2J  listed  xxx")
                                .hasSize(512));
    }

    @Test
    void whatWasLearnedOutlivesARestartAndAgesByTheWallsClock() {
        listed(A, "spamcop");
        cite("a1", "google", "spamcop");
        world.pass(HOUR);
        world.restart();
        assertThat(penalty("a1", "google")).isEqualTo(40);
        world.jump(Duration.ofDays(29));
        world.restart();
        assertThat(affinity("spamcop", "google")).isEqualTo(1);
        world.jump(DAY);
        world.restart();
        assertThat(affinity("spamcop", "google")).isEqualTo(0.1);
    }

    @Test
    void whoDoesNotWantToLearnForgetsNothingAndReckonsWithNothingOfIt() {
        listed(A, "spamcop");
        cite("a1", "google", "spamcop");
        world.pass(HOUR);
        world.restart(OFF);
        cite("a1", "microsoft", "spamcop");
        take("a1", "cisco", 1000, DAY.multipliedBy(2));
        assertThat(learned("spamcop")).isEmpty();
        assertThat(penalty("a1", "google")).isEqualTo(4);
        world.restart(RoutingSettings.Learning.DEFAULT);
        assertThat(learned("spamcop")).containsOnlyKeys("google");
    }

    /** The seed makes a failure repeatable. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverReceiversSayNoPenaltyChangesOfWhoSaidNothing(long seed) {
        var random = new Random(seed);
        var lists = List.of("spamhaus-zen", "spamcop", "psbl", "uceprotect-3", "no.such.list.example");
        listed(A, "spamcop");
        cite("a1", "quiet.example", "spamcop");
        world.list(A, "psbl", "127.0.0.2");
        world.list(B, "spamhaus-zen", "127.0.0.3");
        world.pass(HOUR);
        var quiet = List.of("quiet.example", "microsoft", "cisco", "elsewhere.example");
        var before = penalties(quiet);
        for (int i = 0; i < 1000; i++) {
            var provider = random.nextInt(4) == 0 ? "google" : "loud-" + random.nextInt(300) + ".example";
            cite(random.nextBoolean() ? "a1" : "a2", provider, lists.get(random.nextInt(lists.size())));
        }
        world.pass(Duration.ofMinutes(5));

        assertThat(penalties(quiet)).isEqualTo(before);
        assertThat(penalty("a1", "google")).isEqualTo(65);
    }

    private Map<String, List<Double>> penalties(List<String> providers) {
        var penalties = new HashMap<String, List<Double>>();
        providers.forEach(each -> penalties.put(each, List.of(penalty("a1", each), penalty("a2", each))));
        return penalties;
    }
}
