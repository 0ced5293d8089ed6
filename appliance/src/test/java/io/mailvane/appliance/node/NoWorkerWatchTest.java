package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.scanning.NoWorker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NoWorkerWatchTest {
    private NoWorker policy = NoWorker.PASS_MARKED;
    private boolean isReady;
    private long nanos;
    private final NoWorkerWatch watch = new NoWorkerWatch(() -> policy, () -> isReady, () -> nanos);

    private void look(int seconds) {
        for (int i = 0; i < seconds; i++) {
            watch.look();
            nanos += Duration.ofSeconds(1).toNanos();
        }
    }

    @Test
    void tellsOnceThatMailPassesUnscannedAndOnceThatItDoesNoMore() {
        try (var lines = new Lines(NoWorkerWatch.class)) {
            look(3);
            assertThat(lines.lines()).isEmpty();
            watch.met();
            watch.met();
            look(30);
            isReady = true;
            look(3);
            assertThat(lines.lines())
                    .containsExactly(
                            "event=alarm what=no-worker state=begun"
                                    + " reason=\"no scan worker is ready: mail is passed unscanned and marked\"",
                            "event=alarm what=no-worker state=over reason=\"a scan worker is ready\" messages=2");
        }
    }

    @Test
    void tellsAlsoWhereNoMailComesOnceAWorkerHadTimeToStart() {
        policy = NoWorker.TEMPFAIL;
        try (var lines = new Lines(NoWorkerWatch.class)) {
            look(15);
            assertThat(lines.lines()).isEmpty();
            look(1);
            assertThat(lines.lines())
                    .containsExactly("event=alarm what=no-worker state=begun"
                            + " reason=\"no scan worker is ready: mail gets 451\"");
        }
    }

    @Test
    void tellsOfAnotherChoiceAndOfNoMailThatWaitsForAWorker() {
        try (var lines = new Lines(NoWorkerWatch.class)) {
            watch.met();
            policy = NoWorker.TEMPFAIL;
            look(1);
            policy = NoWorker.QUEUE;
            look(60);
            assertThat(lines.lines())
                    .containsExactly(
                            "event=alarm what=no-worker state=begun"
                                    + " reason=\"no scan worker is ready: mail is passed unscanned and marked\"",
                            "event=alarm what=no-worker state=begun"
                                    + " reason=\"no scan worker is ready: mail gets 451\"",
                            "event=alarm what=no-worker state=over"
                                    + " reason=\"no scan worker is ready: mail waits to be scanned\" messages=1");
        }
    }
}
