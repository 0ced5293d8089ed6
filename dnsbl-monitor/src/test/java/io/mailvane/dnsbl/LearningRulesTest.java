package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What receivers teach, as whole histories. */
class LearningRulesTest {
    private static final RoutingSettings.Learning USUAL = RoutingSettings.Learning.DEFAULT;

    private final LearningRules rules = new LearningRules(USUAL);

    /** The affinity after each deed of one receiver: {@code 26h cite}, {@code 24h 500} for messages taken, {@code 720h} for nothing. */
    private List<Double> history(double shipped, String... deeds) {
        var affinities = new ArrayList<Double>();
        Optional<Learned> learned = Optional.empty();
        for (var deed : deeds) {
            var words = deed.split("h ?");
            var now = Cells.at(Duration.ofHours(Long.parseLong(words[0])));
            learned = learned.filter(each -> !rules.isOver(each, now));
            if (words.length > 1) {
                learned = words[1].equals("cite")
                        ? Optional.of(new Learned.Cited(now, "listed"))
                        : rules.took(learned, shipped, Long.parseLong(words[1]), now);
            }
            affinities.add(learned.map(each -> rules.affinity(each, shipped)).orElse(shipped));
        }
        return affinities;
    }

    @Test
    void aCitationRaisesItInFullForThirtyDaysFromTheLastOne() {
        assertThat(history(0.2, "0h cite", "719h", "719h cite", "1438h", "1439h"))
                .containsExactly(1.0, 1.0, 1.0, 1.0, 0.2);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0.1, 1", "1, 1", "1.7, 1.7"})
    void aCitationNeverLowersIt(double shipped, double cited) {
        assertThat(history(shipped, "0h cite")).containsExactly(cited);
    }

    @Test
    void whatIsTakenHalvesItOnceADayDownToTheFloor() {
        assertThat(history(0.6, "24h 500", "25h 500", "47h 900", "48h 499", "49h 500", "73h 500", "97h 500"))
                .containsExactly(0.3, 0.3, 0.3, 0.3, 0.15, 0.1, 0.1);
    }

    @ParameterizedTest
    @CsvSource({"0.1", "0.05", "0"})
    void whatIsShippedAtTheFloorOrBelowStaysThere(double shipped) {
        assertThat(history(shipped, "24h 500", "48h 500")).containsExactly(shipped, shipped);
        assertThat(rules.took(Optional.empty(), shipped, 500, Cells.minute(0))).isEmpty();
    }

    @Test
    void aLoweringLastsThirtyDaysFromTheLastCount() {
        assertThat(history(1, "24h 500", "48h 500", "767h", "768h")).containsExactly(0.5, 0.25, 0.25, 1.0);
        assertThat(history(0.2, "24h 500", "700h 500", "1419h", "1420h")).containsExactly(0.1, 0.1, 0.1, 0.2);
    }

    @Test
    void aCitationForgetsTheLowering() {
        assertThat(history(0.6, "24h 500", "48h 500", "49h cite", "72h 500", "73h 500", "97h 500"))
                .containsExactly(0.3, 0.15, 1.0, 1.0, 0.6, 0.3);
    }

    @Test
    void whatIsTakenForADayAfterACitationForgetsTheCitationFirst() {
        assertThat(history(0.2, "0h cite", "23h 9000", "24h 500", "47h 500", "48h 500"))
                .containsExactly(1.0, 1.0, 0.2, 0.2, 0.1);
    }

    @Test
    void whoCitesDailyIsNeverBelieved() {
        assertThat(history(0.6, "0h cite", "23h 9000", "23h cite", "46h 9000", "46h cite", "69h 9000"))
                .containsOnly(1.0);
    }

    @Test
    void itIsWatchedAsOftenAsTheTimeThatIsJudgedAsks() {
        assertThat(gap(Duration.ofHours(24))).isEqualTo(Duration.ofMinutes(1));
        assertThat(gap(Duration.ofMinutes(4))).isEqualTo(Duration.ofSeconds(10));
        assertThat(gap(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(1));
    }

    private static Duration gap(Duration over) {
        return new LearningRules(new RoutingSettings.Learning(true, Duration.ofDays(30), 500, over, 0.1)).gap();
    }
}
