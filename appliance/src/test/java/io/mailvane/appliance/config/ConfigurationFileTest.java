package io.mailvane.appliance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.outbound.TransportSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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
        assertThat(read.volume()).isEqualTo(folder.resolve("a/volume"));
        assertThat(read.partition()).isEqualTo(folder.resolve("a/volume/zone-a"));
        assertThat(read.http().address().getAddress().isLoopbackAddress()).isTrue();
        assertThat(read.http().address().getPort()).isEqualTo(8025);
        assertThat(read.queue().retry().expire()).isEqualTo(Duration.ofDays(5));
        assertThat(read.inbound().policy().networks()).isEmpty();
        assertThat(read.outbound().deliver()).isTrue();
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

    /** Line 9 is the first behind the good part. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        [nodes]                                        | node.toml:9: nodes = {...}: unknown key (did you mean node?)
        [queue]~retry = []                             | node.toml:10: queue.retry = []: must hold at least one
        [queue]~expire = "5 d"                         | node.toml:10: queue.expire = "5 d": must be a duration
        [queue]~expire = 5                             | node.toml:10: queue.expire = 5: must be text in quotes
        [queue]~keep-settled = -1                      | node.toml:10: queue.keep-settled = -1: must be a whole number
        [queue]~deliver = "no"                         | node.toml:10: queue.deliver = "no": must be true or false
        [limits]~message-size = "1 GB"                 | node.toml:10: limits.message-size = "1 GB": must be a size
        [limits]~recipients = 5                        | node.toml:10: limits.recipients = 5: must be a whole number from 100
        [http]~address = "8025"                        | node.toml:10: http.address = "8025": must be an address
        [http]~address = "0.0.0.0:8025"                | node.toml:10: http.address = "0.0.0.0:8025": beyond loopback a certificate
        [relay]~networks = ["10.0.0.1/8"]              | node.toml:10: relay.networks = ["10.0.0.1/8"]: item 1 is not a network
        [[listener]]~name = "mx"                       | node.toml:10: listener.mx.name = "mx": is used twice
        [[listener]]~name = "x"~role = "mz"            | node.toml:11: listener.x.role = "mz": must be one of mx, submission (did you mean mx?)
        [[peer]]~name = "b"~url = "http://192.0.2.1:1" | node.toml:9: peer.b: peer b: url must be https://
        [[transport]]~name = "t"~type = "smpt"         | node.toml:11: transport.t.type = "smpt": must be one of smtp, maildir, discard (did you mean smtp?)
        [[transport]]~name = "t"~type = "lmtp"         | node.toml:11: transport.t.type = "lmtp": is not in this version
        [[source]]~name = "a1"                         | node.toml:9: source
        [dnsbl]~catalogue = "shipped"                  | node.toml:10: dnsbl.catalogue = "shipped": blacklists are not in this version
        [scan]~engines = ["builtin"]                   | node.toml:10: scan.engines = ["builtin"]: scanning is not in this version
        [[relay-domain]]~domain = "a b"                | node.toml:10: relay-domain.a b.domain = "a b": must be a domain
        [[relay-domain]]~domain = "x.example"~recipients = "ask" | node.toml:11: relay-domain.x.example.recipients = "ask": is not in this version
        [direct]~enabled = false                       | node.toml:10: direct.enabled = false: false, and no smarthost
        [[smarthost]]~name = "s"~host = "h"~username = "u"~password-file = "no" | node.toml:13: smarthost.s.password-file = "no": there is no file
        [queue                                         | node.toml:9: Unexpected
        """)
    void saysWhatIsWrongAndWhere(String text, String problem) throws IOException {
        assertThatThrownBy(() -> read(GOOD + text.replace('~', '\n')))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .anySatisfy(line -> assertThat(line).startsWith(folder + "/" + problem)));
    }

    @Test
    void namesAllProblemsAtOnceInTheirOrder() {
        assertThatThrownBy(() -> read("[node]\nnme = \"x\"\ndrain = \"soon\"\n"))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems().stream()
                                        .map(line -> line.replaceAll(".*toml:(\\d+): (\\S+).*", "$1 $2")))
                                .containsExactly(
                                        "1 node.name:",
                                        "1 node.hostname:",
                                        "1 node.data:",
                                        "1 listener:",
                                        "2 node.nme",
                                        "3 node.drain"));
    }

    static Stream<String> samples() {
        return Stream.of("zone-a.toml", "zone-b.toml");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theSamplesOfUpAreGood(String sample) throws Exception {
        try (var text = Objects.requireNonNull(io.mailvane.appliance.Main.class.getResourceAsStream("cli/" + sample))) {
            assertThat(read(new String(text.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                            .outbound()
                            .relayDomains())
                    .containsOnlyKeys("shop.example");
        }
    }
}
