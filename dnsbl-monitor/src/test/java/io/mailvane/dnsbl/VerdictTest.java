package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** However long ago the snapshot was made, of a node that is gone too. */
    @Test
    void itsAgesAreThoseOfTheReadersTime() {
        var verdict = new Verdict(
                "1 of 2 addresses healthy",
                List.of(new Verdict.Listing("203.0.113.7 listed on PSBL", NOW.minus(Duration.ofMinutes(130)))),
                0,
                Optional.of(NOW.plus(Duration.ofMinutes(4))),
                Verdict.Tone.BAD,
                Optional.of(NOW),
                NOW.plus(Duration.ofHours(2)));

        assertThat(verdict.sentenceAt(NOW))
                .isEqualTo("1 of 2 addresses healthy; 203.0.113.7 listed on PSBL for 2 h 10 min; next check in 4 min.");
        assertThat(verdict.sentenceAt(NOW.plus(Duration.ofMinutes(3).plusSeconds(30))))
                .isEqualTo("1 of 2 addresses healthy; 203.0.113.7 listed on PSBL for 2 h 13 min;"
                        + " next check in less than a minute.");
        assertThat(verdict.sentenceAt(NOW.plus(Duration.ofDays(2))))
                .isEqualTo("1 of 2 addresses healthy; 203.0.113.7 listed on PSBL for 2 d 2 h.");
        assertThat(verdict.sentenceAt(NOW, Optional.of("18 % of the mail left by sh1")))
                .isEqualTo("1 of 2 addresses healthy; 203.0.113.7 listed on PSBL for 2 h 10 min;"
                        + " 18 % of the mail left by sh1 because of it; next check in 4 min.");
        var back = new Verdict(
                "1 of 1 address healthy",
                List.of(),
                0,
                Optional.empty(),
                Verdict.Tone.WARN,
                Optional.of(NOW),
                NOW.plus(Duration.ofHours(2)));
        assertThat(back.sentenceAt(NOW, Optional.of("18 % of the mail left by sh1")))
                .isEqualTo("1 of 1 address healthy; 18 % of the mail left by sh1 while an address of ours was out.");
    }
}
