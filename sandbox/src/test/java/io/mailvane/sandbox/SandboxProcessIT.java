package io.mailvane.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program as the launcher runs it. */
class SandboxProcessIT {
    @TempDir
    Path home;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void killWhatIsLeft() {
        processes.forEach(process -> process.destroyForcibly().onExit().join());
    }

    private Process launch(String... words) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target/sandbox/lib").toRealPath() + "/*",
                "io.mailvane.sandbox.SandboxMain"));
        command.addAll(List.of(words));
        var builder =
                new ProcessBuilder(command).redirectError(home.resolve("err").toFile());
        builder.environment().put("MAILVANE_HOME", home.toString());
        var process = builder.start();
        processes.add(process);
        return process;
    }

    private Process launchSandbox(String... more) throws IOException {
        var words = new ArrayList<>(
                List.of("run", "--dns-port", "0", "--blacklist-port", "0", "--mx-port", "0", "--smarthost-port", "0"));
        words.addAll(List.of(more));
        return launch(words.toArray(String[]::new));
    }

    private static String firstLine(Process process) throws IOException {
        return String.valueOf(new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine());
    }

    private Path announcement() {
        return home.resolve("var/sandbox/run/sandbox.json");
    }

    @Test
    void saysWhereItIsTakesCommandsAndEndsAtSigterm() throws IOException, InterruptedException {
        var sandbox = launchSandbox();
        var ready = firstLine(sandbox);
        var announced = Json.read(Files.readString(announcement()));
        assertThat(ready)
                .isEqualTo("READY sandbox dns=%s blacklist=%s mx=%s smarthost=%s control=%s"
                        .formatted(
                                announced.path("dns").asText(),
                                announced.path("blacklist").asText(),
                                announced.path("mx").asText(),
                                announced.path("smarthost").asText(),
                                announced.path("control").asText()));
        assertThat(announced.path("pid").asLong()).isEqualTo(sandbox.pid());
        var list = launch("list", "203.0.113.11");
        assertThat(firstLine(list)).isEqualTo("203.0.113.11 is listed in bl.test as 127.0.0.2");
        assertThat(list.waitFor()).isZero();
        sandbox.destroy();
        assertThat(sandbox.waitFor()).isZero();
        assertThat(announcement()).doesNotExist();
    }

    @Test
    void attachedItOutlivesCtrlCAndEndsWithItsInput() throws IOException, InterruptedException {
        var sandbox = launchSandbox("--attached");
        assertThat(firstLine(sandbox)).startsWith("READY sandbox ");
        new ProcessBuilder("kill", "-INT", Long.toString(sandbox.pid())).start().waitFor();
        var status = launch("status");
        assertThat(firstLine(status)).startsWith("resolver ");
        assertThat(status.waitFor()).isZero();
        sandbox.getOutputStream().close();
        assertThat(sandbox.waitFor()).isZero();
        assertThat(announcement()).doesNotExist();
    }

    @Test
    void aSecondOneEndsWithTheFirstOnesNumber() throws IOException, InterruptedException {
        var first = launchSandbox();
        firstLine(first);
        assertThat(launchSandbox().waitFor()).isEqualTo(1);
        assertThat(home.resolve("err"))
                .hasContent("mailvane sandbox: a sandbox runs in " + home.resolve("var/sandbox")
                        + " already, as process " + first.pid());
    }

    @Test
    void aKilledOneLeavesNothingInTheWay() throws IOException {
        var killed = launchSandbox();
        firstLine(killed);
        killed.destroyForcibly().onExit().join();
        assertThat(firstLine(launchSandbox())).startsWith("READY sandbox ");
    }
}
