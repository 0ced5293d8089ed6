package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

/**
 * Whole histories of a cell, a line for each event: minute, what comes, from which server, and what the cell then shows.
 *
 * <p>What comes is return codes, {@code no} for NXDOMAIN, {@code timeout}, {@code REFUSED}, {@code cited} for a reply that
 * cites the list, {@code restart}, {@code look} for nothing; {@code held} before it for a guarded change; {@code blind}
 * or {@code broken} before it for a list that is.
 */
class CellRulesTest {
    private static final DnsblList ZEN = Lists.shipped("spamhaus-zen");
    private final CellRules rules = new CellRules(JudgingSettings.DEFAULT);

    @Test
    void aListingIsConfirmedByAnotherServerAfterTheGap() {
        check("""
                0    no                     s1 CLEAN none
                15   127.0.0.3              s1 SUSPECT none
                15.5 127.0.0.3              s2 SUSPECT none
                16   127.0.0.3              s1 SUSPECT none
                17   127.0.0.3              s2 LISTED none
                """);
    }

    @Test
    void aSuspicionFallsWithASecondNo() {
        check("""
                0    no                     s1 CLEAN none
                15   127.0.0.3              s1 SUSPECT none
                17   no                     s2 SUSPECT none
                18   127.0.0.3              s1 SUSPECT none
                20   no                     s2 SUSPECT none
                22   no                     s1 CLEAN none
                """);
    }

    @Test
    void aListingEndsByThreeAnswersOverHalfAnHourAndNotBeforeItHasLastedAnHour() {
        check("""
                0    127.0.0.3              s1 SUSPECT none
                2    127.0.0.3              s2 LISTED none
                10   no                     s1 CLEARING none
                20   no                     s2 CLEARING none
                45   no                     s1 CLEARING none
                61   no                     s2 CLEARING none
                62   no                     s1 CLEAN none
                """);
    }

    @Test
    void twoAnswersEndNoListingHoweverFarApart() {
        check("""
                0    127.0.0.3              s1 SUSPECT none
                2    127.0.0.3              s2 LISTED none
                70   no                     s1 CLEARING none
                130  no                     s2 CLEARING none
                131  no                     s1 CLEAN none
                """);
    }

    @Test
    void aListingThatOnlyBlinkedGoesOn() {
        check("""
                0    127.0.0.3              s1 SUSPECT none
                2    127.0.0.3              s2 LISTED none
                70   no                     s1 CLEARING none
                80   127.0.0.3              s2 LISTED none
                90   no                     s1 CLEARING none
                100  no                     s2 CLEARING none
                119  no                     s1 CLEARING none
                120  no                     s1 CLEAN none
                """);
    }

    @Test
    void noAnswerConfirmsNothingAndClearsNothing() {
        check("""
                0    timeout                s1 NONE unknown
                1    127.0.0.3              s1 SUSPECT none
                2    timeout                s2 SUSPECT unknown
                3    127.255.255.254        s2 SUSPECT refused
                4    127.0.0.3              s2 LISTED none
                100  REFUSED                s1 LISTED refused
                200  timeout                s2 LISTED unknown
                300  127.255.255.254        s1 LISTED refused
                400  91.195.240.117         s2 LISTED broken
                500  127.0.0.99             s1 LISTED unknown
                1000 no                     s1 CLEARING none
                """);
    }

    @Test
    void aListThatDoesNotWorkMovesNothing() {
        check("""
                0    blind no               s1 NONE blind
                1    broken 127.0.0.2       s1 NONE broken
                2    no                     s1 CLEAN none
                3    broken 127.0.0.2       s1 CLEAN broken
                4    broken 127.0.0.2       s2 CLEAN broken
                5    127.0.0.2              s1 SUSPECT none
                7    127.0.0.2              s2 LISTED none
                90   blind no               s1 LISTED blind
                95   dead timeout           s1 LISTED dead
                """);
    }

    @Test
    void aReplyThatCitesTheListConfirmsAPositiveAnswerOfTheLastMinutes() {
        check("""
                0    127.0.0.3              s1 SUSPECT none
                0.1  cited                  -  LISTED none
                """);
        check("""
                0    no                     s1 CLEAN none
                1    cited                  -  CLEAN none
                1.1  127.0.0.3              s1 LISTED none
                """);
    }

