package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ResultField;
import io.mailvane.mail.ScanOutcome;
import io.mailvane.mail.Verdict.Action;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SessionScansIT {
    @TempDir
    Path directory;

    private PoolKit kit;
    private final ScanStats stats = new ScanStats();

    @BeforeEach
    void start() {
        kit = new PoolKit(directory);
    }

    @AfterEach
    void stop() {
        kit.close();
    }

    private SessionScans scans(NoWorker noWorker, Duration deadline) {
        var policy = new SessionScans.Policy(noWorker, deadline);
        return new SessionScans(kit.pool, () -> policy, System::nanoTime, stats);
    }

    private static Stream<Arguments> choices() {
        return Stream.of(
                Arguments.of(NoWorker.QUEUE, new ScanOutcome.ToScan()),
                Arguments.of(NoWorker.TEMPFAIL, new ScanOutcome.NotNow()),
                Arguments.of(
                        NoWorker.PASS_MARKED,
                        new ScanOutcome.Unscanned(List.of(new ResultField("X-Mailvane-Scan", "none")))));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void doesWhatTheOperatorChoseWhereNoWorkerIs(NoWorker noWorker, ScanOutcome outcome) {
        assertThat(scans(noWorker, Duration.ofSeconds(20)).scan(Scans.clean())).isEqualTo(outcome);
        assertThat(stats.wanted()).isEqualTo(1);
    }

    static Stream<Arguments> choicesAfterFailure() {
        return Stream.of(
                Arguments.of(NoWorker.QUEUE, new ScanOutcome.ToScan()),
                Arguments.of(NoWorker.TEMPFAIL, new ScanOutcome.NotNow()),
                Arguments.of(NoWorker.PASS_MARKED, new ScanOutcome.ToScan()));
    }

    @ParameterizedTest
    @MethodSource("choicesAfterFailure")
    void letsNoMessagePassAtWhichEveryWorkerFails(NoWorker noWorker, ScanOutcome outcome) throws Exception {
        kit.add("a", (request, deadline) -> {
            throw new ScanException("broken");
        });
        assertThat(scans(noWorker, Duration.ofSeconds(20)).scan(Scans.clean())).isEqualTo(outcome);
        assertThat(stats.failed()).isEqualTo(1);
    }

    @Test
    void tellsWhatWasFound() throws Exception {
        kit.add("a", (request, deadline) -> Finding.of(Action.REJECT, "spam"));

        assertThat(scans(NoWorker.QUEUE, Duration.ofSeconds(20)).scan(Scans.clean()))
                .isInstanceOfSatisfying(
                        ScanOutcome.Judged.class,
                        judged -> assertThat(judged.verdict().why()).isEqualTo("scripted: spam"));
        assertThat(stats.session(Action.REJECT)).isEqualTo(1);
    }

    /** Whatever the choice for the want of a worker is: these are there, and will have room. */
    @Test
    void leavesToTheQueueWhatFindsNoRoomInTime() throws Exception {
        var end = new CountDownLatch(1);
        kit.add("a", (request, deadline) -> {
            end.await();
            return Finding.CLEAN;
        });
        var patient = scans(NoWorker.PASS_MARKED, Duration.ofSeconds(20));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.execute(() -> patient.scan(Scans.clean()));
            threads.execute(() -> patient.scan(Scans.clean()));
            Awaitility.await().until(() -> kit.pool.load().running() == 2);

            assertThat(scans(NoWorker.PASS_MARKED, Duration.ofMillis(50)).scan(Scans.clean()))
                    .isEqualTo(new ScanOutcome.ToScan());
            end.countDown();
        }
    }

    @Test
    void hasTheClientTryAgainWhoseScanIsInterrupted() throws Exception {
        kit.add("a", (request, deadline) -> {
            new CountDownLatch(1).await();
            return Finding.CLEAN;
        });
        Thread.currentThread().interrupt();
        assertThat(scans(NoWorker.PASS_MARKED, Duration.ofSeconds(20)).scan(Scans.clean()))
                .isEqualTo(new ScanOutcome.NotNow());
        assertThat(Thread.interrupted()).isTrue();
    }
}
