package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnhancedStatusCodeTest {
    @ParameterizedTest
    @ValueSource(strings = {"2.0.0", "4.5.3", "5.1.10", "5.999.999"})
    void readsAndWritesTheSameText(String text) {
        assertThat(EnhancedStatusCode.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2.0",
                "2.0.0.0",
                "1.0.0",
                "3.0.0",
                "6.0.0",
                "2.0.0 ",
                " 2.0.0",
                "2.x.0",
                "2..0",
                "2.0.",
                "2.1000.0",
                "2.0.1000",
                "-2.0.0",
                "2.-1.0",
                "２.0.0",
                "2.٠.0"
            })
    void readsNothingElse(String text) {
        assertThat(EnhancedStatusCode.parse(text)).isEmpty();
        assertThatThrownBy(() -> EnhancedStatusCode.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void holdsWhatItsTextCouldSay() {
        assertThatThrownBy(() -> new EnhancedStatusCode(StatusClass.INTERMEDIATE, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EnhancedStatusCode(StatusClass.SUCCESS, 1000, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EnhancedStatusCode(StatusClass.SUCCESS, 0, -1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
