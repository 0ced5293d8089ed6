package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceStandingTest {
    private static final ProviderId GOOGLE = new ProviderId("google");

    private static SourceStanding standing(double share, double penalty, double atGoogle) {
        return new SourceStanding(
                "a1",
                SourceStanding.State.DEGRADED,
                share,
                penalty,
                Map.of(GOOGLE, atGoogle),
                "on CSS",
                Optional.empty());
    }

    @Test
    void aProviderWithoutAPenaltyOfItsOwnGetsThatForAll() {
        var standing = standing(1, 90, 18);
        assertThat(standing.penaltyAt(GOOGLE)).isEqualTo(18);
        assertThat(standing.penaltyAt(new ProviderId("barracuda"))).isEqualTo(90);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void aShareIsAPartOfAWhole(double share) {
        assertThatIllegalArgumentException().isThrownBy(() -> standing(share, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN})
    void aPenaltyIsNeverNegative(double penalty) {
        assertThatIllegalArgumentException().isThrownBy(() -> standing(1, penalty, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> standing(1, 0, penalty));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Google"})
    void aProviderIsNamedInLowerCase(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ProviderId(id));
    }

    @Test
    void evidenceIsBounded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReplyEvidence("a1", GOOGLE, Optional.empty(), Instant.EPOCH, "x".repeat(513)));
    }
}
