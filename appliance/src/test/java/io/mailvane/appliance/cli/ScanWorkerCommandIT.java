package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.ResultField;
import io.mailvane.mail.Secret;
import io.mailvane.mail.Verdict;
import io.mailvane.mail.Verdict.Action;
import io.mailvane.mail.Verdict.Reason;
import io.mailvane.mail.WorkerState;
import io.mailvane.scanning.Deadline;
import io.mailvane.scanning.PoolSettings;
import io.mailvane.scanning.ScanPool;
import io.mailvane.scanning.TestMessage;
import io.mailvane.scanning.WorkerSettings.Access;
import io.mailvane.scanning.WorkerView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A scan worker as a process of its own. */
class ScanWorkerCommandIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void scansForWhoHasTheTokenAndEndsAtSigterm() throws Exception {
        var worker = start();
        try (var pool = new ScanPool(PoolSettings.DEFAULT, new Access.Token(new Secret("t0ken")), System::nanoTime)) {
            pool.add("w1", URI.create(ready(worker)));
            await().atMost(SOON)
                    .until(() -> pool.workers().equals(List.of(new WorkerView("w1", WorkerState.READY, 0, ""))));
            assertThat(pool.scan(TestMessage.EICAR.request(), Deadline.in(SOON, System::nanoTime)))
                    .isEqualTo(new Verdict(
                            Action.REJECT,
                            List.of(new Reason("builtin", "EICAR test file")),
                            List.of(new ResultField("X-Mailvane-Scan", "builtin=rejected; EICAR test file"))));
        } finally {
            worker.destroy();
        }
        assertThat(worker.waitFor()).isZero();
    }

    @Test
    void endsWithItsNodeSoThatNoOrphanStays() throws Exception {
        var node = new ProcessBuilder("cat").start();
        var worker = start("--parent", Long.toString(node.pid()));
        assertThat(ready(worker)).startsWith("http://127.0.0.1:");
        node.destroyForcibly();
        assertThat(worker.waitFor()).isZero();
    }

    @Test
    void saysWhereItListensAndWhatItWaitsForWhileAnEngineIsDown() throws Exception {
        int closed = closedPort();
        var worker = start("--engine", "clamav=127.0.0.1:" + closed);
        try (var pool = new ScanPool(PoolSettings.DEFAULT, new Access.Token(new Secret("t0ken")), System::nanoTime)) {
            var line = worker.inputReader(StandardCharsets.UTF_8).readLine();
            var begin = "LISTENING worker=" + worker.pid() + " url=";
            assertThat(line).startsWith(begin);
            pool.add("w1", URI.create(line.substring(begin.length())));
            await().atMost(SOON)
                    .until(() -> pool.workers()
                            .equals(List.of(
                                    new WorkerView("w1", WorkerState.STARTING, 0, "clamav: Connection refused"))));
        } finally {
            worker.destroy();
        }
        assertThat(worker.waitFor()).isZero();
        assertThat(folder.resolve("worker.log"))
                .content()
                .contains("mailvane: not ready yet: clamav: Connection refused");
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--engine builtin | Say either --token-file, or --certificate, --key and --authority",
                "--engine spam --token-file F | --engine: 'spam' is none of builtin, rspamd, clamav",
                "--engine builtin --engine builtin --token-file F | --engine: engines: one at least, each once",
                "--engine builtin --token-file F --listen nowhere | --listen: 'nowhere' is not ADDRESS:PORT",
                "--engine builtin --token-file F --listen 192.0.2.1:1 | beyond loopback a worker asks for mutual TLS",
                "--engine builtin --token-file F --capacity 0 | capacity: at least 1",
                "--engine builtin --token-file F --longest 0 | longest: more than 0",
                "--engine builtin --token-file F --longest -5 | longest: more than 0",
                "--engine builtin --token-file F --drain -1 | drain: at least 0",
                "--engine builtin --token-file /dev/null | --token-file: '/dev/null' is empty",
                "--engine builtin --token-file F --spool /none | --spool: no file can be made in '/none'",
                "--engine builtin --token-file F --spool /proc | --spool: no file can be made in '/proc'",
            })
    void saysWhatIsWrong(String arguments, String sentence) throws Exception {
        var err = new ByteArrayOutputStream();
        var typed = ("scan-worker " + arguments.strip().replace(" F", " " + token())).split(" ");
        assertThat(Program.run(Terminal.of(new ByteArrayOutputStream(), err, Map.of()), typed))
                .isEqualTo(ExitStatus.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("mailvane: " + sentence + "\n");
    }

    private Process start(String... further) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.mailvane.appliance.Main",
                "scan-worker",
                "--engine",
                "builtin",
                "--token-file",
                token(),
                "--spool",
                folder.toString()));
        command.addAll(List.of(further));
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("worker.log").toFile())
                .start();
    }

    private String token() throws Exception {
        return Files.writeString(folder.resolve("token"), "t0ken\n").toString();
    }

    private String ready(Process worker) throws Exception {
        var line = worker.inputReader(StandardCharsets.UTF_8).readLine();
        var begin = "READY worker=" + worker.pid() + " url=";
        assertThat(line).as(Files.readString(folder.resolve("worker.log"))).startsWith(begin);
        return line.substring(begin.length());
    }
}
