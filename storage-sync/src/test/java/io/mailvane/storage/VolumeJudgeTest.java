package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.storage.Trouble.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VolumeJudgeTest {
    private static final long MEBI = 1L << 20;
    private static final VolumeSettings SETTINGS = VolumeSettings.DEFAULT;
    private static final VolumeJudge JUDGE = new VolumeJudge(SETTINGS);
    private static final Duration QUICK = Duration.ofMillis(5);

    @Test
    void closesBelowLowSpaceAndOpensAgainWithEnough() {
        assertThat(states(octets(1000), octets(512), octets(511), octets(512), octets(767), octets(768), octets(600)))
                .containsExactly(
                        VolumeState.HEALTHY,
                        VolumeState.HEALTHY,
                        VolumeState.LOW,
                        VolumeState.LOW,
                        VolumeState.LOW,
                        VolumeState.HEALTHY,
                        VolumeState.HEALTHY);
    }

    @Test
    void takesMailOnASmallVolumeToo() {
        var empty = new Space(60 * MEBI, 63 * MEBI, 0, 0);
        var full = new Space(20 * MEBI, 63 * MEBI, 0, 0);
        var half = new Space(32 * MEBI, 63 * MEBI, 0, 0);
        assertThat(states(
                        sight(empty, QUICK),
                        sight(full, QUICK),
                        sight(new Space(31 * MEBI, 63 * MEBI, 0, 0), QUICK),
                        sight(half, QUICK)))
                .containsExactly(VolumeState.HEALTHY, VolumeState.LOW, VolumeState.LOW, VolumeState.HEALTHY);
    }

    @Test
    void closesBelowLowInodesAndOpensAgainWithHalfAsManyMore() {
        assertThat(states(inodes(1000), inodes(999), inodes(1499), inodes(1500)))
                .containsExactly(VolumeState.HEALTHY, VolumeState.LOW, VolumeState.LOW, VolumeState.HEALTHY);
    }

    @Test
    void doesNotMissFilesWhereNobodyCountsThem() {
        assertThat(states(sight(new Space(1000 * MEBI, 2000 * MEBI, 0, 0), QUICK)))
                .containsExactly(VolumeState.HEALTHY);
    }

    @Test
    void saysWhatIsWrongTheWorstFirst() {
        var copy = new Trouble(Kind.COPY_DOWN, "b", "brick b is down");
        var space = new Space(100 * MEBI, 2000 * MEBI, 10, 5000);
        var sight = new Sight(List.of(copy), Optional.of(space), Optional.of(Duration.ofSeconds(2)), Optional.empty());
        var status = JUDGE.judge(VolumeStatus.UNKNOWN, sight);

        assertThat(status.state()).isEqualTo(VolumeState.LOW);
        assertThat(status.reasons())
                .containsExactly(
                        "100 MiB are free; mail is taken again from 768 MiB on",
                        "10 files can be made yet; mail is taken again from 1500 on",
                        "brick b is down",
                        "a force took 2000 ms");
        assertThat(status.closedReason())
                .contains("the volume is low: 100 MiB are free; mail is taken again from 768 MiB on;"
                        + " 10 files can be made yet; mail is taken again from 1500 on");
    }

    @Test
    void takesMailThoughAForceIsSlow() {
        var status =
                JUDGE.judge(VolumeStatus.UNKNOWN, sight(new Space(1000 * MEBI, 1, 5000, 5000), Duration.ofSeconds(1)));

        assertThat(status.state()).isEqualTo(VolumeState.DEGRADED);
        assertThat(status.closedReason()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void hasTheStateOfEachTrouble(Kind kind) {
        var status = JUDGE.judge(VolumeStatus.UNKNOWN, Sight.of(Trouble.of(kind, "why")));

        assertThat(status.state()).isEqualTo(kind.state());
        assertThat(status.closedReason())
                .isEqualTo(
                        kind.state() == VolumeState.DEGRADED
                                ? Optional.empty()
                                : Optional.of("the volume is " + kind.state().label() + ": why"));
    }

    @Test
    void isClosedBeforeTheFirstLook() {
        assertThat(VolumeStatus.UNKNOWN.closedReason()).contains("the volume is unknown");
    }

    private static List<VolumeState> states(Sight... sights) {
        var states = new ArrayList<VolumeState>();
        var status = VolumeStatus.UNKNOWN;
        for (var sight : sights) {
            status = JUDGE.judge(status, sight);
            states.add(status.state());
        }
        return states;
    }

    private static Sight octets(long mebi) {
        return sight(new Space(mebi * MEBI, 2000 * MEBI, 5000, 9000), QUICK);
    }

    private static Sight inodes(long free) {
        return sight(new Space(1000 * MEBI, 2000 * MEBI, free, 9000), QUICK);
    }

    private static Sight sight(Space space, Duration force) {
        return new Sight(List.of(), Optional.of(space), Optional.of(force), Optional.empty());
    }
}
