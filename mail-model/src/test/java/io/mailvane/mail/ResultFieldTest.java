package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultFieldTest {
    @Test
    void isOneFieldWithItsLineEnd() {
        assertThat(new ResultField("X-Mailvane-Scan", "rspamd=marked; score 7\r\n of 15").line())
                .isEqualTo("X-Mailvane-Scan: rspamd=marked; score 7\r\n of 15\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " begins with a space",
                "a\r\nBcc: someone@example.org",
                "a\r\n\r\nbody",
                "a\r\n  \r\n of blank lines",
                "a\n b",
                "a\r b",
                "a\r\n",
                "caf\u00e9",
                "nul\u0000",
                "tab\tulated",
                "a\u2028b"
            })
    void isRefusedWhatWouldBeMoreOrLessThanOneField(String body) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ResultField("X-Mailvane-Scan", body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X-Spam", "X-Mailvane-", "X-Mailvane-Scan:", "X-Mailvane-A B", "Subject"})
    void isRefusedANameThatAStrangerCouldSend(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ResultField(name, "clean"));
    }

    @Test
    void isRefusedALineThatIsTooLong() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ResultField("X-Mailvane-Scan", "a".repeat(990)));
    }
}
