package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.node.Node;
import io.mailvane.appliance.node.NodeText;
import io.mailvane.appliance.node.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands, typed at a node that takes mail and keeps it. */
class ProgramIT {
    static final String KEEPING = NodeText.PLAIN + """
            [queue]
            deliver = false
            [[relay-domain]]
            domain = "shop.example"
            transport = "local"
            [[transport]]
            name = "local"
            type = "maildir"
            """;

    @TempDir
    Path folder;

    private Path config;
    private Node node;
    private String smtp;
    private String url;
    private Map<String, String> environment = Map.of();

    /** What a command printed, ids and times replaced, and how it ended. */
    private record Ended(int status, String out, String err) {}

    @BeforeEach
    void start() throws Exception {
        start(KEEPING);
    }

    private void start(String text) throws Exception {
        config = Files.writeString(folder.resolve("node.toml"), text);
        node = Node.start(config);
        var ready = node.readyLine().split("[ =]");
        smtp = ready[4];
        url = "http://" + ready[6];
        environment = Map.of("MAILVANE_CONFIG", config.toString());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Ended run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = Program.run(Terminal.of(out, err, environment), arguments);
        return new Ended(status, steady(out), steady(err));
    }

    private static String steady(ByteArrayOutputStream text) {
        return text.toString(StandardCharsets.UTF_8)
                .replaceAll("\\b[0-9A-V]{16}\\b", "QID")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME");
    }

    private String sendOne() {
        var out = new ByteArrayOutputStream();
        Program.run(Terminal.of(out, out, environment), "send", "--to", smtp, "me@example.org", "you@shop.example");
        return out.toString(StandardCharsets.UTF_8).strip().replaceAll("(?s).* ", "");
    }

    /** Told to end before it was there: it leaves no trace. */
    @Test
    void beginsNoNodeAfterASignal() throws Exception {
        var stop = new StopSignal();
        stop.give();
        var out = new ByteArrayOutputStream();
        var other =
                Files.writeString(Files.createDirectory(folder.resolve("other")).resolve("node.toml"), KEEPING);

        assertThat(Program.run(Terminal.of(out, out, environment), stop, "run", "--config", other.toString()))
                .isZero();

        assertThat(other.resolveSibling("data")).doesNotExist();
    }

