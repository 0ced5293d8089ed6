package io.mailvane.appliance.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.Main;
import io.mailvane.outbound.TransportSettings;
import io.mailvane.scanning.NoWorker;
import io.mailvane.storage.GlusterSettings;
import io.mailvane.storage.VolumeSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationFileTest {
    private static final String GOOD = """
            [node]
            name = "zone-a"
            hostname = "mx-a.example"
            data = "a"
            [[listener]]
            name = "mx"
            role = "mx"
            address = "127.0.0.1:0"
            """;

    @TempDir
    Path folder;

    private Configuration read(String text) throws IOException, ConfigurationException {
        return ConfigurationFile.read(Files.writeString(folder.resolve("node.toml"), text), List.of());
    }

    @Test
    void hasADefaultForAllButTheNodeAndAListener() throws Exception {
        var read = read(GOOD);

        assertThat(read.node().data()).isEqualTo(folder.resolve("a"));
        assertThat(read.node().drain()).isEqualTo(Duration.ofSeconds(30));
        assertThat(read.node().postmaster()).hasToString("postmaster@mx-a.example");
        assertThat(read.volume())
                .isEqualTo(new Configuration.Volume(
                        folder.resolve("a/volume"),
                        new StorageSettings(
                                StorageSettings.Type.LOCAL,
                                Optional.empty(),
                                VolumeSettings.DEFAULT,
                                GlusterSettings.DEFAULT),
                        Duration.ofSeconds(10)));
        assertThat(read.http().address().getAddress().isLoopbackAddress()).isTrue();
        assertThat(read.http().address().getPort()).isEqualTo(8025);
        assertThat(read.queue().retry().expire()).isEqualTo(Duration.ofDays(5));
        assertThat(read.inbound().policy().networks()).isEmpty();
        assertThat(read.outbound().deliver()).isTrue();
    }

    private static final String SOURCE = """
            [[source]]
            name = "a1"
            local = "127.0.0.11"
            public = "203.0.113.11"
            """;

    @Test
    void eachSourceIsLookedAtForTheDomainsThatSendAndForThePortIfSomebodyIsNamed() throws Exception {
        var named = read(GOOD + SOURCE + """
                [direct]
                port = 2599
                probe = ["mx1.example", "198.51.100.1:25"]
                [routing]
                sender-domains = ["Shop.example"]
                """);
        assertThat(named.outbound().direct().probe())
                .extracting(Object::toString)
                .containsExactly("mx1.example:2599", "198.51.100.1:25");
        assertThat(named.dnsbl().sources()).singleElement().satisfies(source -> {
            assertThat(source.senders()).containsExactly("shop.example");
            assertThat(source.unprobed()).isEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'', direct.probe names nobody",
        "'[queue]\ndeliver = false\n[direct]\nprobe = [\"mx1.example\"]\n', queue.deliver is false",
        "'[direct]\nenabled = false\nprobe = [\"mx1.example\"]\n[[smarthost]]\nname = \"s\"\nhost = \"s.example\"\n',"
                + " direct.enabled is false",
    })
    void wherePort25IsNotTriedItSaysWhy(String text, String why) throws Exception {
        assertThat(read(GOOD + SOURCE + text).dnsbl().sources().getFirst().unprobed())
                .contains(why);
    }

    @Test
    void warnsOfWhatNoSourceNeedsBeforeItsFirstMail() throws Exception {
        var asked = """
                [direct]
                probe = ["mx1.example"]
                [routing]
                sender-domains = ["shop.example"]
                """;
        assertThat(read(GOOD + asked).warnings())
                .containsExactly(
                        folder + "/node.toml:12: routing.sender-domains = [\"shop.example\"]: is not used: there is no"
                                + " [[source]] that their SPF records could let send",
                        folder
                                + "/node.toml:10: direct.probe = [\"mx1.example:25\"]: is not used: there is no [[source]]"
                                + " that is not admitted");
        assertThat(read(GOOD + SOURCE + "admitted = true\n" + asked).warnings())
                .containsExactly(folder + "/node.toml:15: direct.probe = [\"mx1.example:25\"]: is not used: there is no"
                        + " [[source]] that is not admitted");
        assertThat(read(GOOD + SOURCE + asked).warnings()).isEmpty();
    }

    @Test
    void aLifetimeMayEndBeforeTheFirstRetry() throws Exception {
        var schedule = read(GOOD + "[queue]\nretry = [\"5m\"]\nexpire = \"1m\"\n")
                .queue()
                .retry();
        assertThat(schedule.next(Instant.EPOCH, 1, Instant.EPOCH)).contains(Instant.ofEpochSecond(60));
    }

    @Test
    void aPasswordIsReadFromItsFileAndNeverShown() throws Exception {
        Files.writeString(folder.resolve("secret"), "s3same\n");

        var read = read(GOOD + """
                [[smarthost]]
                name = "sh1"
                host = "smtp.example:587"
                tls = "verify"
                username = "u"
                password-file = "secret"
                """);

        var credentials = read.outbound().smarthosts().getFirst().smtp().credentials();
        assertThat(credentials.map(TransportSettings.Credentials::password).map(p -> p.reveal()))
                .contains("s3same");
        assertThat(read.toString()).doesNotContain("s3same");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tls = \"may\"", "tls = \"none\""})
    void aPasswordIsSaidOnlyToWhoHasProvedItsName(String tls) throws Exception {
        Files.writeString(folder.resolve("secret"), "s3same\n");
        var smarthost = "[[smarthost]]\nname = \"s\"\nhost = \"h\"\nusername = \"u\"\npassword-file = \"secret\"\n";

        var read = read(GOOD + smarthost + tls + "\n");

        assertThat(read.outbound().smarthosts().getFirst().smtp().credentials()).isEmpty();
        assertThat(read.warnings())
                .containsExactly(
                        folder + "/node.toml:12: smarthost.s.username = \"u\": is not used: a password is said only"
                                + " with tls = \"verify\"");
    }

    @Test
    void aFileOfAuthoritiesHoldsCertificates() throws IOException {
        var smarthost = GOOD + "[[smarthost]]\nname = \"s\"\nhost = \"h\"\ntls = \"verify\"\nca-file = \"ca.pem\"\n";
        Files.writeString(folder.resolve("ca.pem"), "");
        assertThat(problems(smarthost))
                .containsExactly(
                        "13: smarthost.s.ca-file = \"ca.pem\": there is no certificate in " + folder + "/ca.pem");
        Files.writeString(folder.resolve("ca.pem"), "nothing of the kind\n");
        assertThat(problems(smarthost))
                .containsExactly("13: smarthost.s.ca-file = \"ca.pem\": there are no certificates to read in " + folder
                        + "/ca.pem");
    }

    /** Line 9 is the first behind the good part; where two things are wrong, both are named. */
    @ParameterizedTest
    @MethodSource("wrong")
    void saysWhatIsWrongAndWhere(String text, List<String> problems) throws IOException {
        assertThat(problems(GOOD + text))
                .isEqualTo(problems.stream()
                        .map(problem -> problem.replace("FOLDER", folder.toString()))
                        .toList());
    }

    /** A line each: what follows the good part, {@code ~} for a line end; the problems, between them {@code &&}. */
    static Stream<Arguments> wrong() throws IOException {
        var lines =
                resource(ConfigurationFileTest.class, "problems.txt").lines().toList();
        return lines.stream().map(line -> {
            var halves = line.split(" \\| ");
            return Arguments.of(halves[0].replace('~', '\n'), List.of(halves[1].split(" && ")));
        });
    }

    private static String resource(Class<?> beside, String name) throws IOException {
        try (var text = Objects.requireNonNull(beside.getResourceAsStream(name))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void namesAllProblemsAtOnceInTheirOrder() throws IOException {
        assertThat(problems("[node]\nnme = \"x\"\ndrain = \"soon\"\n"))
                .containsExactly(
                        "1: node.name: is missing",
                        "1: node.hostname: is missing",
                        "1: node.data: is missing",
                        "1: listener: at least one [[listener]] is needed",
                        "2: node.nme = \"x\": unknown key (did you mean name?)",
                        "3: node.drain = \"soon\": must be a duration such as \"5s\", \"30m\", \"12h\" or \"5d\"");
    }

    @Test
    void showsNoSecretThatStandsInTheFileByMistake() throws IOException {
        Files.writeString(folder.resolve("empty"), "\n");
        var smarthost = GOOD + "[[smarthost]]\nname = \"s\"\nhost = \"h\"\n";
        assertThat(problems(smarthost + "password = \"s3same\"\n"))
                .containsExactly("12: smarthost.s.password = \"***\": unknown key; known: "
                        + "name, host, daily-quota, connections, tls, ca-file, username, password-file, order");
        assertThat(problems(smarthost + "pasword-file = \"s3same\"\n"))
                .containsExactly(
                        "12: smarthost.s.pasword-file = \"s3same\": unknown key (did you mean password-file?)");
        assertThat(problems(smarthost + "password = s3same\n")).containsExactly("12: this line is not TOML");
        assertThat(problems(smarthost + "username = \"u\"\npassword-file = \"empty\"\ntls = \"verify\"\n"))
                .containsExactly(
                        "13: smarthost.s.password-file = \"empty\": the first line of " + folder + "/empty is empty");
        assertThat(problems(GOOD + "[[peer]]\nname = \"b\"\nurl = \"https://me:s3same@b.example\"\n"))
                .containsExactly("11: peer.b.url = \"https://***@b.example\": must hold no user, query or fragment");
        assertThat(problems(GOOD + "[[peer]]\nname = \"b\"\nurl = \"https://me:s3same@b example\"\n"))
                .containsExactly(
                        "11: peer.b.url = \"https://***@b example\": must be http://HOST:PORT or https://HOST:PORT");
    }

    @Test
    void saysWhatIsNoTable() throws IOException {
        assertThat(problems(
                        "queue = 1\npeer = [1, { name = \"b\", url = \"http://127.0.0.1:1\" }]\nhttp = []\n" + GOOD))
                .containsExactly(
                        "1: queue = 1: must be a table: [queue]",
                        "2: peer = [1, {...}]: must be tables: [[peer]]",
                        "3: http = []: must be a table: [http]");
    }

    @Test
    void saysThatTheFileIsMissingOrNoText() throws IOException {
        assertThat(problemsOf(folder.resolve("absent.toml")))
                .containsExactly(folder + "/absent.toml:1: there is no such file");
        var binary = Files.write(folder.resolve("binary.toml"), new byte[] {(byte) 0xff, 0});
        assertThat(problemsOf(binary)).containsExactly(binary + ":1: is not UTF-8 text");
        assertThat(problemsOf(folder)).containsExactly(folder + ":1: cannot be read: Is a directory");
    }

    /** Each with its reason: whoever copies the documentation's file learns what this version does not do. */
    @Test
    void refusesWhatIsToComeByItsName() throws IOException {
        assertThat(problems(GOOD + """
                        [aws]
                        region = "eu-central-1"
                        [takeover]
                        by = "hand"
                        """))
                .containsExactly(
                        "9: aws = {...}: is not in this version", "11: takeover = {...}: is not in this version");
    }

    @Test
    void readsWhatTheVolumeIsOn() throws Exception {
        var storage = read(GOOD + """
                        [storage]
                        type = "glusterfs"
                        mount = "srv"
                        low-space = "1GiB"
                        low-inodes = 5000
                        interval = "1s"
                        deadline = "20s"
                        force-interval = "1m"
                        slow-force = "250ms"
                        gluster = { program = "/opt/gluster", interval = "1m", deadline = "20s" }
                        """).volume().storage();

        assertThat(storage)
                .isEqualTo(new StorageSettings(
                        StorageSettings.Type.GLUSTERFS,
                        Optional.of(folder.resolve("srv")),
                        new VolumeSettings(
                                1L << 30,
                                3L << 29,
                                5000,
                                Duration.ofMillis(250),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(20),
                                Duration.ofMinutes(1)),
                        new GlusterSettings("/opt/gluster", Duration.ofMinutes(1), Duration.ofSeconds(20))));
    }

    @Test
    void findsEveryFaultOfWhatTheVolumeIsOn() throws IOException {
        assertThat(problems(GOOD + """
                        [storage]
                        type = "ebs"
                        mout = "srv"
                        low-space = "2GiB"
                        enough-space = "1GiB"
                        low-inodes = -1
                        interval = "10ms"
                        gluster = { program = "", deadlin = "1s" }
                        """))
                .containsExactly(
                        "10: storage.type = \"ebs\": is not in this version; known: glusterfs, local",
                        "11: storage.mout = \"srv\": unknown key (did you mean mount?)",
                        "13: storage.enough-space = \"1GiB\": must not be below low-space",
                        "14: storage.low-inodes = -1: must be a whole number from 0 to 1000000000",
                        "15: storage.interval = \"10ms\": must be at least \"1s\"",
                        "16: storage.gluster.program = \"\": must not be empty",
                        "16: storage.gluster.deadlin = \"1s\": unknown key (did you mean deadline?)");
    }

    @Test
    void readsHowMailIsScanned() throws Exception {
        assertThat(read(GOOD).scan())
                .isEqualTo(new ScanSettings(
                        List.of(),
                        NoWorker.QUEUE,
                        Duration.ofMinutes(1),
                        new ScanSettings.Workers(ScanSettings.Driver.PROCESS, 0, 2, Duration.ofMinutes(1), 8)));
        assertThat(read(GOOD + """
                        [scan]
                        engines = ["builtin", "rspamd=http://127.0.0.1:11333", "clamav=/run/clamav/clamd.ctl"]
                        no-worker = "pass-marked"
                        deadline = "20s"
                        workers = { driver = "process", min = 1, max = 4, idle = "90s", capacity = 16 }
                        """).scan())
                .isEqualTo(new ScanSettings(
                        List.of("builtin", "rspamd=http://127.0.0.1:11333", "clamav=/run/clamav/clamd.ctl"),
                        NoWorker.PASS_MARKED,
                        Duration.ofSeconds(20),
                        new ScanSettings.Workers(ScanSettings.Driver.PROCESS, 1, 4, Duration.ofSeconds(90), 16)));
        assertThat(read(GOOD + "[scan]\nno-worker = \"tempfail\"\n")
                        .scan()
                        .workers()
                        .min())
                .isEqualTo(1);
        assertThat(read(GOOD + "[scan]\nno-worker = \"pass-marked\"\nworkers = { max = 0 }\n")
                        .scan()
                        .workers()
                        .min())
                .isZero();
        assertThat(read(GOOD + "[scan]\nworkers = { min = 5 }\n")
                        .scan()
                        .workers()
                        .max())
                .isEqualTo(5);
    }

    @Test
    void warnsWhereNoWorkerMayRunAndMailNeedsOne() throws Exception {
        var scan = GOOD + "[scan]\nengines = [\"builtin\"]\nno-worker = \"queue\"\nworkers = { max = 0 }\n";
        assertThat(read(scan).warnings())
                .containsExactly(folder
                        + "/node.toml:12: scan.workers.max = 0: no worker may run, and with no-worker = \"queue\""
                        + " no mail leaves unless released");
        assertThat(read(scan.replace("queue", "tempfail")).warnings())
                .containsExactly(folder + "/node.toml:12: scan.workers.max = 0: no worker may run, and with no-worker ="
                        + " \"tempfail\" no mail is taken");
        assertThat(read(scan.replace("queue", "pass-marked")).warnings()).isEmpty();
        assertThat(read(scan.replace("\"builtin\"", "")).warnings()).isEmpty();
        assertThat(read(scan.replace("max = 0", "max = 1")).warnings()).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithScanning() throws IOException {
        assertThat(problems(GOOD + """
                        [scan]
                        engines = ["builtin", "rspamd", "clamav=localhost:3310", "spamassassin"]
                        no-worker = "ques"
                        deadline = "10m"
                        workers = { driver = "ec2", min = 3, max = 2, idle = "10ms", capacitty = 8 }
                        """))
                .containsExactly(
                        "10: scan.engines = [\"builtin\", \"rspamd\", \"clamav=localhost:3310\", \"spamassassin\"]: item 2:"
                                + " rspamd=http://HOST:PORT says where rspamd's normal worker is, with ?max-message=50MiB"
                                + " behind it what that takes; item 3: clamav=ADDRESS:PORT or clamav=/SOCKET says where"
                                + " clamd is; item 4: 'spamassassin' is none of builtin, rspamd, clamav",
                        "11: scan.no-worker = \"ques\": must be one of pass-marked, queue, tempfail (did you mean queue?)",
                        "12: scan.deadline = \"10m\": must be at most \"5m\": clients do not wait longer",
                        "13: scan.workers.driver = \"ec2\": is not in this version; known: process",
                        "13: scan.workers.idle = \"10ms\": must be at least \"1s\"",
                        "13: scan.workers.capacitty = 8: unknown key (did you mean capacity?)",
                        "13: scan.workers.min = 3: must not be above max, which is 2");
        assertThat(problems(GOOD + "[scan]\nengines = [\"clamav=127.0.0.1:1\", \"clamav=127.0.0.1:2\"]\n"))
                .containsExactly(
                        "10: scan.engines = [\"clamav=127.0.0.1:1\", \"clamav=127.0.0.1:2\"]: must not name one twice");
    }

    @Test
    void showsEverySettingInForceWithoutSecrets() throws Exception {
        Files.writeString(folder.resolve("secret"), "s3same\n");
        var inForce = read(GOOD + """
                        [limits]
                        message-size = "1536KiB"
                        [relay]
                        networks = ["10.0.0.0/8"]
                        [[relay-domain]]
                        domain = "Shop.Example"
                        recipients = ["b@shop.example", "A@shop.example"]
                        [[relay-domain]]
                        domain = "Grün.example"
                        recipients = ["info@grün.example"]
                        [[smarthost]]
                        name = "sh1"
                        host = "smtp.example:587"
                        tls = "verify"
                        username = "u"
                        password-file = "secret"
                        """).inForce();
        assertThat(inForce)
                .containsEntry("node.data", "\"" + folder + "/a\"")
                .containsEntry("queue.retry", "[\"5m\", \"10m\", \"20m\", \"40m\", \"1h\"]")
                .containsEntry("limits.message-size", "\"1536KiB\"")
                .containsEntry("limits.recipients", "1000")
                .containsEntry("relay.networks", "[\"10.0.0.0/8\"]")
                .containsEntry("relay-domain.shop.example.recipients", "[\"a@shop.example\", \"b@shop.example\"]")
                .containsEntry("relay-domain.xn--grn-ioa.example.recipients", "[\"info@xn--grn-ioa.example\"]")
                .containsEntry("relay-domain.shop.example.transport", "none")
                .containsEntry("listener.mx.role", "\"mx\"")
                .containsEntry("smarthost.sh1.password-file", "\"***\"");
        assertThat(inForce.toString()).doesNotContain("s3same");
    }

    private List<String> problems(String text) throws IOException {
        var file = Files.writeString(folder.resolve("node.toml"), text);
        return problemsOf(file).stream()
                .map(line -> line.substring(file.toString().length() + 1))
                .toList();
    }

    private static List<String> problemsOf(Path file) {
        try {
            ConfigurationFile.read(file, List.of());
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems();
        }
    }

    static Stream<String> samples() {
        return Stream.of("zone-a.toml", "zone-b.toml");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theSamplesOfUpAreGood(String sample) throws Exception {
        assertThat(read(resource(Main.class, "cli/" + sample)).outbound().relayDomains())
                .containsOnlyKeys("shop.example");
    }
}
