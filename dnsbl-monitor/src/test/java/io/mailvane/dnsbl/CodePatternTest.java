package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.CodePattern.Bits;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodePatternTest {
    private static final int LOOPBACK = 127 << 24;

    /** A bit that nobody knows may mean anything, also that none of the others do. */
    @Test
    void aMaskMeansItsBitsTogetherAndNothingWithAnother() {
        var mask = new Bits(Map.of(1, "bot", 4, "trap", 16, "low score"));

        assertThat(mask.matches(LOOPBACK | 4)).isTrue();
        assertThat(mask.matches(LOOPBACK | 21)).isTrue();
        assertThat(mask.nameOf(LOOPBACK | 21, "")).isEqualTo("bot, trap, low score");
        assertThat(mask.matches(LOOPBACK)).as("no bit").isFalse();
        assertThat(mask.matches(LOOPBACK | 6)).as("one unknown").isFalse();
        assertThat(mask.matches(LOOPBACK | 1 << 8 | 4)).as("127.0.1.4").isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2, 127.0.0.2, true",
        "127.0.0.2-5, 127.0.0.5-9, true",
        "127.0.0.5-9, 127.0.0.2-5, true",
        "127.0.0.2-5, 127.0.0.6-9, false",
        "127.0.0.6-9, 127.0.0.2-5, false",
        "127.0.*.2, 127.0.7.2, true",
        "127.0.*.2, 127.1.7.2, false",
    })
    void overlapWhereOneCodeIsMeantByBoth(String one, String other, boolean overlap) {
        assertThat(CodePattern.overlap(CodePattern.parse(one), CodePattern.parse(other)))
                .isEqualTo(overlap);
    }
}
