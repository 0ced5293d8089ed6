package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.SmtpReply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesTest {
    private static Capabilities of(String... lines) {
        return Capabilities.of(new SmtpReply(250, Optional.empty(), List.of(lines)));
    }

    @Test
    void readsEveryLineButTheGreeting() {
        assertThat(of("SIZE.example says hello", "pipelining", "SIZE 1000", "AUTH PLAIN login", "X-OWN  a  b ", ""))
                .isEqualTo(new Capabilities(Map.of(
                        "PIPELINING",
                        List.of(),
                        "SIZE",
                        List.of("1000"),
                        "AUTH",
                        List.of("PLAIN", "LOGIN"),
                        "X-OWN",
                        List.of("A", "B"),
                        "",
                        List.of())));
    }

    @Test
    void nothingIsOfferedInOneLine() {
        assertThat(of("peer.example")).isEqualTo(Capabilities.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "SIZE 1000, 1000",
        "SIZE 0, 9223372036854775807",
        "SIZE, 9223372036854775807",
        "SIZE x, 9223372036854775807",
        "SIZE -5, 9223372036854775807",
        "SIZE 99999999999999999999999, 9223372036854775807",
        "HELP, 9223372036854775807",
    })
    void knowsTheLargestMessage(String line, long most) {
        assertThat(of("peer.example", line).maxSize()).isEqualTo(most);
    }
}
