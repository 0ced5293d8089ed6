package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceStandingTest {
    private static final ProviderId GOOGLE = new ProviderId("google");

    @ParameterizedTest
    @CsvSource({"google, 18", "microsoft, 90", "shop.example, 90"})
    void penaltyIsTheProvidersOwnOrElseTheGeneral(String provider, double penalty) {
        assertThat(standing(1, 90, Map.of(GOOGLE, 18.0)).penaltyAt(new ProviderId(provider)))
                .isEqualTo(penalty);
    }

    @Test
    void sendsFromAnAddressThatIsInUse() {
        assertThat(Arrays.stream(SourceStanding.State.values()).filter(SourceStanding.State::maySend))
                .containsExactly(
                        SourceStanding.State.WARMING,
                        SourceStanding.State.ACTIVE,
                        SourceStanding.State.DEGRADED,
                        SourceStanding.State.RECOVERING,
                        SourceStanding.State.LAST_RESORT);
    }

    @ParameterizedTest
    @CsvSource({"-0.1, 0", "1.1, 0", "NaN, 0", "1, -1", "1, NaN"})
    void hasAShareOfTheWholeAndNoNegativePenalty(double share, double penalty) {
        assertThatThrownBy(() -> standing(share, penalty, Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> standing(1, 0, Map.of(GOOGLE, -1.0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> comingBack(Map.of(GOOGLE, 1.1))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"google, 1", "microsoft, 0.05"})
    void shareIsTheProvidersOwnOrElseTheGeneral(String provider, double share) {
        assertThat(comingBack(Map.of(GOOGLE, 1.0)).shareAt(new ProviderId(provider)))
                .isEqualTo(share);
    }

    /** Mail that waits for a share is looked at again when a decision may go otherwise. */
    @Test
    void isNotAlikeWhereOneProviderHasAnotherShare() {
        assertThat(comingBack(Map.of(GOOGLE, 1.0)).isAlike(comingBack(Map.of(GOOGLE, 1.0))))
                .isTrue();
        assertThat(comingBack(Map.of(GOOGLE, 1.0)).isAlike(comingBack(Map.of())))
                .isFalse();
    }

    private static SourceStanding comingBack(Map<ProviderId, Double> shares) {
        return new SourceStanding(
                "a1",
                SourceStanding.State.RECOVERING,
                0.05,
                shares,
                0,
                Map.of(),
                "comes back",
                Optional.empty(),
                SourceStanding.Growth.NONE);
    }

    @Test
    void keepsItsOwnPenalties() {
        var mine = new HashMap<>(Map.of(GOOGLE, 18.0));
        var standing = standing(1, 90, mine);
        mine.put(GOOGLE, 0.0);

        assertThat(standing.penalties()).isEqualTo(Map.of(GOOGLE, 18.0));
    }

    private static SourceStanding standing(double share, double penalty, Map<ProviderId, Double> penalties) {
        return new SourceStanding(
                "a1", SourceStanding.State.ACTIVE, share, penalty, penalties, "no list names it", Optional.empty());
    }
}
