package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IncarnationTest {
    private final Incarnation self = Incarnation.ofThisProcess();

    @Test
    void everyOpeningHasItsOwnNonce() {
        assertThat(Incarnation.ofThisProcess()).isNotEqualTo(self);
    }

    @Test
    void aFormerOpeningOfThisProcessIsGone() {
        assertThat(self.isGone()).isTrue();
    }

    @Test
    void aProcessThatRunsIsNotGoneAndOneThatEndedIs() throws IOException, InterruptedException {
        var process = new ProcessBuilder("cat").start();
        var cat = new Incarnation(self.machine(), process.pid(), ticks(process.pid()), "0");
        var reused = new Incarnation(self.machine(), process.pid(), cat.startedTicks() - 1, "0");
        boolean aliveIsGone = cat.isGone();
        boolean reusedIsGone = reused.isGone();
        process.getOutputStream().close();
        process.waitFor();

        assertThat(aliveIsGone).isFalse();
        assertThat(cat.isGone()).isTrue();
        assertThat(reusedIsGone).as("whose id another process has").isTrue();
    }

    /** Of two processes that begin at once the ticks differ by little, and a changed clock does not move them. */
    private static long ticks(long pid) throws IOException {
        return Incarnation.startedTicks(Files.readString(Path.of("/proc/" + pid + "/stat")))
                .orElseThrow();
    }

    @Test
    void whatAProcessIsCalledDoesNotShiftTheFieldsBehind() {
        var fields = IntStream.rangeClosed(3, 52).mapToObj(Integer::toString).collect(Collectors.joining(" "));

        assertThat(Incarnation.startedTicks("7 (a) b (c) " + fields + "\n")).hasValue(22);
        assertThat(Incarnation.startedTicks("7 (cut) S 1 2")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Z 1, true", "X 0, true", "Z 2, false", "S 1, false"})
    void whoEndedAndIsNotWaitedForIsGone(String stateAndThreads, boolean dead) {
        var fields = stateAndThreads.split(" ", -1);
        var stat = "7 (a) b) " + fields[0] + " 4".repeat(16) + " " + fields[1] + " 21 22 23";
        assertThat(Incarnation.isDead(stat)).isEqualTo(dead);
        assertThat(Incarnation.startedTicks(stat)).hasValue(22);
    }

    @Test
    void nothingIsKnownOfAnotherMachine() {
        assertThat(new Incarnation("another/pid:[1]", self.pid(), 1, "0").isGone())
                .isFalse();
        assertThat(new Incarnation("?", self.pid(), 1, "0").isGone()).isFalse();
    }
}
