package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.OperatorBudget.Use;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OperatorBudgetTest {
    private static final Moment START = Cells.minute(0);

    @Test
    void givesABurstAndThenTheRate() {
        var budget = new OperatorBudget(new AskingSettings.Budget(64, 5, 20, 20_000), Use.NONE, START);

        assertThat(taken(budget, START)).isEqualTo(20);
        assertThat(budget.pause(START)).isEqualTo(Duration.ofMillis(200));
        assertThat(taken(budget, START.plus(Duration.ofSeconds(1)))).isEqualTo(5);
        assertThat(taken(budget, START.plus(Duration.ofMinutes(10)))).isEqualTo(20);
    }

    @Test
    void letsFourQuestionsBeOutAtOnce() {
        var budget = new OperatorBudget(AskingSettings.Budget.DEFAULT, Use.NONE, START);
        for (int i = 0; i < 4; i++) {
            assertThat(budget.take(1, START)).isTrue();
        }
        assertThat(budget.take(1, START)).isFalse();
        budget.done(0, START);
        assertThat(budget.take(1, START)).isTrue();
    }

    @Test
    void givesNoMoreInADayThanTheOperatorAllowsAndForgetsByTheHour() {
        var budget = new OperatorBudget(new AskingSettings.Budget(64, 1000, 10_000, 30), Use.NONE, START);

        assertThat(taken(budget, START)).isEqualTo(30);
        assertThat(budget.today(Cells.minute(23 * 60))).isEqualTo(30);
        assertThat(taken(budget, Cells.minute(23 * 60))).isZero();
        assertThat(budget.pause(Cells.minute(23 * 60))).isEqualTo(Duration.ofMinutes(1));
        assertThat(budget.today(Cells.minute(24 * 60))).isZero();
        assertThat(taken(budget, Cells.minute(24 * 60))).isEqualTo(30);
    }

    @Test
    void countsWhatSecondServersWereAsked() {
        var budget = new OperatorBudget(new AskingSettings.Budget(64, 5, 20, 20_000), Use.NONE, START);
        assertThat(budget.take(1, START)).isTrue();
        budget.done(1, START);

        assertThat(budget.today(START)).isEqualTo(2);
    }

    /** Whoever restarts often is still within what the operator allows. */
    @Test
    void countsOnAfterARestartWithAFullBurst() {
        var settings = new AskingSettings.Budget(64, 1, 20, 30);
        var before = new OperatorBudget(settings, Use.NONE, START);
        assertThat(taken(before, START)).isEqualTo(20);
        assertThat(taken(before, Cells.minute(90))).isEqualTo(10);

        var restarted = Cells.minute(100);
        var after = new OperatorBudget(settings, before.use(restarted), restarted);

        assertThat(after.today(restarted)).isEqualTo(30);
        assertThat(after.take(1, restarted)).isFalse();
        assertThat(after.today(Cells.minute(24 * 60)))
                .as("the first hour is forgotten")
                .isEqualTo(10);
        assertThat(taken(after, Cells.minute(24 * 60))).isEqualTo(20);
    }

    @Test
    void forgetsInARestartThatTakesADay() {
        var settings = new AskingSettings.Budget(64, 1, 20, 20);
        var before = new OperatorBudget(settings, Use.NONE, START);
        assertThat(taken(before, START)).isEqualTo(20);
        var late = Cells.minute(24 * 60);

        assertThat(taken(new OperatorBudget(settings, before.use(START), late), late))
                .isEqualTo(20);
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
