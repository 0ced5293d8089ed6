package io.mailvane.appliance.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.RoutingAnswer.SmarthostAnswer;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingAnswerTest {
    private static final Optional<Instant> LATER = Optional.of(Instant.parse("2026-03-01T12:00:00Z"));

    @ParameterizedTest
    @CsvSource({
        "CLOSED, false, ✓ works",
        "HALF_OPEN, true, ◐ is being tried again",
        "OPEN, true, ✕ cannot be reached",
        "OPEN, false, ✕ could not be reached; next: a trial",
        "OPEN_FOR_AUTH, true, ✕ refuses our credentials",
        "OPEN_FOR_AUTH, false, ✕ refused our credentials; next: a trial",
        "QUOTA_CLOSED, true, ✕ the day's quota is used",
    })
    void saysHowASmarthostWorksAndWhetherATrialIsNext(String state, boolean isLeftAlone, String words) {
        var smarthost = new SmarthostAnswer("sh1", state, isLeftAlone ? LATER : Optional.empty(), 0, Optional.empty());
        assertThat(smarthost.works()).isEqualTo(words);
    }
}
