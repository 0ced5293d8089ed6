package io.mailvane.appliance.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.RoutingAnswer.ChoiceAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.ShareAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.SmarthostAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.WarmUpAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
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
        "QUOTA_CLOSED, false, ✕ the day's quota was used; next: a message asks for more",
    })
    void saysHowASmarthostWorksAndWhetherATrialIsNext(String state, boolean isLeftAlone, String words) {
        var smarthost = new SmarthostAnswer(
                "sh1", state, isLeftAlone ? LATER : Optional.empty(), 0, Optional.empty(), Optional.empty());
        assertThat(smarthost.works()).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"CLOSED, 3, 7", "CLOSED, 12, 0", "OPEN, 3, 7", "QUOTA_CLOSED, 10, 0", "QUOTA_CLOSED, 3, 0"})
    void saysHowMuchOfItsDayASmarthostHasLeft(String state, long used, long left) {
        assertThat(new SmarthostAnswer("sh1", state, LATER, used, Optional.of(10L), Optional.empty()).left())
                .contains(left);
        assertThat(new SmarthostAnswer("sh1", state, LATER, used, Optional.empty(), Optional.empty()).left())
                .isEmpty();
    }

    private static ChoiceAnswer choice(String provider, boolean detour, ShareAnswer... lately) {
        return new ChoiceAnswer(
                provider,
                List.of("sh1"),
                Optional.of("T2"),
                "T2: the first smarthost",
                Optional.empty(),
                List.of(lately),
                detour);
    }

    private static Optional<String> detour(ChoiceAnswer... choices) {
        var smarthosts = Stream.of("sh1", "sh2")
                .map(name ->
                        new SmarthostAnswer(name, "CLOSED", Optional.empty(), 0, Optional.empty(), Optional.empty()))
                .toList();
        return new RoutingAnswer(List.of(choices), List.of(), List.of(), smarthosts, 0, Map.of(), List.of()).detour();
    }

    @Test
    void saysHowMuchMailGoesRoundAnAddress() {
        var round = choice("big.example", true, new ShareAnswer("a2", 60, 0.6), new ShareAnswer("sh1", 40, 0.4));
        var plain = choice("else.example", false, new ShareAnswer("sh1", 50, 0.5), new ShareAnswer("a1", 50, 0.5));
        assertThat(detour(plain)).isEmpty();
        assertThat(detour(choice("quiet.example", true))).isEmpty();
        assertThat(detour(plain, round)).contains("20 % of the mail of the last 15 minutes left by sh1");
        assertThat(detour(round, choice("other.example", true, new ShareAnswer("sh2", 100_000, 1))))
                .contains("99 % of the mail of the last 15 minutes left by sh1 and sh2");
        assertThat(detour(choice("only.example", true, new ShareAnswer("sh1", 2, 1))))
                .contains("all of the mail of the last 15 minutes left by sh1");
    }

    @ParameterizedTest
    @CsvSource({
        "google, 43, 100, Step 3 of 20 at google: 43 of 100 recipients today",
        "google, 43000, , 'Done at google: 43000 recipients today, without a limit'",
        "*, 0, 50, 50 recipients a day at each other receiver",
    })
    void saysHowFarAReceiverKnowsAnAddress(String provider, long used, @Nullable Long ceiling, String words) {
        var lane = new WarmUpAnswer("a1", provider, 3, 20, used, Optional.ofNullable(ceiling), LATER);
        assertThat(lane.words()).isEqualTo(words);
    }
}
