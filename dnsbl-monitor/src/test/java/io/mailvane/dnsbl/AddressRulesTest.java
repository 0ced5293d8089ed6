package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.dnsbl.Address.Evidence;
import io.mailvane.mail.SourceStanding.Growth;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole histories of an address, a line for each event: hour, event, and what the address then is: state, share in per cent,
 * hour of the next change by time.
 *
 * <p>Events: {@code clean}; {@code sbl}, {@code css}, {@code spamcop}, {@code pbl} listed; {@code suspect} of something;
 * {@code faults} in its set-up before the first mail; {@code strike}; {@code drain}, {@code disable}, {@code enable}, {@code retire} by
 * an operator, {@code +4}: for four hours; {@code drained}: nothing is under way. A {@code !} before it: there is no other way out.
 */
class AddressRulesTest {
    private static final IpAddress IP = IpAddress.parse("203.0.113.7");
    private final AddressRules rules = new AddressRules(RoutingSettings.DEFAULT, Duration.ofMinutes(60));

    @Test
    void aHundredTakesItOutAndItReturnsByTheRamp() {
        check("""
                0 clean ACTIVE 100 -
                10 sbl QUARANTINED 0 -
                12 clean RECOVERING 5 14
                13 clean RECOVERING 5 14
                14 clean RECOVERING 10 16
                16 suspect RECOVERING 10 18
                18 clean RECOVERING 20 20
                19 strike RECOVERING 5 21
                21 clean RECOVERING 10 23
                23 clean RECOVERING 20 25
                25 clean RECOVERING 40 27
                27 clean RECOVERING 70 29
                29 clean ACTIVE 100 -
                """);
    }

    @Test
    void aLongAbsenceMakesLongSteps() {
        check("""
                0 clean ACTIVE 100 -
                10 sbl QUARANTINED 0 -
                178 clean RECOVERING 5 202
                """);
        check("""
                0 clean ACTIVE 100 -
                10 sbl QUARANTINED 0 -
                106 clean RECOVERING 5 119
                """);
    }

    @Test
    void whatNobodyHasSeenForAMonthIsWarmedUpAgain() {
        check("""
                0 clean ACTIVE 100 -
                10 sbl QUARANTINED 0 -
                740 clean WARMING 100 -
                """);
    }

    @Test
    void aListingBelowAHundredDegradesAndTheRampComesOnlyIfItWasOutNearlyEverywhere() {
        check("""
                0 clean ACTIVE 100 -
                10 css DEGRADED 100 -
                20 clean RECOVERING 5 22
                """);
        check("""
                0 clean ACTIVE 100 -
                10 spamcop DEGRADED 100 -
                20 clean ACTIVE 100 -
                """);
        check("""
                0 clean ACTIVE 100 -
                10 sbl QUARANTINED 0 -
                20 spamcop DEGRADED 5 -
                30 clean RECOVERING 5 32
                """);
    }

    @Test
    void aFaultOfOurSetUpShowsNoTimer() {
        check("""
                0 clean ACTIVE 100 -
                1 pbl QUARANTINED 0 -
                100 pbl QUARANTINED 0 -
                """);
    }

    @Test
    void theThirdFallHoldsItBackWithATimeOfRelease() {
        check("""
                0 clean ACTIVE 100 -
                0 sbl QUARANTINED 0 1
                1 clean RECOVERING 5 3
                2 sbl QUARANTINED 0 3
                3 clean RECOVERING 5 5
                4 sbl QUARANTINED 0 14.1
                6 clean QUARANTINED 0 14.1
                14 clean QUARANTINED 0 14.1
                15 clean RECOVERING 5 17
                """);
    }

    @Test
    void withoutAnotherWayOutItIsTheLastResort() {
        check("""
                0 clean ACTIVE 100 -
                10 !sbl LAST_RESORT 100 -
                11 sbl QUARANTINED 0 -
                12 !sbl LAST_RESORT 100 -
                13 !clean RECOVERING 5 15
                """);
    }