    @Test
    void aReplyAloneOrTooOldConfirmsNothing() {
        check("""
                0    no                     s1 CLEAN none
                1    cited                  -  CLEAN none
                17   127.0.0.3              s1 SUSPECT none
                """);
        check("""
                0    127.0.0.3              s1 SUSPECT none
                16   cited                  -  SUSPECT none
                """);
    }

    @Test
    void whatChangesWithManyOthersIsConfirmedTwiceAndNotByReplies() {
        check("""
                0    held 127.0.0.3         s1 SUSPECT none
                2    held cited             -  SUSPECT none
                3    held 127.0.0.3         s2 SUSPECT none
                5    held 127.0.0.3         s1 SUSPECT none
                7    held 127.0.0.3         s2 LISTED none
                """);
    }

    @Test
    void aRestartLeavesTheLastKnownStateAndNeverClean() {
        check("""
                0    no                     s1 CLEAN none
                1    restart                -  CLEAN unknown
                2    timeout                s1 CLEAN unknown
                3    no                     s1 CLEAN none
                4    127.0.0.3              s1 SUSPECT none
                5    restart                -  NONE unknown
                6    127.0.0.3              s1 SUSPECT none
                8    127.0.0.3              s2 LISTED none
                9    restart                -  LISTED unknown
                10   127.0.0.3              s1 LISTED none
                """);
    }

    @Test
    void whatNobodyHasVerifiedForTwoIntervalsIsNotKnown() {
        check("""
                0    no                     s1 CLEAN none
                120  look                   -  CLEAN none
                123  look                   -  CLEAN unknown
                """);
    }

    @Test
    void aHeavierCodeIsConfirmedAndALighterOneBelieved() {
        var cell = listed("127.0.0.3");
        cell = rules.answered(cell, evidence("127.0.0.2", "s1", 10));
        assertThat(weight(cell)).isEqualTo(90);
        cell = rules.answered(cell, evidence("127.0.0.2", "s2", 12));
        assertThat(weight(cell)).isEqualTo(100);
        cell = rules.answered(cell, evidence("127.0.0.3", "s1", 20));
        assertThat(weight(cell)).isEqualTo(90);
    }

