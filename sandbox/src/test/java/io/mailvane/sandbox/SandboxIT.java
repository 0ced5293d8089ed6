package io.mailvane.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands over a sandbox that runs. */
class SandboxIT {
    private static final SandboxSettings.Ports ANY_FREE = new SandboxSettings.Ports(0, 0, 0, 0, 0);

    @TempDir
    Path home;

    private Surroundings surroundings;
    private SandboxSettings settings;
    private Sandbox sandbox;

    @BeforeEach
    void start() throws IOException {
        surroundings = surroundings(new StringWriter(), new StringWriter());
        settings = new SandboxSettings(surroundings.directory(), ANY_FREE, List.of("bl.test", "bl2.test"), List.of());
        sandbox = Sandbox.start(settings, surroundings);
    }

    @AfterEach
    void stop() throws IOException {
        sandbox.close();
    }

    private Surroundings surroundings(StringWriter out, StringWriter err) {
        return new Surroundings(
                InputStream.nullInputStream(),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                Map.of("MAILVANE_HOME", home.toString()),
                () -> Instant.EPOCH,
                () -> 0);
    }

    /** What a command printed and ended with, as STATUS OUTPUT ERRORS. */
    private String command(String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        int status = SandboxCommands.run(surroundings(out, err), words);
        return (status + " " + out + err).strip().replace(System.lineSeparator(), "\n");
    }