    @Test
    void anOperatorTakesItOutAndPutsItBack() {
        check("""
                0 clean ACTIVE 100 -
                1 drain DRAINING 0 -
                2 sbl DRAINING 0 -
                3 disable DISABLED 0 -
                4 clean DISABLED 0 -
                5 enable RECOVERING 5 7
                6 retire RETIRED 0 -
                7 enable RETIRED 0 -
                8 drain RETIRED 0 -
                9 clean RETIRED 0 -
                """);
    }

    @Test
    void onceNothingIsUnderWayWhatIsDrainedIsDisabled() {
        check("""
                0 clean ACTIVE 100 -
                1 drained ACTIVE 100 -
                1 drain+4 DRAINING 0 5
                2 drained DISABLED 0 5
                3 drain DISABLED 0 -
                4 drained DISABLED 0 -
                """);
    }

    @Test
    void whenItsTimeIsOverItComesBackByTheRampByItself() {
        check("""
                0 clean ACTIVE 100 -
                1 disable+4 DISABLED 0 5
                4 clean DISABLED 0 5
                5 clean RECOVERING 5 7
                7 clean RECOVERING 10 9
                """);
        check("""
                0 clean ACTIVE 100 -
                1 disable+4 DISABLED 0 5
                2 disable DISABLED 0 -
                6 clean DISABLED 0 -
                6 disable+1 DISABLED 0 7
                7 clean RECOVERING 5 9
                """);
        check("""
                0 clean ACTIVE 100 -
                1 drain+4 DRAINING 0 5
                5 clean RECOVERING 5 7
                """);
    }

    /** That another list names it while it is out is no fall, and the ramp begins when that is over. */
    @Test
    void whatSpeaksAgainstItWhenItComesBackCountsAtOnce() {
        check("""
                0 clean ACTIVE 100 -
                1 disable DISABLED 0 -
                2 sbl DISABLED 0 -
                3 enable QUARANTINED 0 -
                4 clean RECOVERING 5 6
                """);
        check("""
                0 clean ACTIVE 100 -
                1 disable DISABLED 0 -
                2 css DISABLED 0 -
                3 enable DEGRADED 5 -
                4 clean RECOVERING 5 6
                """);
        check("""
                0 clean ACTIVE 100 -
                0 sbl QUARANTINED 0 1
                1 clean RECOVERING 5 3
                2 sbl QUARANTINED 0 3
                3 clean RECOVERING 5 5
                4 sbl QUARANTINED 0 14.1
                5 disable DISABLED 0 -
                6 clean DISABLED 0 -
                7 enable QUARANTINED 0 14.1
                15 clean RECOVERING 5 17
                """);
    }

    @Test
    void whatNobodyHasSeenForAMonthIsWarmedUpAgainWhoeverTookItOut() {
        check("""
                0 clean ACTIVE 100 -
                10 disable DISABLED 0 -
                740 enable WARMING 100 -
                """);
    }

    @Test
    void theLastResortDoesNotOverrideTheOperator() {
        check("""
                0 clean ACTIVE 100 -
                10 !sbl LAST_RESORT 100 -
                11 !disable DISABLED 0 -
                12 !sbl DISABLED 0 -
                13 !enable LAST_RESORT 100 -
                """);
    }

    @ParameterizedTest
    @CsvSource({"false, faults, ADMISSION 0 -", "false, clean, WARMING 100 -", "true, faults, WARMING 100 -"})
    void whoTookItOutSparesItNeitherItsAdmissionNorItsWarmUp(boolean admitted, String evidence, String back) {
        var address = Address.unknown(new Source("a1", IP, admitted, false), hour(0));
        address = rules.judged(address, evidence("faults"), true, hour(0));
        address = rules.operated(address, order(Operation.DISABLE), true, hour(1));
        address = rules.judged(address, evidence(evidence), true, hour(2));
        address = rules.operated(address, order(Operation.ENABLE), true, hour(2));

        assertThat(shown(address, 2)).isEqualTo(back);
    }