    @Test
    void theListsWordsAreKeptWhileItSaysTheSame() {
        var worded = Lists.answer(ZEN, "127.0.0.3").withText("https://check.example/");
        var cell = rules.answered(
                Cell.unknown(Cells.minute(0)),
                new CellRules.Evidence(worded, Cells.by("s1"), false, Overlay.NONE, false, Cells.minute(0)));
        cell = rules.answered(cell, evidence("127.0.0.3", "s2", 2));
        assertThat(cell.last().answer()).contains(worded);
        cell = rules.answered(cell, evidence("127.0.0.2", "s1", 4));
        assertThat(cell.last().answer()).contains(Lists.answer(ZEN, "127.0.0.2"));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1440, 1", "1441, 0.5", "4320, 0.5", "4321, 0"})
    void aListingThatNothingVerifiesFades(int minutes, double trust) {
        var cell = listed("127.0.0.2");

        assertThat(rules.trust(cell, Cells.minute(2 + minutes))).isEqualTo(trust);
    }

    @Test
    void aMutedListingHasNoWeightUntilTheMuteEnds() {
        var until = Cells.minute(60).wall();
        var muted = listed("127.0.0.2").muted(Optional.of(new Mute(until, "known", "admin")));

        assertThat(rules.trust(muted, Cells.minute(59))).isZero();
        assertThat(rules.overlay(muted, Overlay.NONE, Cells.minute(59))).isEqualTo(Overlay.MUTED);
        assertThat(rules.trust(muted, Cells.minute(60))).isEqualTo(1);
    }

    /** The TTL says how old an answer may be: two of them are to pass. */
    @Test
    void aListingEndsByAnswersOverTwiceItsTtl() {
        var said = new DnsReply.Answered(
                Rcode.NOERROR, List.of(), List.of(127 << 24 | 3), Optional.of(Duration.ofMinutes(50)));
        var cell = Cell.unknown(Cells.minute(0));
        for (int minute : List.of(0, 2)) {
            cell = rules.answered(cell, evidence(Answer.of(said, ZEN), "s" + minute, minute));
        }
        for (int minute : List.of(70, 120, 160, 169)) {
            cell = rules.answered(cell, evidence(Lists.answer(ZEN), "s1", minute));
        }
        assertThat(cell.state()).isEqualTo(CellState.CLEARING);
        cell = rules.answered(cell, evidence(Lists.answer(ZEN), "s1", 170));
        assertThat(cell.state()).isEqualTo(CellState.CLEAN);
    }

    /** PBL and CSS weigh the same, and only one of them is our own set-up's fault. */
    @Test
    void aFaultOfOurSetUpIsConfirmedBesideAListingThatWeighsAsMuch() {
        var cell = rules.answered(listed("127.0.0.3"), evidence("127.0.0.10", "s1", 30));
        assertThat(cell.claim()).isNotEmpty();
        assertThat(cell.listing().orElseThrow().findings())
                .extracting(Answer.Finding::code)
                .containsExactly("127.0.0.3");

        cell = rules.answered(cell, evidence("127.0.0.10", "s2", 32));
        assertThat(cell.listing().orElseThrow().findings())
                .extracting(Answer.Finding::code)
                .containsExactly("127.0.0.10");
    }

    private Cell listed(String code) {
        var cell = rules.answered(Cell.unknown(Cells.minute(0)), evidence(code, "s1", 0));
        return rules.answered(cell, evidence(code, "s2", 2));
    }

    private static double weight(Cell cell) {
        return cell.listing().orElseThrow().weight();
    }

    private static CellRules.Evidence evidence(String code, String server, double minute) {
        return evidence(Lists.answer(ZEN, code), server, minute);
    }

    private static CellRules.Evidence evidence(Answer answer, String server, double minute) {
        return new CellRules.Evidence(answer, Cells.by(server), false, Overlay.NONE, false, Cells.minute(minute));
    }

    private void check(String history) {
        var cell = new Cell[] {Cell.unknown(Cells.minute(0))};
        var lived = history.lines().map(line -> live(cell, line)).collect(Collectors.joining("\n", "", "\n"));

        assertThat(lived).isEqualTo(history);
    }

    private String live(Cell[] cell, String line) {
        var words = List.of(line.split(" +"));
        var now = Cells.minute(Double.parseDouble(words.getFirst()));
        // The last two words are what is expected.
        var hindrance = words.subList(1, words.size() - 2).stream()
                .flatMap(word -> Arrays.stream(Overlay.values()).filter(overlay -> isHindrance(overlay, word)))
                .findFirst()
                .orElse(Overlay.NONE);
        boolean held = words.contains("held");
        int end = words.size() - 3;
        var event = words.get(end - 1);
        var server = words.get(end);
        cell[0] = switch (event) {
            case "cited" -> rules.cited(cell[0], held, now);
            case "restart" -> Cells.recalled(cell[0]);
            case "look" -> cell[0];
            default ->
                rules.answered(
                        cell[0], new CellRules.Evidence(answer(event), Cells.by(server), false, hindrance, held, now));
        };
        int shown = line.lastIndexOf(' ', line.lastIndexOf(' ') - 1);
        return line.substring(0, shown) + " " + cell[0].state() + " " + rules.overlay(cell[0], hindrance, now);
    }

    private static boolean isHindrance(Overlay overlay, String word) {
        return overlay.toString().equals(word)
                && (overlay == Overlay.BLIND || overlay == Overlay.BROKEN || overlay == Overlay.DEAD);
    }

    private static Answer answer(String event) {
        return switch (event) {
            case "no" -> Lists.answer(ZEN);
            case "timeout" -> Answer.of(new DnsReply.Silent("no answer in time"), ZEN);
            case "REFUSED" ->
                Answer.of(new DnsReply.Answered(Rcode.REFUSED, List.of(), List.of(), Optional.empty()), ZEN);
            default -> Lists.answer(ZEN, event);
        };
    }
}
