package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code ./mailvane up}, as the README says it. Its ports are fixed: where one is taken, the tests are skipped by its name. */
@ResourceLock(SamplePair.LOCK)
@Order(1)
class UpIT {
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final String FLOOD = "./mailvane bench --flood";
    private static final String WORKERS = "./mailvane workers";
    private static final List<Integer> PORTS = SamplePair.PORTS;

    @TempDir
    static Path directory;

    private static Installation installed;
    private static Path home;

    @BeforeAll
    static void install() throws IOException {
        installed = Installation.fresh(directory.resolve("installed"));
        home = installed.home();
    }

    @BeforeEach
    void needPorts() {
        SamplePair.needPorts();
    }

    private @Nullable Process up;

    private Process up(String name) throws IOException {
        var started = installed.start(name, Map.of(), "up");
        up = started;
        await().atMost(DEADLINE).until(() -> installed.output(name).contains("Ctrl-C") || !started.isAlive());
        return started;
    }

    @AfterEach
    void stop() {
        if (up != null) {
            // The nodes end with it, also when it waits for them in vain.
            up.destroy();
            up.onExit().join();
        }
    }

    @Test
    void printsWhatTheReadmePromises() throws Exception {
        up("up");

        assertThat(installed.output("up"))
                .isEqualTo("""
                READY node=zone-a smtp=127.0.0.1:2525 http=127.0.0.1:8025
                READY node=zone-b smtp=127.0.0.1:2526 http=127.0.0.1:8026

                Two nodes take mail for shop.example:
                  zone-a   SMTP 127.0.0.1:2525   pages http://127.0.0.1:8025/
                  zone-b   SMTP 127.0.0.1:2526   pages http://127.0.0.1:8026/
                What they relay ends up in the maildirs below HOME/var/maildir
                Their logs are var/zone-a/log and var/zone-b/log.

                Around them a sandbox plays the world, on loopback alone; its log is var/sandbox/log:
                  resolver 127.0.0.1:5300   blacklist bl.test 127.0.0.1:5301
                  MX of elsewhere.example 127.0.0.1:2599   smarthost 127.0.0.1:2587
                  What these two take ends up in the maildirs below var/sandbox; ./mailvane sandbox --help steers it.

                Send a message, from another terminal:
                  ./mailvane send --to 127.0.0.1:2525 me@example.org you@shop.example
                  swaks --server 127.0.0.1:2525 --from me@example.org --to you@shop.example

                See what a blacklist does to mail, and look at http://127.0.0.1:8025/reputation meanwhile:
                  ./mailvane sandbox list 203.0.113.11
                  ./mailvane send --to 127.0.0.1:2525 me@shop.example you@elsewhere.example
                  ./mailvane route explain me@shop.example you@elsewhere.example
                  ./mailvane sandbox delist 203.0.113.11

                See scan workers come with much mail and go after it, at http://127.0.0.1:8025/workers too:
                  ./mailvane bench --flood

                Ctrl-C finishes what runs and stops all.
                """.replace("HOME", home.toRealPath().toString()));
    }

    @Test
    void itsLinesSendMailToEitherZoneAndCtrlCEndsAllWell() throws Exception {
        var arrived = Maildir.of(home.resolve("var"), "shop.example", "you");
        int before = arrived.messages().size();
        var running = up("up");
        var nodes = running.descendants().collect(Collectors.toSet());

        for (var line : installed.output("up").lines().toList()) {
            if (line.startsWith("  ./mailvane send ") || (line.startsWith("  swaks ") && isInstalled("swaks"))) {
                Programs.shell(home, line);
                Programs.shell(home, line.replace("127.0.0.1:2525", "127.0.0.1:2526"));
            }
        }

        int sent = isInstalled("swaks") ? 4 : 2;
        await().atMost(DEADLINE).until(() -> arrived.messages().size() == before + sent);
        // A message arrives before it is settled.
        await().atMost(DEADLINE)
                .until(() -> Programs.output(home, "./mailvane queue list --state settled --sender me@example.org")
                        .contains("me@example.org -> you@shop.example"));

        new ProcessBuilder("kill", "-INT", Long.toString(running.pid())).start().waitFor();

        assertThat(running.waitFor(DEADLINE)).isTrue();
        assertThat(running.exitValue()).isZero();
        assertThat(nodes).isNotEmpty().noneMatch(ProcessHandle::isAlive);
        assertThat(PORTS).allMatch(SamplePair::isFree);
        assertThat(home.resolve("var/zone-a/run/node.json")).doesNotExist();
        assertThat(home.resolve("var/zone-b/run/node.json")).doesNotExist();
    }