    private String asked(String name, String type) throws IOException {
        return new DnsQuestions(address(sandbox.announcement().blacklist())).await(name, type);
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(
                InetAddress.ofLiteral(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    @Test
    void listsAndDelistsForAllThatAsk() throws IOException {
        assertThat(command("list", "203.0.113.11")).isEqualTo("0 203.0.113.11 is listed in bl.test as 127.0.0.2");
        assertThat(asked("11.113.0.203.bl.test", "A")).isEqualTo("NOERROR A 127.0.0.2");
        assertThat(asked("11.113.0.203.bl2.test", "A")).isEqualTo("NXDOMAIN soa bl2.test.");
        assertThat(command("delist", "203.0.113.11")).isEqualTo("0 203.0.113.11 is not listed in bl.test any more");
        assertThat(asked("11.113.0.203.bl.test", "A")).isEqualTo("NXDOMAIN soa bl.test.");
    }

    @Test
    void listsWithCodesAndReasonInAnotherZone() throws IOException {
        assertThat(command(
                        "list",
                        "::ffff:203.0.113.11",
                        "127.0.0.3",
                        "127.0.0.9",
                        "--zone",
                        "BL2.test",
                        "--reason",
                        "a & b=c"))
                .isEqualTo("0 203.0.113.11 is listed in bl2.test as 127.0.0.3, 127.0.0.9");
        assertThat(asked("11.113.0.203.bl2.test", "A")).isEqualTo("NOERROR A 127.0.0.3 A 127.0.0.9");
        assertThat(asked("11.113.0.203.bl2.test", "TXT")).isEqualTo("NOERROR TXT \"a & b=c\"");
    }

    @Test
    void jsonIsTheAnswerOfTheControl() {
        assertThat(List.of(
                        command("list", "203.0.113.11", "--json"),
                        command("delist", "203.0.113.11", "--json"),
                        command("answer", "bl.test", "parked", "--json")))
                .containsExactly(
                        "0 {\"zone\":\"bl.test\",\"ip\":\"203.0.113.11\",\"listed\":true,\"codes\":[\"127.0.0.2\"],"
                                + "\"reason\":\"203.0.113.11 is listed by the sandbox\"}",
                        "0 {\"zone\":\"bl.test\",\"ip\":\"203.0.113.11\",\"listed\":false,\"codes\":[\"127.0.0.2\"],"
                                + "\"reason\":null}",
                        "0 {\"target\":\"bl.test\",\"answer\":\"parked 198.51.100.80\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list 203.0.113.999              | 2 mailvane sandbox: 203.0.113.999 is not an IP address",
                "list 203.0.113.11 listed        | 2 mailvane sandbox: listed is not an IP address",
                "list 203.0.113.11 --zone x.test | 1 mailvane sandbox: there is no x.test here",
                "list 203.0.113.11 --zone test   | 1 mailvane sandbox: test is not a blacklist",
                "delist 203.0.113.11             | 1 mailvane sandbox: 203.0.113.11 is not listed in bl.test",
                "answer bl.test sulk             | 2 mailvane sandbox: it is one of: normal",
                "answer mx reply Go              | 2 mailvane sandbox: Go is not a reply that refuses",
                "answer mx mute --phase lunch    | 2 mailvane sandbox: lunch is no phase",
                "list                            | 2 Missing required parameter",
                "dance                           | 2 Unmatched argument",
            })
    void aCommandThatCannotBeDoneSaysWhy(String words, String said) {
        assertThat(command(words.split(" "))).startsWith(said);
    }

    @Test
    void theReceiversObeyAndTheStatusTellsAll() throws IOException {
        assertThat(command("answer", "mx", "refuse-address", "203.0.113.11"))
                .isEqualTo("0 mx answers now: refuse-address 203.0.113.11");
        command("answer", "resolver", "slow", "1");
        try (var client = new SmtpClient(address(sandbox.announcement().mx()), "127.0.0.11")) {
            client.talk("EHLO out1.example", "MAIL FROM:<>", "RCPT TO:<you@elsewhere.example>");
        }
        try (var client = new SmtpClient(address(sandbox.announcement().smarthost()), "127.0.0.11")) {
            client.talk("EHLO mx-a.example", "MAIL FROM:<>", "RCPT TO:<you@elsewhere.example>", "DATA", "x\r\n.");
        }
        assertThat(command("status").replaceAll("last     \\S+", "last     ID"))
                .contains("resolver   " + sandbox.announcement().dns() + "  slow 1\n")
                .contains(
                        "zone       bl.test  normal, 0 questions\n  listed   127.0.0.2  127.0.0.2  The test point of this list\n")
                .endsWith("mx         " + sandbox.announcement().mx() + "  accept, 0 kept, 1 refusals\n"
                        + "  refuses  127.0.0.11  550 5.7.1 Service unavailable; Client host [203.0.113.11] blocked using bl.test\n"
                        + "smarthost  " + sandbox.announcement().smarthost() + "  accept, 1 kept, 0 refusals\n"
                        + "  last     ID from 127.0.0.11 (seen as 203.0.113.11) as mx-a.example");
    }

    @Test
    void aPortThatIsTakenIsNamedAndNothingStaysBehind() throws IOException {
        int taken = address(sandbox.announcement().smarthost()).getPort();
        var other = home.resolve("other");
        var clash =
                new SandboxSettings(other, new SandboxSettings.Ports(0, 0, 0, taken, 0), List.of("bl.test"), List.of());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Sandbox.start(clash, surroundings))
                .withMessage("127.0.0.1:" + taken + " is taken by another program");
        Sandbox.start(new SandboxSettings(other, ANY_FREE, List.of("bl.test"), List.of()), surroundings)
                .close();
    }

    @Test
    void nothingIsTakenFromWhoDoesNotKnowTheToken() throws IOException {
        var token = settings.directory().resolve("run/control.token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
                .isEqualTo("rw-------");
        assertThat(List.of(
                        status("GET", "/status", "Bearer wrong"),
                        status("POST", "/list?ip=203.0.113.11", ""),
                        status("GET", "/list?ip=203.0.113.11", "Bearer " + Files.readString(token)),
                        status("GET", "/else", "Bearer " + Files.readString(token))))
                .containsExactly(401, 401, 405, 404);
    }

    private int status(String method, String path, String authorization) throws IOException {
        var connection = (HttpURLConnection)
                URI.create("http://" + sandbox.announcement().control() + path)
                        .toURL()
                        .openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", authorization);
        return connection.getResponseCode();
    }

    @Test
    void withoutASandboxACommandSaysHowToStartOne() throws IOException {
        sandbox.close();
        assertThat(command("status"))
                .isEqualTo("3 mailvane sandbox: no sandbox runs in " + surroundings.directory()
                        + "; \"mailvane up\" starts one");
    }

    @Test
    void everyCommandHasHelp() {
        assertThat(List.of("run", "list", "delist", "answer", "status"))
                .allSatisfy(
                        name -> assertThat(command(name, "--help")).startsWith("0 Usage: mailvane sandbox " + name));
        assertThat(command()).startsWith("0 Usage: mailvane sandbox");
    }
}
