package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretTest {
    private record Settings(String user, Optional<Secret> password) {}

    @Test
    void isNeverPrinted() {
        var secret = new Secret("hunter2");
        assertThat(secret).hasToString("***");
        assertThat(List.of(secret) + "" + Map.of("k", secret) + new Settings("joe", Optional.of(secret)))
                .doesNotContain("hunter2");
        assertThat(String.format("%s", secret)).doesNotContain("hunter2");
        assertThat(LogLine.event("x").field("password", secret)).hasToString("event=x password=***");
    }

    @Test
    void comparesByWhatItHides() {
        assertThat(new Secret("a")).isEqualTo(new Secret("a")).isNotEqualTo(new Secret("b"));
    }
}
