package io.mailvane.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.WorkerState;
import io.mailvane.scaling.Demand.Worker;
import io.mailvane.scaling.ScalingSettings.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A day of mail, second by second, with workers that take some seconds to boot. */
class SimulatedDayTest {
    private static final int HOUR = 3600;
    private static final int BOOT = 3;
    private static final Duration SERVICE = Duration.ofMillis(40);
    private static final int CAPACITY = 8;
    private static final int PER_WORKER = 200;
    private static final int TARGET = 10;
    private static final ScalingSettings SETTINGS =
            new ScalingSettings(0, 6, Duration.ofSeconds(60), CAPACITY, Duration.ofSeconds(TARGET), Patience.DEFAULT);

    /** @param longestWait in seconds, of a message of that day */
    private record Day(List<String> turns, long longestWait) {}

    /** What came at each second waits in {@code queue} until it was scanned. */
    private static final class World {
        private final List<Integer> bootedAt = new ArrayList<>();
        private final List<long[]> queue = new ArrayList<>();
        private final ArrivalRate rate = new ArrivalRate();
        private long arrived;
        private int busy;
        private long longestWait;

        void second(int now, long arrivals) {
            arrived += arrivals;
            if (arrivals > 0) {
                queue.add(new long[] {now, arrivals});
            }
            long ready = bootedAt.stream().filter(at -> at <= now).count();
            long left = ready * PER_WORKER;
            while (left > 0 && !queue.isEmpty()) {
                var oldest = queue.getFirst();
                long done = Math.min(left, oldest[1]);
                longestWait = Math.max(longestWait, now - oldest[0]);
                oldest[1] -= done;
                left -= done;
                if (oldest[1] == 0) {
                    queue.removeFirst();
                }
            }
            busy = (int) ((ready * PER_WORKER - left) * CAPACITY / PER_WORKER);
        }

        Demand demand(int now) {
            long backlog = queue.stream().mapToLong(waiting -> waiting[1]).sum();
            long age = queue.isEmpty() ? 0 : now - queue.getFirst()[0];
            var workers = bootedAt.stream()
                    .map(at -> new Worker(
                            at <= now ? WorkerState.READY : WorkerState.STARTING, Duration.ofSeconds(now - at + BOOT)))
                    .toList();
            return new Demand(
                    rate.at(arrived, nanos(now)),
                    SERVICE,
                    busy,
                    backlog,
                    Duration.ofSeconds(age),
                    Duration.ofSeconds(BOOT),
                    workers);
        }

        void have(int wanted, int now) {
            while (bootedAt.size() > wanted) {
                bootedAt.removeLast();
            }
            while (bootedAt.size() < wanted) {
                bootedAt.add(now + BOOT);
            }
        }
    }

    private static long nanos(int second) {
        return Duration.ofSeconds(second).toNanos();
    }

    private static Day day(int seconds, IntToLongFunction arrivals) {
        var world = new World();
        var turns = new ArrayList<String>();
        var decided = Decision.NONE;
        for (int now = 0; now < seconds; now++) {
            world.second(now, arrivals.applyAsLong(now));
            int before = decided.wanted();
            decided = decided.next(world.demand(now), SETTINGS, nanos(now));
            world.have(decided.wanted(), now);
            if (decided.wanted() != before) {
                turns.add(now + ": " + decided.wanted());
            }
        }
        return new Day(turns, world.longestWait);
    }

    @Test
    void followsADayOfCalmFloodAndTrickleWithoutFlapping() {
        var day = day(24 * HOUR, now -> {
            if (now < 8 * HOUR) {
                return now % 30 == 0 ? 1 : 0;
            }
            if (now < 9 * HOUR) {
                return 700;
            }
            if (now < 12 * HOUR) {
                return 100;
            }
            return now < 13 * HOUR || now >= 20 * HOUR ? 0 : 1;
        });
        assertThat(day)
                .isEqualTo(new Day(
                        List.of(
                                "0: 1",
                                "28800: 3",
                                "28801: 6",
                                "32463: 5",
                                "32524: 1",
                                "43269: 0",
                                "46800: 1",
                                "72069: 0"),
                        3));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 50, 130, 150, 300, 600, 800})
    void keepsTheTargetFromAStandingStartWhereTheMaximumAllows(int arrivals) {
        assertThat(day(HOUR, _ -> arrivals).longestWait()).isLessThanOrEqualTo(TARGET);
    }

    /** Bursts in a row are one load. */
    @ParameterizedTest
    @ValueSource(ints = {2, 7, 20, 45})
    void doesNotComeAndGoWithBurstsThatAreShorterApartThanTheCoolDown(int period) {
        var day = day(2 * HOUR, now -> now % period == 0 ? 300 : 0);
        assertThat(day.turns()).hasSize(2);
        assertThat(day.longestWait()).isLessThanOrEqualTo(TARGET);
    }

    @Test
    void worksOffWhatCameTogetherWhereMoreComeThanTheMaximumCanScan() {
        var day = day(HOUR, now -> now < 60 ? 3000 : 0);
        assertThat(day).isEqualTo(new Day(List.of("0: 2", "1: 6", "213: 1", "274: 0"), 94));
    }
}