    @Test
    void itIsSaidWhoTookItOutWhyAndUntilWhen() {
        var address = Address.unknown(new Source("a1", IP, true, true), hour(0));
        address = rules.judged(address, evidence("clean"), true, hour(0));
        var until = hour(5).wall();
        var order = new OperatorOrder(Operation.DISABLE, "eva", "a new PTR", Optional.of(until));
        address = rules.operated(address, order, true, hour(1));

        assertThat(address.withdrawal())
                .contains(new Withdrawal("eva", "a new PTR", hour(1).wall(), Optional.of(until)));
        assertThat(rules.standing(address, hour(1)).why())
                .isEqualTo("by the operator (eva): a new PTR, until " + until);
        assertThat(rules.operated(address, order, true, hour(2)))
                .as("said again")
                .isSameAs(address);
        var back = rules.judged(address, evidence("clean"), true, hour(5));
        assertThat(back.withdrawal()).isEmpty();
        assertThat(rules.cause(address, back, hour(5)))
                .isEqualTo("no longer out by the operator (eva): a new PTR, until " + until
                        + "; comes back by the ramp, step 1 of 6");
    }

    @Test
    void onlyWhatIsToComeBackHasAnEnd() {
        var until = Optional.of(hour(5).wall());

        for (var operation : List.of(Operation.RETIRE, Operation.ENABLE)) {
            assertThatThrownBy(() -> new OperatorOrder(operation, "eva", "", until))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aNewAddressIsLookedAtAndThenWarmedUp() {
        var address = Address.unknown(new Source("a1", IP, false, false), hour(0));
        assertThat(shown(address, 0)).isEqualTo("NEW 0 -");
        address = rules.judged(address, evidence("faults"), true, hour(1));
        assertThat(shown(address, 1)).isEqualTo("ADMISSION 0 -");
        assertThat(rules.standing(address, hour(1)).why()).isEqualTo("not admitted yet: PTR is missing; listed on PBL");
        address = rules.judged(address, evidence("clean"), true, hour(2));
        assertThat(shown(address, 2)).isEqualTo("WARMING 100 -");
        address = rules.judged(address, evidence("clean"), true, hour(10_000));
        assertThat(shown(address, 10_000)).isEqualTo("WARMING 100 -");
        assertThat(rules.standing(address, hour(10_000)).why())
                .isEqualTo("new to receivers: each is given more of it from day to day");
        address = rules.warmed(address, hour(10_001));
        assertThat(shown(address, 10_001)).isEqualTo("ACTIVE 100 -");
    }

    /** The router limits what each receiver is given; what lists say of it meanwhile lifts no limit. */
    @Test
    void itsWarmUpGoesOnWhileItIsDegradedAndStopsWhileAListClaimsSomething() {
        var address = Address.unknown(new Source("a1", IP, true, false), hour(0));
        assertThat(growth(address, 0)).isEqualTo(Growth.NONE);
        address = rules.judged(address, evidence("clean"), true, hour(0));
        assertThat(growth(address, 0)).isEqualTo(Growth.GROWS);
        address = rules.judged(address, evidence("suspect"), true, hour(1));
        assertThat(growth(address, 1)).isEqualTo(Growth.STOPPED);
        assertThat(rules.standing(address, hour(1)).why()).endsWith("; stopped while a list claims something");
        address = rules.judged(address, evidence("spamcop"), true, hour(2));
        assertThat(shown(address, 2)).isEqualTo("DEGRADED 100 -");
        assertThat(growth(address, 2)).isEqualTo(Growth.GROWS);
        var sbl = rules.judged(address, evidence("sbl"), true, hour(3));
        assertThat(growth(sbl, 3)).isEqualTo(Growth.NONE);
        var back = rules.judged(sbl, evidence("clean"), true, hour(9));
        assertThat(shown(back, 9)).isEqualTo("WARMING 100 -");

        address = rules.judged(rules.warmed(address, hour(3)), evidence("clean"), true, hour(9));
        assertThat(shown(address, 9)).isEqualTo("ACTIVE 100 -");
    }

    private Growth growth(Address address, double hour) {
        return rules.standing(address, hour(hour)).growth();
    }

    /** A reload may bring the word; of what receivers have forgotten since it does not speak. */
    @Test
    void theConfigurationMaySayLaterThatReceiversKnowIt() {
        var known = Address.unknown(new Source("a1", IP, true, true), hour(0)).in(State.WARMING, hour(0));
        assertThat(shown(rules.judged(known, evidence("clean"), true, hour(1)), 1))
                .isEqualTo("ACTIVE 100 -");

        var forgotten = known.leftAt(hour(1)).in(State.QUARANTINED, hour(1)).in(State.WARMING, hour(740));
        assertThat(shown(rules.judged(forgotten, evidence("clean"), true, hour(800)), 800))
                .isEqualTo("WARMING 100 -");
    }

    @ParameterizedTest
    @CsvSource({"true, true, ACTIVE", "true, false, WARMING", "false, true, ADMISSION", "false, false, ADMISSION"})
    void admittedAndWarmSkipWhatTheyName(boolean admitted, boolean warm, String state) {
        var address = Address.unknown(new Source("a1", IP, admitted, warm), hour(0));

        assertThat(rules.judged(address, evidence("faults"), true, hour(0))
                        .state()
                        .name())
                .isEqualTo(state);
    }

    private void check(String history) {
        var address = new Address[] {Address.unknown(new Source("a1", IP, true, true), hour(0))};
        var lived =
                history.lines().map(line -> live(address, line.split(" "))).collect(Collectors.joining("\n", "", "\n"));

        assertThat(lived).isEqualTo(history);
    }

    private String live(Address[] address, String[] words) {
        var now = hour(Double.parseDouble(words[0]));
        address[0] = switch (words[1]) {
            case "strike" -> rules.struck(address[0], now);
            case "drained" -> rules.drained(address[0], now);
            default -> heard(address[0], words[1].replace("!", ""), !words[1].startsWith("!"), now);
        };
        return words[0] + " " + words[1] + " " + shown(address[0], Double.parseDouble(words[0]));
    }

    private Address heard(Address address, String event, boolean otherRoute, Moment now) {
        var parts = event.split("\\+");
        return switch (parts[0]) {
            case "drain", "disable", "enable", "retire" -> {
                var operation = Operation.valueOf(parts[0].toUpperCase(Locale.ROOT));
                var until = parts.length == 1
                        ? Optional.<Instant>empty()
                        : Optional.of(now.wall().plus(Duration.ofHours(Long.parseLong(parts[1]))));
                yield rules.operated(
                        address, new OperatorOrder(operation, "eva", "maintenance", until), otherRoute, now);
            }
            default -> rules.judged(address, evidence(event), otherRoute, now);
        };
    }

    private static OperatorOrder order(Operation operation) {
        return new OperatorOrder(operation, "eva", "", Optional.empty());
    }

    private String shown(Address address, double hour) {
        var standing = rules.standing(address, hour(hour));
        var until = standing.until()
                .map(at -> Math.floorDiv(Duration.between(Cells.START, at).toMinutes(), 6) / 10.0)
                .map(hours -> hours == Math.rint(hours) ? String.valueOf(hours.intValue()) : hours.toString())
                .orElse("-");
        return standing.state() + " " + Math.round(standing.share() * 100) + " " + until;
    }

    private static Evidence evidence(String what) {
        return switch (what) {
            case "clean" -> new Evidence(0, 0, Map.of(), "", false, false, List.of(), "no list names it");
            case "suspect" -> new Evidence(0, 0, Map.of(), "", false, true, List.of(), "no list names it");
            case "sbl" -> new Evidence(100, 100, Map.of(), "listed on SBL", false, false, List.of(), "listed on SBL");
            case "css" -> new Evidence(90, 90, Map.of(), "", false, false, List.of(), "listed on CSS");
            case "spamcop" -> new Evidence(40, 24, Map.of(), "", false, false, List.of(), "listed on SpamCop");
            case "pbl" -> new Evidence(90, 90, Map.of(), "listed on PBL", true, false, List.of(), "listed on PBL");
            case "faults" ->
                new Evidence(
                        0,
                        0,
                        Map.of(),
                        "",
                        false,
                        false,
                        List.of("PTR is missing", "listed on PBL"),
                        "no list names it");
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static Moment hour(double hour) {
        return Cells.minute(hour * 60);
    }
}
