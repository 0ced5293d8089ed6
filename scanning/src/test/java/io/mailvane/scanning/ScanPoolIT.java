package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.ResultField;
import io.mailvane.mail.Secret;
import io.mailvane.mail.Verdict;
import io.mailvane.mail.Verdict.Action;
import io.mailvane.mail.WorkerState;
import io.mailvane.scanning.WorkerSettings.Access;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScanPoolIT {
    private static final Access TOKEN = new Access.Token(new Secret("t0ken"));
    private static final PoolSettings SETTINGS =
            new PoolSettings(Duration.ofSeconds(10), 2, 3, Duration.ofMillis(50), PoolSettings.DEFAULT.room());

    @TempDir
    Path directory;

    private ScanPool pool = new ScanPool(SETTINGS, TOKEN, System::nanoTime);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() throws Exception {
        pool.close();
        for (var part : opened) {
            part.close();
        }
        threads.shutdownNow();
    }

    /** A worker in this process, which signs verdicts with its name. */
    private final class Worker {
        private final ScriptedEngine engine;
        private final ScanWorker worker;

        Worker(String id, ScriptedEngine.Script script) throws Exception {
            engine = new ScriptedEngine(script);
            var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var settings = new WorkerSettings(any, TOKEN, 2, Duration.ofSeconds(20), directory);
            worker = ScanWorker.start(settings, new Engines(List.of(engine)), System::nanoTime);
            opened.add(worker);
            pool.add(id, URI.create("http://127.0.0.1:" + worker.address().getPort()));
            awaitReady(id);
        }

        Worker(String id) throws Exception {
            this(id, (request, deadline) -> Finding.of(Action.MARK, id));
        }
    }

    @Test
    void asksTheReadyWorkerWithTheFewestScans() throws Exception {
        var end = new CountDownLatch(1);
        ScriptedEngine.Script waits = (request, deadline) -> {
            end.await();
            return Finding.CLEAN;
        };
        new Worker("a", waits);
        new Worker("b", waits);
        var scans = new ArrayList<Future<Verdict>>();
        for (int scan = 1; scan <= 4; scan++) {
            scans.add(threads.submit(() -> pool.scan(Scans.clean(), Scans.soon())));
            int begun = scan;
            soon().until(() -> pool.load().running() == begun);
        }
        assertThat(pool.workers())
                .containsExactly(
                        new WorkerView("a", WorkerState.READY, 2, ""), new WorkerView("b", WorkerState.READY, 2, ""));
        end.countDown();
        for (var scan : scans) {
            assertThat(scan.get().action()).isEqualTo(Action.ACCEPT);
        }
    }

    @Test
    void waitsForRoomAndTurnsAwayWhoWouldWaitTooLong() throws Exception {
        var end = new CountDownLatch(1);
        new Worker("a", (request, deadline) -> {
            end.await();
            return Finding.CLEAN;
        });
        var scans = new ArrayList<Future<Verdict>>();
        for (int scan = 0; scan < 5; scan++) {
            scans.add(threads.submit(() -> pool.scan(Scans.clean(), Scans.soon())));
        }
        soon().until(() -> pool.load().running() == 2 && pool.load().waiting() == 3);
        assertThatExceptionOfType(NoWorkerException.class)
                .isThrownBy(() -> pool.scan(Scans.clean(), Scans.soon()))
                .withMessage("too many scans wait for a worker");
        end.countDown();
        for (var scan : scans) {
            assertThat(scan.get().action()).isEqualTo(Action.ACCEPT);
        }
    }

    @Test
    void saysAtOnceThatNoWorkerIsThere() {
        assertThatExceptionOfType(NoWorkerException.class)
                .isThrownBy(() -> pool.scan(Scans.clean(), Scans.soon()))
                .withMessage("no scan worker is ready");
        assertThat(pool.room()).isEqualTo(Room.NONE);
    }

    @Test
    void goesToAnotherWhenAWorkerDiesWithAScan() throws Exception {
        var begun = new CountDownLatch(1);
        var dying = new Worker("a", (request, deadline) -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return Finding.CLEAN;
        });
        var scan = threads.submit(() -> pool.scan(Scans.clean(), Scans.soon()));
        begun.await();
        new Worker("b");
        dying.worker.close();
        assertThat(scan.get()).isEqualTo(markedBy("b"));
        soon().until(() -> pool.workers().getFirst().state() == WorkerState.GONE);
        assertThat(pool.scan(Scans.clean(), Scans.soon())).isEqualTo(markedBy("b"));
    }

    @Test
    void goesToAnotherWhenAWorkerTakesTooLong() throws Exception {
        pool.close();
        pool = new ScanPool(
                new PoolSettings(Duration.ofMillis(500), 2, 3, Duration.ofMillis(50), PoolSettings.DEFAULT.room()),
                TOKEN,
                System::nanoTime);
        new Worker("a", (request, deadline) -> {
            new CountDownLatch(1).await();
            return Finding.CLEAN;
        });
        new Worker("b");
        assertThat(pool.scan(Scans.clean(), Scans.soon())).isEqualTo(markedBy("b"));
    }

    @Test
    void goesToAnotherWhenAnEngineFails() throws Exception {
        new Worker("a", (request, deadline) -> {
            throw new ScanException("scripted: is down");
        });
        new Worker("b");
        assertThat(pool.scan(Scans.clean(), Scans.soon())).isEqualTo(markedBy("b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "clean",
                "{}",
                "{\"action\":\"ACCEPT\",\"reasons\":[],\"fields\":[]}",
                "{\"action\":\"FINE\",\"reasons\":[],\"fields\":[{\"name\":\"X-Mailvane-Scan\",\"body\":\"a\"}]}",
                "{\"action\":0,\"reasons\":[],\"fields\":[{\"name\":\"X-Mailvane-Scan\",\"body\":\"a\"}]}",
                "{\"action\":\"ACCEPT\",\"fields\":[{\"name\":\"X-Mailvane-Scan\",\"body\":\"a\"}]}",
                "{\"action\":\"ACCEPT\",\"reasons\":[],\"fields\":[{\"name\":\"Bcc\",\"body\":\"you@example.org\"}]}",
                "{\"action\":\"ACCEPT\",\"reasons\":[],\"fields\":[{\"name\":\"X-Mailvane-Scan\",\"body\":\"a\\r\\nBcc: b\"}]}",
                "{\"action\":\"ACCEPT\",\"reasons\":[],\"fields\":[{\"name\":\"X-Mailvane-Scan\",\"body\":\"a\"}]}}"
            })
    void goesToAnotherWhenAWorkerAnswersNonsense(String answer) throws Exception {
        var lying = new FakeWorker(answer);
        opened.add(lying);
        pool.add("a", lying.uri());
        awaitReady("a");
        new Worker("b");
        assertThat(pool.scan(Scans.clean(), Scans.soon())).isEqualTo(markedBy("b"));
        assertThat(lying.asked()).isPositive();
    }

    @Test
    void triesAMessageAtTwoWorkersAndNoMore() throws Exception {
        var asked = new AtomicInteger();
        for (var id : List.of("a", "b", "c")) {
            new Worker(id, (request, deadline) -> {
                asked.incrementAndGet();
                throw new ScanException("scripted: is down");
            });
        }
        assertThatExceptionOfType(ScanException.class)
                .isThrownBy(() -> pool.scan(Scans.clean(), Scans.soon()))
                .withMessageEndingWith("{\"error\":\"scripted: is down\"}");
        assertThat(asked).hasValue(2);
    }

    @Test
    void countsNoTryWhereAWorkerHasNoRoom() throws Exception {
        for (var id : List.of("a", "b")) {
            var full = new FakeWorker(ScanWire.NO_ROOM, "");
            opened.add(full);
            pool.add(id, full.uri());
            awaitReady(id);
        }
        new Worker("c");
        assertThat(pool.scan(Scans.clean(), Scans.soon())).isEqualTo(markedBy("c"));
    }

    @Test
    void takesNoWorkerForGoneBecauseOfWhatBecameOfScans() throws Exception {
        pool.close();
        pool = new ScanPool(
                new PoolSettings(Duration.ofSeconds(10), 2, 3, Duration.ofHours(1), PoolSettings.DEFAULT.room()),
                TOKEN,
                System::nanoTime);
        var lying = new FakeWorker("nonsense");
        opened.add(lying);
        pool.add("a", lying.uri());
        awaitReady("a");
        lying.holdsProbes();
        var scans = List.of(
                threads.submit(() -> pool.scan(Scans.clean(), Scans.soon())),
                threads.submit(() -> pool.scan(Scans.clean(), Scans.soon())));
        // The first was made when it came; each scan that broke makes another.
        soon().until(() -> lying.probed() == 3);
        assertThat(pool.workers()).containsExactly(new WorkerView("a", WorkerState.READY, 2, ""));
        lying.answersProbes();
        assertThat(scans).allSatisfy(scan -> assertThat(scan).failsWithin(Duration.ofSeconds(60)));
    }

    @Test
    void blamesNoWorkerForContentThatCannotBeRead() throws Exception {
        new Worker("a");
        assertThatExceptionOfType(ScanException.class)
                .isThrownBy(() -> pool.scan(
                        new ScanRequest(Scans.TRANSACTION, 10, () -> {
                            throw new IOException("no such segment");
                        }),
                        Scans.soon()));
        assertThat(pool.workers()).containsExactly(new WorkerView("a", WorkerState.READY, 0, ""));
    }

    @Test
    void givesARetiredWorkerNoScanAndLetsItEndThoseThatItHas() throws Exception {
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        new Worker("a", (request, deadline) -> {
            begun.countDown();
            end.await();
            return Finding.CLEAN;
        });
        var scan = threads.submit(() -> pool.scan(Scans.clean(), Scans.soon()));
        begun.await();
        pool.retire("a");
        assertThatExceptionOfType(NoWorkerException.class).isThrownBy(() -> pool.scan(Scans.clean(), Scans.soon()));
        assertThat(pool.workers()).containsExactly(new WorkerView("a", WorkerState.DRAINING, 1, "it is being retired"));
        end.countDown();
        assertThat(scan.get().action()).isEqualTo(Action.ACCEPT);
        pool.remove("a");
        assertThat(pool.workers()).isEmpty();
    }

    @Test
    void findsAWorkerAgainThatWasGone() throws Exception {
        var worker = new Worker("a");
        worker.engine.sleeps();
        int port = worker.worker.address().getPort();
        worker.worker.close();
        soon().until(() -> pool.workers().getFirst().state() == WorkerState.GONE);
        var back = ScanWorker.start(
                new WorkerSettings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        TOKEN,
                        2,
                        Duration.ofSeconds(20),
                        directory),
                new Engines(List.of(new ScriptedEngine((request, deadline) -> Finding.of(Action.MARK, "back")))),
                System::nanoTime);
        opened.add(back);
        awaitReady("a");
        assertThat(pool.scan(Scans.clean(), Scans.soon())).isEqualTo(markedBy("back"));
    }

    private void awaitReady(String id) {
        soon().until(() ->
                pool.workers().stream().anyMatch(view -> view.id().equals(id) && view.state() == WorkerState.READY));
    }

    /** Time is not what is tested. */
    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60));
    }

    private static Verdict markedBy(String id) {
        return new Verdict(
                Action.MARK,
                List.of(new Verdict.Reason("scripted", id)),
                List.of(new ResultField("X-Mailvane-Scan", "scripted=marked; " + id)));
    }
}
