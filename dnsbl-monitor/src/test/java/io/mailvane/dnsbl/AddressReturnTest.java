package io.mailvane.dnsbl;

import static io.mailvane.dnsbl.AddressLife.IP;
import static io.mailvane.dnsbl.AddressLife.evidence;
import static io.mailvane.dnsbl.AddressLife.hour;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.Growth;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How an address comes back from use, where, and what is said of it meanwhile. */
class AddressReturnTest {
    private final AddressRules rules = new AddressRules(RoutingSettings.DEFAULT, Duration.ofMinutes(60));
    private final AddressLife life = new AddressLife(rules);

    @Test
    void aHundredTakesItOutAndItReturnsByTheRamp() {
        life.check("""
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
        life.check("""
                0 clean ACTIVE 100 -
                10 sbl QUARANTINED 0 -
                178 clean RECOVERING 5 202
                """);
        life.check("""
                0 clean ACTIVE 100 -
                10 sbl QUARANTINED 0 -
                106 clean RECOVERING 5 119
                """);
    }

    @Test
    void whatNobodyHasSeenForAMonthIsWarmedUpAgain() {
        life.check("""
                0 clean ACTIVE 100 -
                10 sbl QUARANTINED 0 -
                740 clean WARMING 100 -
                """);
    }

    /** Google goes by CSS little, and at Cisco SpamCop is worth more than elsewhere: each has seen it send, or has not. */
    @Test
    void theRampComesOnlyWhereItWasOut() {
        life.check("""
                0 clean ACTIVE 100 -
                10 css DEGRADED 100 -
                20 clean RECOVERING 5,google=100 22
                22 clean RECOVERING 10,google=100 24
                """);
        life.check("""
                0 clean ACTIVE 100 -
                10 spamcop DEGRADED 100 -
                20 clean RECOVERING 100,cisco=5 22
                """);
        life.check("""
                0 clean ACTIVE 100 -
                10 minor DEGRADED 100 -
                20 clean ACTIVE 100 -
                """);
        life.check("""
                0 clean ACTIVE 100 -
                10 sbl QUARANTINED 0 -
                20 clean RECOVERING 5 22
                """);
        life.check("""
                0 clean ACTIVE 100 -
                10 !sbl LAST_RESORT 100 -
                20 !clean RECOVERING 5 22
                """);
    }

    @Test
    void whatItWasAtItsWorstCountsWhateverItWasAtTheEnd() {
        life.check("""
                0 clean ACTIVE 100 -
                10 css DEGRADED 100 -
                20 minor DEGRADED 100 -
                30 clean RECOVERING 5,google=100 32
                """);
        life.check("""
                0 clean ACTIVE 100 -
                10 sbl QUARANTINED 0 -
                20 spamcop DEGRADED 5 -
                30 clean RECOVERING 5 32
                """);
    }

    /** Of what was not made good yet nothing is forgiven for a lesser listing, and what is new to it begins at the first step. */
    @Test
    void aFallOnTheWayBackAddsToWhatTheRampMakesGood() {
        life.check("""
                0 clean ACTIVE 100 -
                10 spamcop DEGRADED 100 -
                20 clean RECOVERING 100,cisco=5 22
                22 clean RECOVERING 100,cisco=10 24
                24 clean RECOVERING 100,cisco=20 26
                26 clean RECOVERING 100,cisco=40 28
                27 minor DEGRADED 100,cisco=40 -
                29 clean RECOVERING 100,cisco=10 31
                30 css DEGRADED 100,cisco=10 -
                40 clean RECOVERING 5,google=100 42
                42 clean RECOVERING 10,google=100 44
                44 clean RECOVERING 20,google=100 46
                46 clean RECOVERING 40,google=100 48
                48 clean RECOVERING 70,google=100 50
                50 clean ACTIVE 100 -
                80 spamcop DEGRADED 100 -
                90 clean RECOVERING 100,cisco=5 92
                """);
    }

    @Test
    void itIsSaidWhereItComesBackAndWhereItWasAllTheWhile() {
        assertThat(saidAfter("css")).isEqualTo("comes back by the ramp, step 1 of 6; all of its mail goes to google");
        assertThat(saidAfter("spamcop")).isEqualTo("comes back at cisco by the ramp, step 1 of 6");
        assertThat(saidAfter("sbl")).isEqualTo("comes back by the ramp, step 1 of 6");
    }

    private String saidAfter(String listing) {
        var address = Address.unknown(new Source("a1", IP, true, true), hour(0));
        int hour = 0;
        for (var event : List.of("clean", listing, "clean")) {
            address = rules.judged(address, evidence(event), true, hour(hour));
            hour += 10;
        }
        return rules.standing(address, hour(hour)).why();
    }

    /** Lists let go of it one after the other, and receivers know it no better for that. */
    @Test
    void whoLetsGoOfItLastSparesItNoWarmUp() {
        var address = Address.unknown(new Source("a1", IP, true, false), hour(0));
        int hour = 0;
        for (var event : List.of("clean", "sbl", "spamcop")) {
            address = rules.judged(address, evidence(event), true, hour(hour));
            hour += 10;
        }
        assertThat(rules.standing(address, hour(hour)).growth()).isEqualTo(Growth.GROWS);
        address = rules.judged(address, evidence("clean"), true, hour(hour));

        assertThat(life.shown(address, hour)).isEqualTo("WARMING 100 -");
    }

    /** A listing that comes and goes, at these hours; what is said half an hour after the last. */
    private Address flapping(String listing, int... hours) {
        var address = Address.unknown(new Source("a1", IP, true, true), hour(0));
        for (int hour : hours) {
            address = rules.judged(address, evidence("clean"), true, hour(hour));
            address = rules.judged(address, evidence(listing), true, hour(hour));
        }
        return address;
    }

    @Test
    void whatIsOnlyHeldBackIsNotSaidToBeListed() {
        var listed = flapping("sbl", 0, 2, 4);
        assertThat(said(listed, 5))
                .isEqualTo("QUARANTINED: listed on SBL; it came and went 3 times, and is held back until "
                        + "2026-11-26T02:09:12Z at least");
        var clean = rules.judged(listed, evidence("clean"), true, hour(6));
        assertThat(said(clean, 6))
                .isEqualTo("QUARANTINED: no list names it any more; held back until 2026-11-26T02:09:12Z because it "
                        + "came and went 3 times");
        var lesser = rules.judged(listed, evidence("spamcop"), true, hour(6));
        assertThat(said(lesser, 6))
                .isEqualTo("QUARANTINED: listed on SpamCop; held back until 2026-11-26T02:09:12Z because it "
                        + "came and went 3 times");
    }

    @Test
    void whatIsHeldBackForMinListedIsSaidToBe() {
        var listed = flapping("sbl", 0);
        var clean = rules.judged(listed, evidence("clean"), true, hour(0.5));

        assertThat(said(clean, 0.5))
                .isEqualTo("QUARANTINED: no list names it any more; held back until 2026-11-25T13:00:00Z, for it may "
                        + "change no more often (min-listed)");
    }

    /** The worse tier is that of what it fell for, whatever lists say by now. */
    @Test
    void whatIsHeldBackWeighsAsAtItsWorst() {
        var held = rules.judged(flapping("css", 0, 2, 4), evidence("clean"), true, hour(6));

        var standing = rules.standing(held, hour(6));
        assertThat(standing.state()).isEqualTo(State.DEGRADED);
        assertThat(standing.penalty()).isEqualTo(90);
        assertThat(standing.penalties()).isEqualTo(Map.of(new ProviderId("google"), 18.0));
        assertThat(standing.why()).startsWith("no list names it any more; held back until ");
        var back = rules.standing(rules.judged(held, evidence("clean"), true, hour(15)), hour(15));
        assertThat(back.penalty()).isZero();
    }

    private String said(Address address, double hour) {
        var standing = rules.standing(address, hour(hour));
        return standing.state() + ": " + standing.why();
    }
}
