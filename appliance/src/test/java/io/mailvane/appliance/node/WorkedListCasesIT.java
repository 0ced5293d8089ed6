package io.mailvane.appliance.node;

import static io.mailvane.appliance.node.JoinedWorld.A;
import static io.mailvane.appliance.node.JoinedWorld.B;
import static io.mailvane.appliance.node.JoinedWorld.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.Remedy;
import io.mailvane.dnsbl.Reputation;
import io.mailvane.dnsbl.ScriptedNames.Temper;
import io.mailvane.dnsbl.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Those that begin with what a list says. */
class WorkedListCasesIT extends WorkedCases {
    @Test
    void case1AListOfNoWeightMovesNothingAndAlarmsNobody() throws Exception {
        begin(SMARTHOST, List.of(A, B), "uceprotect-3", "spamcop");
        world.monitor.list(A, "uceprotect-3", "127.0.0.2");
        world.monitor.list(B, "uceprotect-3", "127.0.0.2");
        world.pass(HOUR.multipliedBy(3));

        assertThat(cell(A, "uceprotect-3")).isEqualTo("LISTED none");
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a1
                  a1 T0 open: by MX; listed on UCEPROTECT L3 whole ASN
                  a2 T0 open: by MX; listed on UCEPROTECT L3 whole ASN
                  ses T2 open: the first smarthost
                """);
        assertThat(world.monitor.reputation().alarms()).isEmpty();
        assertThat(world.monitor.reputation().verdict().tone()).isEqualTo(Verdict.Tone.OK);
    }

    @Test
    void case2AResolverThatIsRefusedFreezesWhatWasKnownAndMovesNothing() throws Exception {
        begin(SMARTHOST, List.of(A, B), "spamhaus-zen");
        world.monitor.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR.multipliedBy(2));
        var before = decisions();
        world.monitor.temperAll(Temper.REFUSING);
        world.monitor.delist(A, "spamhaus-zen");
        world.pass(HOUR.multipliedBy(6));

        assertThat(cell(A, "spamhaus-zen")).isEqualTo("LISTED refused");
        assertThat(cell(B, "spamhaus-zen")).isEqualTo("CLEAN refused");
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a2
                  a2 T0 open: by MX; no list named it when they last answered
                  ses T2 open: the first smarthost
                  a1 T4 shut: QUARANTINED: listed on Spamhaus ZEN SBL
                """);
        assertThat(decisions()).isEqualTo(asLastKnown(before));
        assertThat(world.monitor.reputation().alarms())
                .contains("Spamhaus ZEN refuses to answer us (127.255.255.254: public or unattributable resolver):"
                        + " what is shown is the last known.");
    }

    @Test
    void case3AListWhoseDomainExpiredIsBrokenAndMovesNothing() throws Exception {
        begin(SMARTHOST, List.of(A, B, C), "spamcop", "psbl");
        var before = decisions();
        world.monitor.temper("spamcop", Temper.PARKED);
        world.pass(HOUR);

        assertThat(cell(A, "spamcop")).isEqualTo("CLEAN broken");
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a1
                  a1 T0 open: by MX; no list names it
                  a2 T0 open: by MX; no list names it
                  a3 T0 open: by MX; no list names it
                  ses T2 open: the first smarthost
                """);
        assertThat(decisions()).isEqualTo(before);
    }

    @Test
    void case4AnEmptiedListIsBlindAndThenDeadAndWeighsNothing() throws Exception {
        begin(SMARTHOST, List.of(A), "psbl", "spamcop");
        world.monitor.list(A, "psbl", "127.0.0.2");
        world.pass(HOUR);
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a1
                  a1 T1 open: by MX; penalty 25 at elsewhere.example: listed on PSBL
                  ses T2 open: the first smarthost
                """);
        world.monitor.temper("psbl", Temper.EMPTIED);
        world.pass(HOUR.multipliedBy(2));
        assertThat(cell(A, "psbl")).isEqualTo("LISTED blind");
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a1
                  a1 T1 open: by MX; penalty 25 at elsewhere.example: listed on PSBL
                  ses T2 open: the first smarthost
                """);
        world.pass(HOUR.multipliedBy(80));

        assertThat(cell(A, "psbl")).isEqualTo("LISTED dead");
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a1
                  a1 T0 open: by MX; no list names it
                  ses T2 open: the first smarthost
                """);
    }

    @Test
    void case5AnAddressOnCssLeavesAllButWhereThatMattersLittleAndComesBackByTheRamp() throws Exception {
        begin(SMARTHOST, List.of(A, B), "spamhaus-zen", "spamcop");
        world.monitor.list(A, "spamhaus-zen", "127.0.0.3");
        world.pass(Duration.ofMinutes(10));

        assertThat(cell(A, "spamhaus-zen")).isEqualTo("LISTED none");
        assertThat(world.decision("google.example")).isEqualTo("""
                google: send by a2
                  a2 T0 open: by MX; no list names it
                  a1 T1 open: by MX; penalty 18 at google: listed on Spamhaus ZEN CSS
                  ses T2 open: the first smarthost
                """);
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a2
                  a2 T0 open: by MX; no list names it
                  ses T2 open: the first smarthost
                  a1 T4 open: by MX; penalty 90 at elsewhere.example: listed on Spamhaus ZEN CSS
                """);
        world.monitor.delist(A, "spamhaus-zen");
        world.pass(Duration.ofMinutes(90));
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a2
                  a2 T0 open: by MX; no list names it
                  ses T2 open: the first smarthost
                  a1 T4 open: by MX; carries 5 % of its mail on the way back, and this is not among it; comes back by the ramp, step 1 of 6; all of its mail goes to google
                """);
        assertThat(shareOf("a1")).isBetween(0.01, 0.1);
        assertThat(world.decision("google.example"))
                .as("it was in use there all the while")
                .contains("a1 T0 open: by MX; comes back by the ramp, step 1 of 6; all of its mail goes to google");
        world.pass(HOUR.multipliedBy(11));
        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a1
                  a1 T0 open: by MX; no list names it
                  a2 T0 open: by MX; no list names it
                  ses T2 open: the first smarthost
                """);
        assertThat(shareOf("a1")).isBetween(0.4, 0.6);
    }

    /** Of a thousand messages of as many senders to one receiver. */
    private double shareOf(String route) {
        return IntStream.range(0, 1000)
                        .filter(i -> world.decision("me@sender" + i + ".example", i + "@elsewhere.example")
                                .contains(": send by " + route))
                        .count()
                / 1000.0;
    }

    @Test
    void case6AnAddressOnSpamCopAloneIsHeldBackOnlyWhereSpamCopIsUsed() throws Exception {
        begin(SMARTHOST, List.of(A), "spamcop", "spamhaus-zen");
        world.monitor.list(A, "spamcop", "127.0.0.2");
        world.pass(HOUR);

        assertThat(world.decision("elsewhere.example")).isEqualTo("""
                elsewhere.example: send by a1
                  a1 T1 open: by MX; penalty 24 at elsewhere.example: listed on SpamCop SCBL
                  ses T2 open: the first smarthost
                """);
        assertThat(world.decision("cisco.example")).isEqualTo("""
                cisco: send by ses
                  ses T2 open: the first smarthost
                  a1 T4 open: by MX; penalty 60 at cisco: listed on SpamCop SCBL
                """);
        assertThat(world.decision("google.example")).isEqualTo("""
                google: send by a1
                  a1 T0 open: by MX; penalty 4 at google: listed on SpamCop SCBL
                  ses T2 open: the first smarthost
                """);
    }

    @Test
    void case7AnAddressOnAPolicyListIsQuarantinedAndItsCureIsNoTimer() throws Exception {
        begin(SMARTHOST, List.of(A, B), "spamhaus-zen");
        world.monitor.list(A, "spamhaus-zen", "127.0.0.10");
        world.pass(HOUR);

        assertThat(world.monitor
                        .reputation()
                        .cell(A, "spamhaus-zen")
                        .orElseThrow()
                        .claim())
                .isEqualTo(new Reputation.Claim(
                        List.of("127.0.0.10"), "PBL", 90, Remedy.CONFIG, "listed", "https://check.spamhaus.org/"));
        assertThat(world.monitor.standing("a1").until()).isEmpty();
        assertThat(world.decision("google.example")).isEqualTo("""
                google: send by a2
                  a2 T0 open: by MX; no list names it
                  ses T2 open: the first smarthost
                  a1 T4 shut: QUARANTINED: listed on Spamhaus ZEN PBL, which no waiting cures
                """);
    }
}
