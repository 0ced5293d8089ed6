package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.OperatorBudget.Use;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    /** Else all of it would be gone in the morning, and nothing known until the next one. */
    @Test
    void spreadsTheSecondHalfOfADayOverTheDay() {
        var budget = new OperatorBudget(new AskingSettings.Budget(64, 5, 20, 2880), Use.NONE, START);
        var perMinute = new ArrayList<Integer>();
        for (int minute = 0; minute < 24 * 60; minute++) {
            perMinute.add(taken(budget, Cells.minute(minute)));
        }

        assertThat(perMinute.subList(0, 72))
                .as("half of it at once, if need be")
                .containsOnly(20);
        assertThat(perMinute.subList(73, 24 * 60)).as("half a day's in a day").allMatch(taken -> taken <= 2);
        for (int minute = 74; minute < 24 * 60; minute += 2) {
            assertThat(perMinute.subList(minute, minute + 2))
                    .as("in two minutes")
                    .isNotEqualTo(List.of(0, 0));
        }
        assertThat(budget.today(Cells.minute(24 * 60 - 1))).isBetween(2700, 2880);
        assertThat(budget.pause(Cells.minute(24 * 60 - 1))).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    /** What is due and has no room is looked at again; that may not be at every tick. */
    @Test
    void saysNeverToLookAgainInLessThanATenthOfASecond() {
        var budget = new OperatorBudget(new AskingSettings.Budget(1, 5, 20, 20_000), Use.NONE, START);
        assertThat(budget.take(1, START)).isTrue();

        assertThat(budget.has(1, START)).isFalse();
        assertThat(budget.pause(START)).isEqualTo(Duration.ofMillis(100));
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
        var settings = new AskingSettings.Budget(64, 1, 15, 40);
        var before = new OperatorBudget(settings, Use.NONE, START);
        assertThat(taken(before, START)).isEqualTo(15);
        assertThat(taken(before, Cells.minute(90))).isEqualTo(15);

        var restarted = Cells.minute(100);
        var after = new OperatorBudget(settings, before.use(restarted), restarted);

        assertThat(after.today(restarted)).isEqualTo(30);
        assertThat(taken(after, restarted)).isEqualTo(10);
        assertThat(after.today(Cells.minute(24 * 60)))
                .as("the first hour is forgotten")
                .isEqualTo(25);
        assertThat(taken(after, Cells.minute(24 * 60))).isEqualTo(15);
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