    @Test
    void aFloodShowsWorkersComeDrainAndGoAsTheReadmeSays() throws Exception {
        assertThat(Files.readString(Path.of("../README.md"))).contains("\n" + FLOOD + " ", "\n" + WORKERS + " ");
        up("up");

        var shown = Programs.output(home, FLOOD);

        assertThat(shown).contains(" w1 ").doesNotContain("stay: ./mailvane workers");
        assertThat(Files.readString(home.resolve("var/zone-a/log")))
                .contains(Stream.of("starting", "ready", "draining", "gone")
                        .map(state -> "state=" + state + " ")
                        .toList());
        assertThat(Programs.output(home, WORKERS)).startsWith("wanted 0: nothing is to be scanned");
        await().atMost(DEADLINE)
                .until(
                        () -> Programs.output(home, "./mailvane queue counts"),
                        counts -> counts.matches("(?s)total +0\\n.*"));
        assertThat(Maildir.of(home.resolve("var"), "shop.example", "you").messages())
                .isNotEmpty()
                .allMatch(mail -> mail.lines().limit(2).anyMatch("X-Mailvane-Scan: builtin=clean"::equals));
    }

    private static boolean isInstalled(String program) {
        return Files.isExecutable(Path.of("/usr/bin", program));
    }

    @Test
    void startsAgainOnWhatItLeftBehind() throws Exception {
        assertThat(stopped(up("first"))).isZero();

        assertThat(stopped(up("second"))).isZero();

        assertThat(installed.output("second")).startsWith("READY node=zone-a ").isEqualTo(installed.output("first"));
        assertThat(installed.errors("second")).isEmpty();
        assertThat(filesOutside("var"))
                .containsExactly(
                        "appliance/target/mailvane/lib",
                        "appliance/target/mailvane/mailvane.aot",
                        "bench",
                        "mailvane",
                        "sandbox/target/sandbox/lib",
                        "sandbox/target/sandbox/sandbox.aot");
    }

    @Test
    void endsTheNodesOfOneThatWasKilledBeforeItStartsThemAnew() throws Exception {
        var first = up("first");
        var left = first.children().map(ProcessHandle::pid).collect(Collectors.toSet());
        var second = installed.start("second", Map.of(), "up");
        assertThat(second.waitFor()).isEqualTo(1);
        assertThat(installed.errors("second"))
                .isEqualTo(
                        "mailvane: the node of %s/var/zone-a.toml is up already, by process %d: Ctrl-C there, or kill %2$d, ends it\n"
                                .formatted(home.toRealPath(), first.pid()));
        first.destroyForcibly().waitFor();

        up("third");

        assertThat(installed
                        .output("third")
                        .lines()
                        .limit(4)
                        .map(line -> line.replaceAll("process \\d+", "process PID")))
                .containsExactly(
                        "The node of HOME/var/zone-a.toml still runs, as process PID, since its up was killed: it ends first."
                                .replace("HOME", home.toRealPath().toString()),
                        "The node of HOME/var/zone-b.toml still runs, as process PID, since its up was killed: it ends first."
                                .replace("HOME", home.toRealPath().toString()),
                        "READY node=zone-a smtp=127.0.0.1:2525 http=127.0.0.1:8025",
                        "READY node=zone-b smtp=127.0.0.1:2526 http=127.0.0.1:8026");
        assertThat(left.stream().flatMap(pid -> ProcessHandle.of(pid).stream())).noneMatch(ProcessHandle::isAlive);
    }

    private static int stopped(Process running) throws InterruptedException {
        running.destroy();
        return running.waitFor();
    }

    private Set<String> filesOutside(String folder) throws IOException {
        try (var files = Files.walk(home)) {
            return files.filter(file -> !Files.isDirectory(file, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .map(file -> home.relativize(file).toString())
                    .filter(file -> !file.startsWith(folder + "/"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void listensOnLoopbackAloneAndTalksToNobodyElse() throws Exception {
        var running = up("up");
        Programs.shell(home, "./mailvane send --to 127.0.0.1:2525 me@example.org them@shop.example");

        var processes = Stream.concat(Stream.of(running.toHandle()), running.descendants())
                .map(ProcessHandle::pid)
                .toList();
        var sockets = SocketTable.of(processes);

        var expected = new TreeSet<>(Set.of(sandboxControl()));
        PORTS.forEach(port -> expected.add("127.0.0.1:" + port));
        // A scan worker came with the message, at a port that was free.
        assertThat(sockets.listening()).containsAll(expected).allMatch(socket -> socket.startsWith("127.0.0.1:"));
        assertThat(sockets.peers()).allMatch(peer -> peer.startsWith("127.0.0."));
    }

    private static String sandboxControl() throws IOException {
        return new ObjectMapper()
                .readTree(home.resolve("var/sandbox/run/sandbox.json").toFile())
                .path("control")
                .asText();
    }

    @Test
    void aPortThatIsTakenIsNamedAndNothingStaysBehind() throws Exception {
        try (var other = new ServerSocket(2526, 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();
            var running = up("up");

            assertThat(running.waitFor()).isEqualTo(1);
            assertThat(installed.errors("up")).contains("127.0.0.1:2526");
            assertThat(running.descendants()).isEmpty();
        }
        assertThat(PORTS).allMatch(SamplePair::isFree);
    }
}
