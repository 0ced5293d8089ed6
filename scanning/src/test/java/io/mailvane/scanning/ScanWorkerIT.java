package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.ResultField;
import io.mailvane.mail.Secret;
import io.mailvane.mail.Verdict;
import io.mailvane.mail.Verdict.Action;
import io.mailvane.mail.Verdict.Reason;
import io.mailvane.mail.WorkerState;
import io.mailvane.scanning.WorkerSettings.Access;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanWorkerIT {
    private static final Access TOKEN = new Access.Token(new Secret("t0ken"));
    private static final Verdict CLEAN =
            new Verdict(Action.ACCEPT, List.of(), List.of(new ResultField("X-Mailvane-Scan", "scripted=clean")));

    /** Time is not what is tested. */
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final ScriptedEngine engine = new ScriptedEngine((request, deadline) -> Finding.CLEAN);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Optional<ScanWorker> worker = Optional.empty();

    @AfterEach
    void stop() {
        worker.ifPresent(ScanWorker::close);
        threads.shutdownNow();
    }

    @Test
    void isReadyOnlyOnceItsEnginesFindTheirTestMessages() throws Exception {
        engine.sleeps();
        try (var client = client(start(TOKEN), TOKEN)) {
            await().atMost(LONG)
                    .until(() -> !client.status(Scans.soon()).reason().startsWith("its engines"));
            assertThat(client.status(Scans.soon()))
                    .isEqualTo(new WorkerStatus(
                            WorkerState.STARTING, 0, 2, "scripted: does not find the test message EICAR"));
            assertThat(client.scan(Scans.clean(), Scans.soon())).isEqualTo(new WorkerAnswer.NoRoom());
            engine.wakes();
            assertThat(worker.orElseThrow().awaitReady()).isTrue();
            assertThat(client.status(Scans.soon())).isEqualTo(new WorkerStatus(WorkerState.READY, 0, 2, ""));
            assertThat(client.scan(Scans.clean(), Scans.soon())).isEqualTo(new WorkerAnswer.Said(CLEAN));
        }
    }

    @Test
    void handsItsEnginesWhatItWasAskedAndAnswersWhatTheySay() throws Exception {
        var content = new byte[3 << 20];
        new Random(1).nextBytes(content);
        engine.says((request, deadline) -> {
            assertThat(request.transaction()).isEqualTo(Scans.TRANSACTION);
            assertThat(request.size()).isEqualTo(content.length);
            for (int time = 0; time < 2; time++) {
                try (var again = request.content().open()) {
                    assertThat(again.readAllBytes()).isEqualTo(content);
                }
            }
            return Finding.of(Action.QUARANTINE, "M\u00fcll\r\nX: y");
        });
        try (var client = client(ready(TOKEN), TOKEN)) {
            assertThat(client.scan(Scans.request(content), Scans.soon()))
                    .isEqualTo(new WorkerAnswer.Said(new Verdict(
                            Action.QUARANTINE,
                            List.of(new Reason("scripted", "M\u00fcll\r\nX: y")),
                            List.of(new ResultField(
                                    "X-Mailvane-Scan", "scripted=quarantined; =?UTF-8?Q?M=C3=BCll=3F=3FX=3A_y?=")))));
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void tellsWhoComesWhenItIsFullToGoElsewhere() throws Exception {
        var begun = new CountDownLatch(2);
        var end = new CountDownLatch(1);
        engine.says((request, deadline) -> {
            begun.countDown();
            end.await();
            return Finding.CLEAN;
        });
        try (var client = client(ready(TOKEN), TOKEN)) {
            var running = List.of(scan(client), scan(client));
            begun.await();
            assertThat(client.scan(Scans.clean(), Scans.soon())).isEqualTo(new WorkerAnswer.NoRoom());
            assertThat(client.status(Scans.soon())).isEqualTo(new WorkerStatus(WorkerState.READY, 2, 2, ""));
            end.countDown();
            for (var scan : running) {
                assertThat(scan.get()).isEqualTo(new WorkerAnswer.Said(CLEAN));
            }
        }
    }

    @Test
    void endsWhatRunsBeforeItEndsAndBeginsNothing() throws Exception {
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        engine.says((request, deadline) -> {
            begun.countDown();
            end.await();
            return Finding.CLEAN;
        });
        var draining = ready(TOKEN);
        try (var client = client(draining, TOKEN)) {
            var running = scan(client);
            begun.await();
            var drained = threads.submit(() -> {
                draining.drain(LONG);
                return "gone";
            });
            await().atMost(LONG).until(() -> client.status(Scans.soon()).state() == WorkerState.DRAINING);
            assertThat(client.scan(Scans.clean(), Scans.soon())).isEqualTo(new WorkerAnswer.NoRoom());
            end.countDown();
            assertThat(running.get()).isEqualTo(new WorkerAnswer.Said(CLEAN));
            assertThat(drained.get()).isEqualTo("gone");
            assertThat(draining.status().state()).isEqualTo(WorkerState.GONE);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.status(Scans.soon()));
        }
    }

    @Test
    void cutsOffWhatDoesNotEndByTheDrainDeadline() throws Exception {
        var begun = new CountDownLatch(1);
        engine.says((request, deadline) -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return Finding.CLEAN;
        });
        var draining = ready(TOKEN);
        try (var client = client(draining, TOKEN)) {
            var running = scan(client);
            begun.await();
            draining.drain(Duration.ZERO);
            assertThat(running).failsWithin(LONG).withThrowableThat().withCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void saysWhyThereIsNoVerdict() throws Exception {
        try (var client = client(ready(TOKEN), TOKEN)) {
            engine.says((request, deadline) -> {
                throw new ScanException("scripted: is down");
            });
            assertThat(client.scan(Scans.clean(), Scans.soon()))
                    .isEqualTo(new WorkerAnswer.Failed("{\"error\":\"scripted: is down\"}"));
            engine.says((request, deadline) -> {
                throw new IllegalStateException("a fault");
            });
            assertThat(client.scan(Scans.clean(), Scans.soon()))
                    .isEqualTo(new WorkerAnswer.Failed("{\"error\":\"fault\"}"));
        }
    }

    @Test
    void makesRoomAgainWhenAScanEndsInAnError() throws Exception {
        engine.says((request, deadline) -> {
            throw new StackOverflowError("a scan's");
        });
        var started = ready(TOKEN);
        try (var client = client(started, TOKEN)) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.scan(Scans.clean(), Scans.soon()));
            assertThat(client.status(Scans.soon())).isEqualTo(new WorkerStatus(WorkerState.READY, 0, 2, ""));
        }
        started.drain(LONG);
        assertThat(started.status()).isEqualTo(new WorkerStatus(WorkerState.GONE, 0, 2, "it was told to end"));
    }

    @Test
    void isNotReadyWhenAnErrorEndsTheTriesOfItsEngines() throws Exception {
        engine.breaks();
        try (var client = client(start(TOKEN), TOKEN)) {
            await().dontCatchUncaughtExceptions()
                    .atMost(LONG)
                    .until(() -> client.status(Scans.soon())
                            .equals(new WorkerStatus(WorkerState.STARTING, 0, 2, "its engines are no longer tried")));
        }
    }

    @Test
    void tellsItsEnginesHowLongIsLeft() throws Exception {
        engine.says((request, deadline) ->
                Finding.of(Action.MARK, deadline.left().compareTo(Duration.ofSeconds(5)) <= 0 ? "short" : "long"));
        try (var client = client(ready(TOKEN), TOKEN)) {
            var five = Deadline.in(Duration.ofSeconds(5), System::nanoTime);
            assertThat(client.scan(Scans.clean(), five).toString()).contains("text=short");
            assertThat(client.scan(Scans.clean(), Scans.soon()).toString()).contains("text=long");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /status, Bearer t0ken, '', 200",
        "GET, /status, Bearer t0keN, '', 401",
        "GET, /status, t0ken, '', 401",
        "GET, /status, Bearer, '', 401",
        "POST, /scan, Bearer t0keN, '', 401",
        "GET, /scan, Bearer t0ken, '', 404",
        "GET, /, Bearer t0ken, '', 404",
        "POST, /scan, Bearer t0ken, '', 400",
        "POST, /scan, Bearer t0ken, not an octet of ours, 400",
    })
    void answersOnlyWhoShowsTheTokenAndAsksWell(String method, String path, String shown, String body, int status)
            throws Exception {
        var request = HttpRequest.newBuilder(uri(ready(TOKEN), "http").resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", shown)
                .build();
        try (var client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(status);
        }
    }

    @Test
    void letsInBeyondLoopbackOnlyWhoShowsACertificateItTrusts() throws Exception {
        var address = beyondLoopback();
        var relay = TestTls.make(directory, "relay", address);
        var theirs = TestTls.make(directory, "worker", address);
        var stranger = TestTls.make(directory, "stranger", address);
        var started = start(address.getHostAddress(), new Access.MutualTls(theirs.trusting(relay)));
        assertThat(started.awaitReady()).isTrue();
        try (var client = client(started, new Access.MutualTls(relay.trusting(theirs)));
                var unknown = client(started, new Access.MutualTls(stranger.trusting(theirs)));
                var nobody = client(started, new Access.MutualTls(theirs.trustedByAnyone()));
                var plain = new WorkerClient(uri(started, "http"), TOKEN);
                var deceived = client(started, new Access.MutualTls(relay.trusting(stranger)))) {
            assertThat(client.scan(Scans.clean(), Scans.soon())).isEqualTo(new WorkerAnswer.Said(CLEAN));
            for (var other : List.of(unknown, nobody, plain, deceived)) {
                assertThatExceptionOfType(IOException.class).isThrownBy(() -> other.status(Scans.soon()));
                assertThatExceptionOfType(IOException.class).isThrownBy(() -> other.scan(Scans.clean(), Scans.soon()));
            }
            assertThat(client.scan(Scans.clean(), Scans.soon())).isEqualTo(new WorkerAnswer.Said(CLEAN));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> settings("192.0.2.1", TOKEN));
    }

    /** An address of this machine that others reach it by; on one that has none, loopback's, where TLS is as good. */
    private static InetAddress beyondLoopback() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElseGet(InetAddress::getLoopbackAddress);
    }

    @Test
    void endsWithItsRelay() throws Exception {
        var parent = new ProcessBuilder("cat").start();
        var started = ready(TOKEN);
        started.endWith(parent.pid());
        parent.destroy();
        started.awaitEnd();
        assertThat(started.awaitReady()).isFalse();
    }

    @Test
    void endsAtOnceWhereItsRelayIsGoneAlready() throws Exception {
        var parent = new ProcessBuilder("true").start();
        parent.waitFor();
        var started = start(TOKEN);
        started.endWith(parent.pid());
        started.awaitEnd();
    }

    private Future<WorkerAnswer> scan(WorkerClient client) {
        return threads.submit(() -> client.scan(Scans.clean(), Scans.soon()));
    }

    private ScanWorker ready(Access access) throws Exception {
        var started = start(access);
        assertThat(started.awaitReady()).isTrue();
        return started;
    }

    private ScanWorker start(Access access) throws Exception {
        return start("127.0.0.1", access);
    }

    private ScanWorker start(String address, Access access) throws Exception {
        worker = Optional.of(
                ScanWorker.start(settings(address, access), new Engines(List.of(engine)), System::nanoTime));
        return worker.orElseThrow();
    }

    private WorkerSettings settings(String address, Access access) throws Exception {
        var any = new InetSocketAddress(InetAddress.getByName(address), 0);
        return new WorkerSettings(any, access, 2, LONG, directory);
    }

    private static WorkerClient client(ScanWorker worker, Access access) {
        return new WorkerClient(uri(worker, access.tls().isPresent() ? "https" : "http"), access);
    }

    private static URI uri(ScanWorker worker, String scheme) {
        var address = worker.address();
        return URI.create(scheme + "://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }
}
