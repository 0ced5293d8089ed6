package io.mailvane.dnsbl;

import static io.mailvane.dnsbl.AddressLife.IP;
import static io.mailvane.dnsbl.AddressLife.evidence;
import static io.mailvane.dnsbl.AddressLife.hour;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.SourceStanding.Growth;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole lives of an address: what lists say of it, what an operator does with it, and what it then is. */
class AddressRulesTest {
    private final AddressRules rules = new AddressRules(RoutingSettings.DEFAULT, Duration.ofMinutes(60));
    private final AddressLife life = new AddressLife(rules);

    @Test
    void aFaultOfOurSetUpShowsNoTimer() {
        life.check("""
                0 clean ACTIVE 100 -
                1 pbl QUARANTINED 0 -
                100 pbl QUARANTINED 0 -
                """);
    }

    @Test
    void theThirdFallHoldsItBackWithATimeOfRelease() {
        life.check("""
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
        life.check("""
                0 clean ACTIVE 100 -
                10 !sbl LAST_RESORT 100 -
                11 sbl QUARANTINED 0 -
                12 !sbl LAST_RESORT 100 -
                13 !clean RECOVERING 5 15
                """);
    }

    @Test
    void anOperatorTakesItOutAndPutsItBack() {
        life.check("""
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
        life.check("""
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
        life.check("""
                0 clean ACTIVE 100 -
                1 disable+4 DISABLED 0 5
                4 clean DISABLED 0 5
                5 clean RECOVERING 5 7
                7 clean RECOVERING 10 9
                """);
        life.check("""
                0 clean ACTIVE 100 -
                1 disable+4 DISABLED 0 5
                2 disable DISABLED 0 -
                6 clean DISABLED 0 -
                6 disable+1 DISABLED 0 7
                7 clean RECOVERING 5 9
                """);
        life.check("""
                0 clean ACTIVE 100 -
                1 drain+4 DRAINING 0 5
                5 clean RECOVERING 5 7
                """);
    }

    /** That another list names it while it is out is no fall, and the ramp begins when that is over. */
    @Test
    void whatSpeaksAgainstItWhenItComesBackCountsAtOnce() {
        life.check("""
                0 clean ACTIVE 100 -
                1 disable DISABLED 0 -
                2 sbl DISABLED 0 -
                3 enable QUARANTINED 0 -
                4 clean RECOVERING 5 6
                """);
        life.check("""
                0 clean ACTIVE 100 -
                1 disable DISABLED 0 -
                2 css DISABLED 0 -
                3 enable DEGRADED 5 -
                4 clean RECOVERING 5 6
                """);
        life.check("""
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
        life.check("""
                0 clean ACTIVE 100 -
                10 disable DISABLED 0 -
                740 enable WARMING 100 -
                """);
    }

    @Test
    void theLastResortDoesNotOverrideTheOperator() {
        life.check("""
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

        assertThat(life.shown(address, 2)).isEqualTo(back);
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
        assertThat(rules.words().cause(address, back, hour(5)))
                .isEqualTo("no longer out by the operator (eva): a new PTR, until " + until
                        + "; comes back by the ramp, step 1 of 6");
    }

    /** An hour more is no other matter; what is retired is, for good. */
    @Test
    void whatIsSaidAnewOfAnAddressThatIsOutKeepsSinceWhenAndWithoutAnotherReasonWhy() {
        var address = Address.unknown(new Source("a1", IP, true, true), hour(0));
        address = rules.operated(address, order("a new PTR", Optional.of(hour(2).wall())), true, hour(1));
        var until = Optional.of(hour(5).wall());

        var longer = rules.operated(address, order("", until), true, hour(2));
        assertThat(longer.withdrawal()).contains(new Withdrawal("eva", "a new PTR", hour(1).wall(), until));
        assertThat(rules.operated(longer, order("", until), true, hour(3)))
                .as("said again")
                .isSameAs(longer);
        assertThat(rules.operated(longer, order("a new host", until), true, hour(3))
                        .withdrawal())
                .contains(new Withdrawal("eva", "a new host", hour(1).wall(), until));
        var retire = new OperatorOrder(Operation.RETIRE, "eva", "", Optional.empty());
        assertThat(rules.operated(longer, retire, true, hour(3)).withdrawal())
                .contains(new Withdrawal("eva", "", hour(3).wall(), Optional.empty()));
    }

    private static OperatorOrder order(String reason, Optional<Instant> until) {
        return new OperatorOrder(Operation.DRAIN, "eva", reason, until);
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
        assertThat(life.shown(address, 0)).isEqualTo("NEW 0 -");
        address = rules.judged(address, evidence("faults"), true, hour(1));
        assertThat(life.shown(address, 1)).isEqualTo("ADMISSION 0 -");
        assertThat(rules.standing(address, hour(1)).why()).isEqualTo("not admitted yet: PTR is missing; listed on PBL");
        address = rules.judged(address, evidence("clean"), true, hour(2));
        assertThat(life.shown(address, 2)).isEqualTo("WARMING 100 -");
        address = rules.judged(address, evidence("clean"), true, hour(10_000));
        assertThat(life.shown(address, 10_000)).isEqualTo("WARMING 100 -");
        assertThat(rules.standing(address, hour(10_000)).why())
                .isEqualTo("new to receivers: each is given more of it from day to day");
        address = rules.warmed(address, hour(10_001));
        assertThat(life.shown(address, 10_001)).isEqualTo("ACTIVE 100 -");
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
        address = rules.judged(address, evidence("minor"), true, hour(2));
        assertThat(life.shown(address, 2)).isEqualTo("DEGRADED 100 -");
        assertThat(growth(address, 2)).isEqualTo(Growth.GROWS);
        var sbl = rules.judged(address, evidence("sbl"), true, hour(3));
        assertThat(growth(sbl, 3)).isEqualTo(Growth.NONE);
        var back = rules.judged(sbl, evidence("clean"), true, hour(9));
        assertThat(life.shown(back, 9)).isEqualTo("WARMING 100 -");

        address = rules.judged(rules.warmed(address, hour(3)), evidence("clean"), true, hour(9));
        assertThat(life.shown(address, 9)).isEqualTo("ACTIVE 100 -");
    }

    private Growth growth(Address address, double hour) {
        return rules.standing(address, hour(hour)).growth();
    }

    /** A reload may bring the word; of what receivers have forgotten since it does not speak. */
    @Test
    void theConfigurationMaySayLaterThatReceiversKnowIt() {
        var known = Address.unknown(new Source("a1", IP, true, true), hour(0)).in(State.WARMING, hour(0));
        assertThat(life.shown(rules.judged(known, evidence("clean"), true, hour(1)), 1))
                .isEqualTo("ACTIVE 100 -");

        var forgotten = known.away(Absence.NEVER.begun(hour(1), Reach.NONE))
                .in(State.QUARANTINED, hour(1))
                .in(State.WARMING, hour(740));
        assertThat(life.shown(rules.judged(forgotten, evidence("clean"), true, hour(800)), 800))
                .isEqualTo("WARMING 100 -");
    }

    /** Of a standby that its operator calls warm it is expected that it takes over at once. */
    @ParameterizedTest
    @CsvSource({"false, 719, ACTIVE 100 -", "false, 721, WARMING 100 -", "true, 721, ACTIVE 100 -"})
    void whatSendsNothingForAMonthIsNewAgainUnlessItIsSaidToBeWarm(boolean warm, int idle, String then) {
        var address = Address.unknown(new Source("a1", IP, true, warm), hour(0));
        address = rules.judged(address, evidence("clean"), true, hour(0));
        var known = rules.warmed(address, hour(10)).sentAt(hour(1000));
        var idling = rules.judged(known, evidence("clean"), true, hour(1000 + idle));

        assertThat(life.shown(idling, 1000 + idle)).isEqualTo(then);
        if (then.startsWith("WARMING")) {
            assertThat(rules.words().cause(known, idling, hour(1000 + idle)))
                    .isEqualTo(
                            "it has sent nothing for 30 d 1 h; new to receivers: each is given more of it from day to day");
        }
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

    private static OperatorOrder order(Operation operation) {
        return new OperatorOrder(operation, "eva", "", Optional.empty());
    }
}
