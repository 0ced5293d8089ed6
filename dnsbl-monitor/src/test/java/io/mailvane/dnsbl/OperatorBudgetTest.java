package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OperatorBudgetTest {
    private static final Moment START = Cells.minute(0);

    @Test
    void givesABurstAndThenTheRate() {
        var budget = new OperatorBudget(new AskingSettings.Budget(64, 5, 20, 20_000), START);

        assertThat(taken(budget, START)).isEqualTo(20);
        assertThat(budget.pause(START)).isEqualTo(Duration.ofMillis(200));
        assertThat(taken(budget, START.plus(Duration.ofSeconds(1)))).isEqualTo(5);
        assertThat(taken(budget, START.plus(Duration.ofMinutes(10)))).isEqualTo(20);
    }

    @Test
    void letsFourQuestionsBeOutAtOnce() {
        var budget = new OperatorBudget(AskingSettings.Budget.DEFAULT, START);
        for (int i = 0; i < 4; i++) {
            assertThat(budget.take(1, START)).isTrue();
        }
        assertThat(budget.take(1, START)).isFalse();
        budget.done(0, START);
        assertThat(budget.take(1, START)).isTrue();
    }

    @Test
    void givesNoMoreInADayThanTheOperatorAllowsAndForgetsByTheHour() {
        var budget = new OperatorBudget(new AskingSettings.Budget(64, 1000, 10_000, 30), START);

        assertThat(taken(budget, START)).isEqualTo(30);
        assertThat(budget.today(Cells.minute(23 * 60))).isEqualTo(30);
        assertThat(taken(budget, Cells.minute(23 * 60))).isZero();
        assertThat(budget.pause(Cells.minute(23 * 60))).isEqualTo(Duration.ofMinutes(1));
        assertThat(budget.today(Cells.minute(24 * 60))).isZero();
        assertThat(taken(budget, Cells.minute(24 * 60))).isEqualTo(30);
    }

    @Test
    void countsWhatSecondServersWereAsked() {
        var budget = new OperatorBudget(new AskingSettings.Budget(64, 5, 20, 20_000), START);
        assertThat(budget.take(1, START)).isTrue();
        budget.done(1, START);

        assertThat(budget.today(START)).isEqualTo(2);
    }

    private static int taken(OperatorBudget budget, Moment now) {
        int taken = 0;
        while (budget.take(1, now)) {
            budget.done(0, now);
            taken++;
        }
        return taken;
    }
}
