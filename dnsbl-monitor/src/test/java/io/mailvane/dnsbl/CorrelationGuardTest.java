package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.CorrelationGuard.Extent;
import org.junit.jupiter.api.Test;

class CorrelationGuardTest {
    private static final DnsblList ZEN = Lists.shipped("spamhaus-zen");
    private static final DnsblList SPAMCOP = Lists.shipped("spamcop");
    private static final DnsblList PSBL = Lists.shipped("psbl");
    private static final Extent LARGE = new Extent(1000, 10);
    private final CorrelationGuard guard = new CorrelationGuard(GuardSettings.DEFAULT);

    @Test
    void doubtsThreeOperatorsWithinTenMinutes() {
        turn("203.0.113.7", ZEN, 0);
        turn("203.0.113.7", SPAMCOP, 5);
        assertThat(holds(SPAMCOP, LARGE, 5)).isFalse();
        turn("203.0.113.7", PSBL, 10);
        assertThat(holds(PSBL, LARGE, 10)).isTrue();
        assertThat(holds(PSBL, LARGE, 11)).isFalse();
    }

    @Test
    void listsOfOneOperatorAreOne() {
        turn("203.0.113.7", Lists.shipped("uceprotect-1"), 0);
        turn("203.0.113.7", Lists.shipped("uceprotect-2"), 0);
        turn("203.0.113.7", Lists.shipped("uceprotect-3"), 0);

        assertThat(holds(Lists.shipped("uceprotect-1"), LARGE, 1)).isFalse();
    }

    @Test
    void doubtsThirtyPerCentOfTenCells() {
        turn("203.0.113.1", ZEN, 0);
        turn("203.0.113.2", ZEN, 0);
        assertThat(holds(ZEN, new Extent(10, 1), 1)).isFalse();
        turn("203.0.113.3", ZEN, 0);
        assertThat(holds(ZEN, new Extent(10, 1), 1)).isTrue();
        assertThat(holds(ZEN, new Extent(9, 1), 1)).isFalse();
    }

    @Test
    void doubtsAListThatNamesHalfOfOurNetworksAndNotOneThatNamesNeighbours() {
        turn("203.0.113.1", ZEN, 0);
        turn("203.0.113.2", ZEN, 0);
        turn("203.0.113.3", ZEN, 0);
        assertThat(holds(ZEN, new Extent(1000, 4), 1)).isFalse();
        turn("198.51.100.1", ZEN, 0);
        turn("192.0.2.1", ZEN, 0);
        assertThat(holds(ZEN, new Extent(1000, 7), 1)).isFalse();
        assertThat(holds(ZEN, new Extent(1000, 6), 1)).isTrue();
        assertThat(holds(SPAMCOP, new Extent(1000, 6), 1)).isFalse();
    }

    /** That one listing ends while two begin is no sign of anything. */
    @Test
    void whatTurnsOneWayIsNoReasonToDoubtWhatTurnsTheOther() {
        turn("203.0.113.7", ZEN, 0);
        turn("203.0.113.7", SPAMCOP, 0);
        guard.turned(IpAddress.parse("203.0.113.7"), PSBL, false, Cells.minute(0));

        assertThat(holds(ZEN, LARGE, 1)).isFalse();
        assertThat(guard.holds(PSBL, false, LARGE, Cells.minute(1))).isFalse();
    }

    private void turn(String address, DnsblList list, int minute) {
        guard.turned(IpAddress.parse(address), list, true, Cells.minute(minute));
    }

    private boolean holds(DnsblList list, Extent extent, int minute) {
        return guard.holds(list, true, extent, Cells.minute(minute));
    }
}
