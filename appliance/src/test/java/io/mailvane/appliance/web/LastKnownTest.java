package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.NodePart;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.appliance.reputation.RoutingAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of addresses when nothing new is known of them: to pages, to REST and so to commands alike. */
class LastKnownTest {
    private static final Instant NOW = SteppedClock.START;

    /** Each address as {@code state check known}. */
    private static List<String> told(boolean up, Instant now) {
        var sample = SampleReputation.full("zone-a", NOW);
        var desk = new ReputationDesk(sample, () -> RoutingAnswer.NONE, () -> NOW);
        var part = new NodePart("zone-a", up, Optional.of(NOW), Optional.of(desk.answer()), "");
        return new PairReputation(now, List.of(part))
                .addresses().stream()
                        .map(address -> address.state() + " " + address.saying().check() + " "
                                + address.saying().known())
                        .toList();
    }

    @Test
    void isToldAsItIsWhileItIsKnown() {
        assertThat(told(true, NOW))
                .containsExactly("QUARANTINED listed true", "RECOVERING listed true", "ACTIVE clean true");
    }

    /** A list may name it still. */
    @Test
    void isNoAllClearWhereTheMonitorLearnsNothingAnyMore() {
        assertThat(told(true, NOW.plus(Duration.ofHours(3))))
                .containsExactly("QUARANTINED listed false", "RECOVERING listed false", "ACTIVE unknown false");
    }

    @Test
    void isNothingWhereTheNodeIsGone() {
        assertThat(told(false, NOW))
                .containsExactly("QUARANTINED unknown false", "RECOVERING unknown false", "ACTIVE unknown false");
    }
}
