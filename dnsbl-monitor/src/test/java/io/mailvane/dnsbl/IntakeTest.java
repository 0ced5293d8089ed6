package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final ProviderId GOOGLE = new ProviderId("google");
    private static final ProviderId GMX = new ProviderId("gmx.net");

    private final Intake intake = new Intake(Duration.ofHours(24));

    private Map<ProviderId, Long> at(double hours, Map<ProviderId, Long> totals) {
        intake.look(totals, Cells.at(Duration.ofMinutes(Math.round(hours * 60))));
        return intake.lately();
    }

    @Test
    void whatWasTakenBeforeTheFirstLookDoesNotCount() {
        assertThat(at(0, Map.of(GOOGLE, 7000L))).isEmpty();
        assertThat(at(1, Map.of(GOOGLE, 7010L, GMX, 5L))).isEqualTo(Map.of(GOOGLE, 10L, GMX, 5L));
    }

    @Test
    void whatWasTakenLongerAgoDoesNotCount() {
        at(0, Map.of());
        at(1, Map.of(GOOGLE, 100L));
        at(13, Map.of(GOOGLE, 300L));
        assertThat(at(23, Map.of(GOOGLE, 600L))).isEqualTo(Map.of(GOOGLE, 600L));
        assertThat(at(25, Map.of(GOOGLE, 600L))).isEqualTo(Map.of(GOOGLE, 500L));
        assertThat(at(37, Map.of(GOOGLE, 600L))).isEqualTo(Map.of(GOOGLE, 300L));
        assertThat(at(400, Map.of(GOOGLE, 600L))).isEmpty();
    }

    /** Anybody can have many domains. */
    @Test
    void ofTooManyReceiversThoseCountThatTookMost() {
        at(0, Map.of());
        var many = new HashMap<ProviderId, Long>();
        for (int i = 0; i < Intake.MOST; i++) {
            many.put(new ProviderId("r" + i + ".example"), 1L);
        }
        assertThat(at(1, many)).hasSize(Intake.MOST);
        assertThat(at(2, Map.of(GOOGLE, 9L, GMX, 2L)))
                .hasSize(Intake.MOST)
                .containsEntry(GOOGLE, 9L)
                .containsEntry(GMX, 2L);
        assertThat(at(3, Map.of(GOOGLE, 10L, GMX, 2L))).containsEntry(GOOGLE, 10L);
    }

    @Test
    void totalsThatBeganAnewAreWhatWasTakenSince() {
        at(0, Map.of(GOOGLE, 9000L));
        assertThat(at(1, Map.of(GOOGLE, 20L))).isEqualTo(Map.of(GOOGLE, 20L));
        assertThat(at(2, Map.of())).isEqualTo(Map.of(GOOGLE, 20L));
        assertThat(at(3, Map.of(GOOGLE, 5L))).isEqualTo(Map.of(GOOGLE, 25L));
    }
}
