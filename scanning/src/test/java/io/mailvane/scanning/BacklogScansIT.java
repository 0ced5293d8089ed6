package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.ResultField;
import io.mailvane.mail.Verdict;
import io.mailvane.mail.Verdict.Action;
import io.mailvane.scanning.ScanRequest.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BacklogScansIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private PoolKit kit;
    private final Mail mail = new Mail();
    private final ScanStats stats = new ScanStats();
    private Optional<BacklogScans> scans = Optional.empty();

    @BeforeEach
    void start() {
        kit = new PoolKit(directory);
    }

    @AfterEach
    void stop() {
        scans.ifPresent(BacklogScans::close);
        kit.close();
    }

    private void begin() {
        begin(LONG);
    }

    private void begin(Duration deadline) {
        scans = Optional.of(BacklogScans.start(kit.pool, mail, () -> deadline, System::nanoTime, stats));
    }

    private static ScanRequest request(String qid) {
        var transaction = new Transaction(qid, "h", "192.0.2.1", "me@example.org", List.of("you@shop.example"));
        var clean = Scans.clean();
        return new ScanRequest(transaction, clean.size(), clean.content());
    }

    /** A backlog in memory; what is given back comes again at once, and the wait is noted. */
    private static final class Mail implements Backlog {
        private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
        private final Map<String, Action> judged = new ConcurrentSkipListMap<>();
        private final Map<String, Verdict> verdicts = new ConcurrentSkipListMap<>();
        private final LinkedBlockingQueue<Duration> waits = new LinkedBlockingQueue<>();
        private final Map<String, Duration> ages = new ConcurrentSkipListMap<>();
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicBoolean full = new AtomicBoolean();

        void add(String qid) {
            add(qid, Duration.ofMinutes(1));
        }

        void add(String qid, Duration age) {
            waiting.add(new Waiting(request(qid), age));
            ages.put(qid, age);
        }

        @Override
        public Optional<Waiting> take(Duration timeout) throws InterruptedException {
            var next = Optional.ofNullable(waiting.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
            taken.incrementAndGet();
            return next;
        }

        @Override
        public void judge(String qid, Verdict verdict) throws IOException {
            if (full.getAndSet(false)) {
                throw new IOException("no space");
            }
            verdicts.put(qid, verdict);
            judged.put(qid, verdict.action());
        }

        @Override
        public void later(String qid, Duration wait) {
            waits.add(wait);
            add(qid, Objects.requireNonNull(ages.get(qid)));
        }
    }

    @Test
    void saysOfEachWhatItsScanFound() throws Exception {
        kit.add("a", (request, deadline) -> switch (request.transaction().qid()) {
            case "spam" -> Finding.of(Action.REJECT, "spam");
            case "odd" -> Finding.of(Action.QUARANTINE, "odd");
            default -> Finding.CLEAN;
        });
        mail.add("spam");
        begin();
        mail.add("odd");
        mail.add("ham");

        await().until(() -> mail.judged.size() == 3);
        assertThat(mail.judged)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("spam", Action.REJECT, "odd", Action.QUARANTINE, "ham", Action.ACCEPT));
        assertThat(mail.waits).isEmpty();
        await().untilAsserted(() ->
                assertThat(List.of(Action.values())).extracting(stats::backlog).containsExactly(1L, 0L, 0L, 1L, 1L));
    }

    @Test
    void takesNothingUntilAWorkerIsReadyAndAllOfItThen() throws Exception {
        for (int i = 0; i < 50; i++) {
            mail.add("m" + i);
        }
        begin();
        assertThat(mail.taken).hasValue(0);

        kit.add("a", (request, deadline) -> Finding.CLEAN);

        await().until(() -> mail.judged.size() == 50);
    }

    @Test
    void scansAsMuchAtOnceAsTheWorkersRun() throws Exception {
        var end = new Semaphore(0);
        kit.add("a", (request, deadline) -> {
            end.acquire();
            return Finding.CLEAN;
        });
        for (int i = 0; i < 5; i++) {
            mail.add("m" + i);
        }
        begin();
        await().until(() -> kit.pool.load().running() == 2);
        assertThat(kit.pool.load().waiting()).isZero();
        assertThat(mail.taken).hasValue(2);

        end.release(5);

        await().until(() -> mail.judged.size() == 5);
    }

    @Test
    void triesAgainWhatIsDeferredWhatFailsAndWhatCannotBeWritten() throws Exception {
        var scanned = new AtomicInteger();
        kit.add("a", (request, deadline) -> switch (scanned.incrementAndGet()) {
            case 1 -> throw new ScanException("broken");
            case 2 -> Finding.of(Action.DEFER, "greylisted");
            default -> Finding.CLEAN;
        });
        mail.full.set(true);
        mail.add("m");
        begin();

        await().until(() -> mail.judged.equals(Map.of("m", Action.ACCEPT)));
        assertThat(mail.waits).containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    /** Half of the age of a message that waited long would keep it from room that is there in a second. */
    @Test
    void comesBackSoonToWhatFoundNoRoomBehindSessions() throws Exception {
        var end = new Semaphore(0);
        kit.add("a", (request, deadline) -> {
            end.acquire();
            return Finding.CLEAN;
        });
        try (var sessions = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = sessions.submit(() -> kit.pool.scan(request("one"), Deadline.in(LONG, System::nanoTime)));
            var two = sessions.submit(() -> kit.pool.scan(request("two"), Deadline.in(LONG, System::nanoTime)));
            await().until(() -> kit.pool.load().running() == 2);
            mail.add("m", Duration.ofHours(1));
            begin(Duration.ofMillis(50));

            assertThat(mail.waits.poll(60, TimeUnit.SECONDS)).isEqualTo(Duration.ofSeconds(1));
            end.release(1_000);
            assertThat(List.of(one.get(), two.get()))
                    .extracting(Verdict::action)
                    .containsOnly(Action.ACCEPT);
        }
    }

    @Test
    void keepsWhatHasFailedAtTheWorkersForHours() throws Exception {
        kit.add("a", (request, deadline) -> {
            throw new ScanException("it breaks me");
        });
        mail.add("m", Duration.ofHours(4));
        mail.add("young", Duration.ofHours(4).minusMillis(1));
        begin();

        await().until(() -> !mail.judged.isEmpty());

        assertThat(mail.verdicts)
                .isEqualTo(Map.of(
                        "m",
                        new Verdict(
                                Action.QUARANTINE,
                                List.of(new Verdict.Reason(
                                        "scan", "failed 8 times, the last time: a: {\"error\":\"it breaks me\"}")),
                                List.of(ResultField.NOT_SCANNED))));
        assertThat(mail.waits).hasSizeGreaterThanOrEqualTo(7);
    }

    @Test
    void givesBackWhatItScansWhenItEnds() throws Exception {
        kit.add("a", (request, deadline) -> {
            new Semaphore(0).acquire();
            return Finding.CLEAN;
        });
        mail.add("m");
        begin();
        await().until(() -> kit.pool.load().running() == 1);

        scans.orElseThrow().close();

        // It comes again at once, and may be taken once more before who takes it is told to end.
        assertThat(mail.waits).hasSizeBetween(1, 2);
        assertThat(mail.waiting).hasSize(1);
        assertThat(mail.judged).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT5S", "PT20S, PT10S", "PT10M, PT5M", "PT1H, PT30M", "P5D, PT30M"})
    void waitsHalfOfTheAgeOfAMessageWithinBounds(Duration age, Duration wait) {
        assertThat(BacklogScans.patience(age)).isEqualTo(wait);
    }
}
