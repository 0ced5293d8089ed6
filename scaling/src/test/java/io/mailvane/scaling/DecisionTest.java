package io.mailvane.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mailvane.mail.WorkerState;
import io.mailvane.scaling.Demand.Worker;
import io.mailvane.scaling.ScalingSettings.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {
    private static final Duration BOOT = Duration.ofSeconds(3);

    /** Eight scans at once each; ten seconds are the wait to keep. */
    private static final ScalingSettings SETTINGS = settings(0, 8);

    private static ScalingSettings settings(int min, int max) {
        return new ScalingSettings(min, max, Duration.ofSeconds(60), 8, Duration.ofSeconds(10), Patience.DEFAULT);
    }

    private static List<Worker> workers(int ready, int starting) {
        var workers = new ArrayList<Worker>(Collections.nCopies(ready, new Worker(WorkerState.READY, BOOT)));
        workers.addAll(Collections.nCopies(starting, new Worker(WorkerState.STARTING, Duration.ofSeconds(1))));
        return workers;
    }

    private static Demand demand(
            double arrivals, long service, int running, long backlog, long age, List<Worker> workers) {
        return new Demand(
                arrivals, Duration.ofMillis(service), running, backlog, Duration.ofSeconds(age), BOOT, workers);
    }

    private static Demand nothing(List<Worker> workers) {
        return demand(0, 40, 0, 0, 0, workers);
    }

    private static Decision wanting(int wanted) {
        return new Decision(wanted, "", Optional.empty());
    }

    private static long seconds(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // arrivals, ms each, running, backlog, its age, ready+starting: wanted
                "0   | 0    | 0  | 0      | 0  | 0+0 | 0",
                "0.1 | 0    | 0  | 0      | 0  | 0+0 | 1",
                "0   | 40   | 1  | 0      | 0  | 1+0 | 1",
                "0   | 40   | 0  | 1      | 0  | 0+0 | 1",
                // Little's law: 100 a second of 40 ms keep four scans busy
                "100 | 40   | 4  | 0      | 0  | 1+0 | 1",
                "139 | 40   | 5  | 0      | 0  | 1+0 | 1",
                "141 | 40   | 6  | 0      | 0  | 1+0 | 2",
                "400 | 40   | 16 | 0      | 0  | 2+0 | 3",
                // what comes together while the first boots counts, and less of it if one boots already
                "160 | 40   | 0  | 0      | 0  | 0+0 | 2",
                "130 | 40   | 0  | 300    | 3  | 0+0 | 2",
                "130 | 40   | 0  | 120    | 1  | 0+1 | 2",
                // a backlog is to be gone within the target
                "0   | 40   | 8  | 2000   | 5  | 1+0 | 1",
                "0   | 40   | 8  | 4200   | 5  | 1+0 | 2",
                "0   | 40   | 0  | 4200   | 5  | 0+0 | 3",
                // and not all that could be wanted may run
                "0   | 40   | 8  | 900000 | 5  | 1+0 | 8",
                // all work, and mail waits too long all the same: the figures promise too much
                "1   | 40   | 8  | 20     | 11 | 1+0 | 2",
                "1   | 40   | 8  | 20     | 11 | 1+1 | 2",
                "1   | 40   | 16 | 20     | 11 | 2+0 | 3",
                // where they do not work more would not help
                "1   | 40   | 2  | 20     | 11 | 1+0 | 1",
            })
    void wantsWorkersForWhatComesAndWhatWaits(
            double arrivals, long service, int running, long backlog, long age, String workers, int wanted) {
        int plus = workers.indexOf('+');
        var there = workers(
                Integer.parseInt(workers, 0, plus, 10), Integer.parseInt(workers, plus + 1, workers.length(), 10));
        var decided = Decision.NONE.next(demand(arrivals, service, running, backlog, age, there), SETTINGS, 0);
        assertThat(decided).isEqualTo(new Decision(wanted, decided.why(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0", "1, 4, 0, 1", "2, 4, 100, 2", "2, 4, 800, 4", "0, 0, 800, 0", "3, 3, 800, 3"})
    void keepsBetweenMinAndMax(int min, int max, double arrivals, int wanted) {
        var decided = Decision.NONE.next(demand(arrivals, 40, 0, 0, 0, workers(0, 0)), settings(min, max), 0);
        assertThat(decided.wanted()).isEqualTo(wanted);
    }

    @Test
    void neverWantsMoreThanAMaxThatWasLowered() {
        assertThat(wanting(8)
                        .next(demand(1000, 40, 64, 0, 0, workers(8, 0)), settings(0, 3), 0)
                        .wanted())
                .isEqualTo(3);
    }

    @Test
    void letsWorkersGoWhenFewerHadEnoughRoomAllThroughTheCoolDown() {
        var decided = wanting(4);
        var wanted = new ArrayList<Integer>();
        for (int second = 0; second <= 130; second += 10) {
            // Two would do at first, then one; from 70 s on nothing is left to do.
            double arrivals = second < 30 ? 150 : second < 70 ? 50 : 0;
            decided = decided.next(
                    demand(arrivals, 40, 0, 0, 0, workers(decided.wanted(), 0)), SETTINGS, seconds(second));
            wanted.add(decided.wanted());
        }
        assertThat(wanted).containsExactly(4, 4, 4, 4, 4, 4, 2, 2, 2, 2, 2, 2, 2, 0);
    }

    @Test
    void beginsTheCoolDownAnewWhenAllAreNeededAgain() {
        var busy = demand(139, 40, 5, 0, 0, workers(2, 0));
        var calm = demand(10, 40, 0, 0, 0, workers(2, 0));
        var decided = wanting(2).next(calm, SETTINGS, 0).next(calm, SETTINGS, seconds(59));
        assertThat(decided.cooling()).contains(new Decision.Cooling(0, 1));
        decided = decided.next(busy, SETTINGS, seconds(60)).next(calm, SETTINGS, seconds(61));
        assertThat(decided)
                .isEqualTo(new Decision(
                        2,
                        "10.0 messages a second come and take 40 ms each: 1 is needed; 2 stay for 60 s",
                        Optional.of(new Decision.Cooling(seconds(61), 1))));
    }

    /** Between "one is full" and "one is easy" all stays as it is. */
    @ParameterizedTest
    @CsvSource({"1, 139, 1", "1, 141, 2", "2, 139, 2", "2, 101, 2"})
    void neitherAddsNorCoolsBetweenFullAndEasy(int before, double arrivals, int wanted) {
        var decided = wanting(before).next(demand(arrivals, 40, 4, 0, 0, workers(before, 0)), SETTINGS, 0);
        assertThat(decided).isEqualTo(new Decision(wanted, decided.why(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0    | 0 | nothing is to be scanned",
                "1 | 0    | 0 | nothing is to be scanned: min keeps 1",
                "0 | 0.5  | 0 | 0.5 messages a second come and take 40 ms each: 1 is needed",
                "0 | 0.04 | 0 | fewer than 0.1 messages a second come and take 40 ms each: 1 is needed",
                "3 | 0.5  | 0 | 0.5 messages a second come and take 40 ms each: 1 is needed, min keeps 3",
                "0 | 0    | 1 | 1 waits, the oldest for 7 s: 1 is needed",
                "0 | 1000 | 9 | 1000.0 messages a second come and take 40 ms each, 9 wait, the oldest for 7 s: 9 are needed, max allows 4",
            })
    void saysWhyInOneSentence(int min, double arrivals, long backlog, String why) {
        var age = backlog == 0 ? 0 : 7;
        assertThat(Decision.NONE
                        .next(demand(arrivals, 40, 0, backlog, age, workers(0, 0)), settings(min, 4), 0)
                        .why())
                .isEqualTo(why);
    }

    @Test
    void saysThatNoScanWasTimedYet() {
        assertThat(Decision.NONE
                        .next(demand(0.5, 0, 0, 0, 0, workers(0, 0)), settings(0, 4), 0)
                        .why())
                .isEqualTo("0.5 messages a second come and no scan was timed yet: 1 is needed");
    }

    @Test
    void saysThatScansRunWhereNothingElseIsToBeDone() {
        assertThat(wanting(1).next(demand(0, 40, 2, 0, 0, workers(1, 0)), SETTINGS, 0))
                .isEqualTo(new Decision(1, "2 scans run: 1 is needed", Optional.empty()));
    }

    @Test
    void saysThatNoneMayRun() {
        assertThat(wanting(2).next(demand(9, 40, 1, 9, 99, workers(1, 0)), settings(0, 0), 0))
                .isEqualTo(new Decision(0, "max is 0: no worker may run", Optional.empty()));
    }

    @Test
    void refusesImpossibleNumbers() {
        assertThatIllegalArgumentException().isThrownBy(() -> settings(-1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> settings(3, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> demand(-1, 1, 0, 0, 0, List.of()));
        assertThat(nothing(List.of()).nothing()).isTrue();
    }
}
