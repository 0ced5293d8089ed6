package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "0.0.0.0", "255.255.255.255"})
    void readsFourNumbers(String text) {
        assertThat(IpLiteral.parse(text).getHostAddress()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8:0:0:0:0:0:7", "0:0:0:0:0:0:0:1"})
    void readsIpv6(String text) {
        assertThat(IpLiteral.parse(text).getHostAddress()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "7", "192.168", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "0x7f.0.0.1", "host", "::g"})
    void readsNothingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> IpLiteral.parse(text));
    }
}