    /** It waits for its volume, here for the note of which one it was, and what comes then is no news to who stopped it. */
    @Test
    void endsWellWhereItsStartFailsAfterASignal() throws Exception {
        var other = Files.writeString(
                Files.createDirectories(folder.resolve("other/data")).resolveSibling("node.toml"), KEEPING);
        var pipe = other.resolveSibling("data").resolve("volume.id");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        var stop = new StopSignal();
        var out = new ByteArrayOutputStream();
        var running = new FutureTask<>(
                () -> Program.run(Terminal.of(out, out, environment), stop, "run", "--config", other.toString()));
        Thread.ofPlatform().start(running);
        try (var note = Files.newOutputStream(pipe)) {
            stop.give();
            note.write("no note".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(running.get()).as(out.toString(StandardCharsets.UTF_8)).isEqualTo(ExitStatus.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void saysWhatTheServerSaidToEachRecipient() {
        assertThat(run("send", "--to", smtp, "<>", "you@shop.example"))
                .isEqualTo(
                        new Ended(0, "<you@shop.example>: 250 2.1.5 Recipient ok\n250 2.0.0 Ok: queued as QID\n", ""));
        var half = run("send", "--to", smtp, "me@example.org", "you@shop.example", "you@other.example");
        assertThat(half.status()).isEqualTo(1);
        assertThat(half.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("<you@shop.example>: 250 "),
                        line -> assertThat(line).startsWith("<you@other.example>: 550 "),
                        line -> assertThat(line).isEqualTo("250 2.0.0 Ok: queued as QID"));
    }

    @Test
    void saysThatAServersNameIsNotKnown() {
        assertThat(run("send", "--to", "nobody.invalid", "me@example.org", "you@shop.example"))
                .isEqualTo(new Ended(
                        3, "", "mailvane: nobody.invalid:25: nobody.invalid: no address is known of this name\n"));
    }

    @Test
    void datesItsTestMessageAsRfc5322Does() {
        var date = run("queue", "export", sendOne())
                .out()
                .lines()
                .filter(line -> line.startsWith("Date: "))
                .toList();

        assertThat(date).singleElement().asString().matches("Date: [A-Z][a-z]{2}, .* \\+0000");
    }

    @Test
    void saysThatNothingIsScannedWhereNoEngineIsConfigured() {
        assertThat(run("workers"))
                .isEqualTo(new Ended(0, "wanted 0: no engine is configured: nothing is scanned\n", ""));
        assertThat(run("workers", "--json"))
                .isEqualTo(new Ended(
                        0,
                        "{\"wanted\":0,\"why\":\"no engine is configured: nothing is scanned\",\"workers\":[]}\n",
                        ""));
    }

    @Test
    void listsAndShowsWhatIsQueued() {
        assertThat(run("queue", "list")).isEqualTo(new Ended(0, "", ""));
        var qid = sendOne();
        assertThat(run("queue", "list").out()).matches("QID  active +\\d+  TIME  me@example.org -> you@shop.example\n");
        assertThat(run("queue", "show", qid).out().replaceAll("\\d+ octets", "N octets"))
                .isEqualTo("""
                        message   QID, active
                        from      me@example.org
                        received  TIME from localhost[127.0.0.1]
                        size      N octets

                        to        you@shop.example, active, next attempt TIME
                          not tried yet
                        """);
        assertThat(run("queue", "counts").out()).isEqualTo("""
                        total        1
                        to-scan      0
                        active       1
                        deferred     0
                        held         0
                        quarantined  0
                        recipients   1
                        oldest       TIME
                        """);
    }

    @Test
    void movesWhatIsQueued() {
        var qid = sendOne();
        assertThat(run("queue", "hold", qid)).isEqualTo(new Ended(0, "1 matched, 1 changed\n", ""));
        assertThat(run("queue", "release", "--state", "held", "--dry-run"))
                .isEqualTo(new Ended(0, "1 matched, 0 changed\n", ""));
        assertThat(run("queue", "delete", "--json", qid))
                .isEqualTo(new Ended(0, "{\"matched\":1,\"changed\":1}\n", ""));
        assertThat(run("queue", "hold", "--domain", "other.example"))
                .isEqualTo(new Ended(1, "0 matched, 0 changed\n", ""));
        assertThat(run("queue", "hold"))
                .isEqualTo(new Ended(
                        2, "", "mailvane: name messages by QID, or by --sender, --recipient, --domain, --state\n"));
    }

    @Test
    void saysOfAMessageThatLostAPartWhyItIsHeldAndNotReleased() throws Exception {
        var damaged = sendOne();
        var sound = sendOne();
        run("queue", "hold", sound);
        node.close();
        damageFirst(folder.resolve("data/volume/zone-a"));
        start(KEEPING);
        var size = octetsOfTheDamaged();
        var why = "its content is damaged: of " + size + " octets only the first 0 are left";

        assertThat(run("queue", "show", damaged).out()).endsWith("to        you@shop.example, held\n  " + why + "\n");
        assertThat(run("queue", "release", damaged))
                .isEqualTo(new Ended(
                        1,
                        "",
                        "mailvane: mail that lost a part of its content cannot be released: what is left of it, "
                                + "\"queue salvage\" writes to a file\n  QID is not released: " + why + "\n"));
        assertThat(run("queue", "release", "--state", "held"))
                .isEqualTo(new Ended(0, "2 matched, 1 changed, 1 damaged and not released\n", ""));
        assertThat(run("queue", "export", damaged))
                .isEqualTo(new Ended(1, "", "mailvane: " + why + "; \"queue salvage\" writes them to a file\n"));
    }

    /** As the list says it. */
    private long octetsOfTheDamaged() {
        var shown = run("queue", "list", "--state", "held", "--json").out();
        return Long.parseLong(shown.replaceAll("(?s).*damaged: of (\\d+) octets.*", "$1"));
    }

    /** The header of the first message's content, which a start reads. */
    private static void damageFirst(Path partition) throws IOException {
        try (var files = Files.list(partition)) {
            var segment = files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            var octets = Files.readAllBytes(segment);
            octets[200] ^= 1;
            Files.write(segment, octets);
        }
    }

    @Test
    void saysOfEachMessageThatWaitsForItsScanThatItIsNotHeld() throws Exception {
        var active = sendOne();
        node.close();
        start(KEEPING + "[scan]\nengines = [\"builtin\"]\nworkers = { max = 0 }\n");
        var waiting = sendOne();
        var why = "mail that is to-scan cannot be held: it cannot leave before its verdict, and can be held then\n";

        assertThat(run("queue", "hold", waiting))
                .isEqualTo(new Ended(1, "", "mailvane: " + why + "  QID is not held: it is to-scan\n"));
        assertThat(run("queue", "hold", waiting, active))
                .isEqualTo(new Ended(
                        1,
                        "2 matched, 1 changed, 1 to-scan and not held\n",
                        "mailvane: QID is not held: it is to-scan\n"));
        assertThat(run("queue", "hold", "--domain", "shop.example"))
                .isEqualTo(new Ended(0, "2 matched, 0 changed, 1 to-scan and not held\n", ""));
        assertThat(run("queue", "hold", "--state", "to-scan")).isEqualTo(new Ended(1, "", "mailvane: " + why));
    }

    @Test
    void saysOfEachMessageThatIsNotThereThatItIsNotAndDoesTheRest() throws Exception {
        var there = sendOne();
        assertThat(run("queue", "hold", there, "NOPE"))
                .isEqualTo(new Ended(
                        1,
                        "1 matched, 1 changed\n",
                        "mailvane: NOPE: no message has this queue id, or it was settled long ago\n"));
        assertThat(run("queue", "release", there)).isEqualTo(new Ended(0, "1 matched, 1 changed\n", ""));
    }

    @Test
    void refusesWhatIsNotThereOrNotUnderstood() {
        assertThat(run("queue", "show", "0000000000000000"))
                .isEqualTo(new Ended(1, "", "mailvane: no message has this queue id, or it was settled long ago\n"));
        assertThat(run("queue", "list", "--state", "lost"))
                .isEqualTo(new Ended(
                        2,
                        "",
                        "mailvane: unknown state lost; known: to-scan active deferred held quarantined settled\n"));
        assertThat(run("qeue").status()).isEqualTo(2);
        assertThat(run("queue").err()).startsWith("Say what to do with the queue\n");
    }

    @Test
    void explainsARouteAndTheNode() {
        assertThat(run("route", "explain", "me@example.org", "you@shop.example"))
                .isEqualTo(new Ended(0, """
                        send by local, provider local
                          eligible     local, host, T0
                            transport of the relay domain
                        """, ""));
        assertThat(run("route", "explain", "me@example.org", "you@shop.example", "--class", "bulk")
                        .out())
                .startsWith("send by local, provider local\n");
        assertThat(run("route", "explain", "me@example.org", "you@shop.example", "--class", "first"))
                .isEqualTo(new Ended(2, "", "mailvane: unknown class first; known: urgent normal bulk\n"));
        assertThat(run("node", "status"))
                .isEqualTo(new Ended(
                        0, "node zone-a in zone a: accepting\npartition zone-a, epoch 1, lease until TIME\n", ""));
        assertThat(run("node", "reload")).isEqualTo(new Ended(0, "reload: done\n", ""));
    }

    @Test
    void findsItsNodeByOptionsThenByTheEnvironment() throws Exception {
        var token = folder.resolve("data/run/admin.token").toString();
        var wrong = Files.writeString(folder.resolve("wrong.token"), "wrong\n").toString();
        environment = Map.of("MAILVANE_HOME", folder.toString(), "MAILVANE_URL", "http://127.0.0.1:9");
        assertThat(run("queue", "counts").status()).isEqualTo(3);
        assertThat(run("queue", "counts", "--config", config.toString()).status())
                .isZero();
        assertThat(run("node", "reload", "--url", url).status()).isEqualTo(1);
        assertThat(run("node", "reload", "--url", url, "--token-file", token).status())
                .isZero();
        assertThat(run("queue", "counts", "--url", url, "--token-file", folder + "/none"))
                .isEqualTo(new Ended(2, "", "mailvane: the token file: " + folder + "/none: there is no such file\n"));
        environment = Map.of("MAILVANE_URL", url, "MAILVANE_TOKEN_FILE", token);
        assertThat(run("node", "reload").status()).isZero();
        assertThat(run("node", "reload", "--token-file", wrong))
                .isEqualTo(new Ended(1, "", "mailvane: this is not the token of this node\n"));
    }

    @Test
    void namesTheProblemsOfAConfiguration() throws IOException {
        assertThat(run("check", "--config", config.toString())).isEqualTo(new Ended(0, "ok\n", ""));
        var bad = Files.writeString(folder.resolve("bad.toml"), KEEPING + "prt = 1\n");
        assertThat(run("check", "--config", bad.toString()))
                .isEqualTo(new Ended(78, "", bad + ":22: transport.local.prt = 1: unknown key (did you mean path?)\n"));
        assertThat(run("check", "--json", "--config", bad.toString()))
                .isEqualTo(new Ended(
                        78,
                        "{\"problems\":[\"" + bad
                                + ":22: transport.local.prt = 1: unknown key (did you mean path?)\"],\"warnings\":[]}\n",
                        ""));
        assertThat(run("check", "--json", "--config", config.toString()))
                .isEqualTo(new Ended(0, "{\"problems\":[],\"warnings\":[]}\n", ""));
        var odd = Files.writeString(
                folder.resolve("odd.toml"), KEEPING + "[scan]\nengines = [\"builtin\"]\nworkers = { max = 0 }\n");
        assertThat(run("check", "--config", odd.toString()))
                .isEqualTo(new Ended(
                        0,
                        "ok\n",
                        odd + ":24: scan.workers.max = 0: no worker may run, and with no-worker = \"queue\" no mail"
                                + " leaves unless released (a warning)\n"));
        assertThat(run("queue", "counts", "--config", bad.toString()).status()).isEqualTo(78);
        assertThat(run("run", "--config", config.toString()).status()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "ftp://x", "http://", "http:///queue", "http://a b", "://"})
    void takesNoUrlThatCanNameNoNode(String wrong) {
        assertThat(run("queue", "counts", "--url", wrong))
                .isEqualTo(new Ended(
                        2, "", "mailvane: a node's URL is http://HOST:PORT or https://HOST:PORT, not " + wrong + "\n"));
    }

    @Test
    void tellsAFaultOfItsOwnInOneSentenceAndItsPlaceWhenAsked() {
        environment = Map.of();
        assertThat(run("rehearse", config.toString()))
                .isEqualTo(new Ended(
                        70,
                        "",
                        "mailvane: a fault of its own: java.nio.file.FileAlreadyExistsException: " + config
                                + " (MAILVANE_DEBUG=1 shows where)\n"));
        environment = Map.of("MAILVANE_DEBUG", "1");
        assertThat(run("rehearse", config.toString()).err())
                .startsWith("mailvane: a fault of its own: java.nio.file.FileAlreadyExistsException: " + config + "\n")
                .contains("at io.mailvane.appliance.cli.RehearseCommand.call(");
    }

    @Test
    void everyCommandExplainsItself() {
        assertThat(run().out()).contains("up ", "run ", "check ", "send ", "queue ", "route ", "node ");
        for (var command : Commands.all(Program.commands(Terminal.of(System.out, System.err, Map.of()), "--help"))) {
            var words = command.split(" ");
            var arguments = Arrays.copyOf(words, words.length + 1);
            arguments[words.length] = "--help";
            var help = run(arguments);
            assertThat(help.status()).as(command).isZero();
            assertThat(help.out()).as(command).startsWith("Usage: mailvane " + command);
        }
    }
}
