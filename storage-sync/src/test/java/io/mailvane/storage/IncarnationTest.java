package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

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
        var started = process.toHandle().info().startInstant().map(Instant::toEpochMilli);
        var cat = new Incarnation(self.machine(), process.pid(), started.orElse(0L), "0");
        var reused = new Incarnation(self.machine(), process.pid(), cat.startedMillis() - 60_000, "0");
        boolean aliveIsGone = cat.isGone();
        process.getOutputStream().close();
        process.waitFor();

        assertThat(aliveIsGone).isFalse();
        assertThat(cat.isGone()).isTrue();
        assertThat(reused.isGone()).as("whose id another process had").isTrue();
    }

    @Test
    void nothingIsKnownOfAnotherMachine() {
        assertThat(new Incarnation("another/pid:[1]", self.pid(), 0, "0").isGone())
                .isFalse();
        assertThat(new Incarnation("?", self.pid(), 0, "0").isGone()).isFalse();
    }
}
