package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTlsIT {
    private static final String IMPROPER = "503 5.5.0 Improper use of SMTP command pipelining";
    private static final String CONTENT = "a: b\r\n\r\nbody\r\n.\r\n";

    @TempDir
    static Path shared;

    private static TestCertificate certificate;

    @TempDir
    Path directory;

    private ServerKit kit;

    /** For all: it takes half a second. */
    @BeforeAll
    static void certify() throws Exception {
        certificate = TestCertificate.make(shared, "EC");
    }

    @BeforeEach
    void start() throws Exception {
        kit = new ServerKit(
                directory.resolve("queue"),
                Limits.DEFAULT,
                Optional.of(PemTls.context(certificate.certificate(), certificate.key())));
    }

    @AfterEach
    void stop() throws IOException {
        kit.close();
    }

    private void startTls(Talk talk, SSLContext client) throws IOException {
        assertThat(talk.ask("STARTTLS")).isEqualTo("220 2.0.0 Go ahead");
        talk.use(handshake(talk, client));
    }

    private static SSLSocket handshake(Talk talk, SSLContext client) throws IOException {
        var secured = (SSLSocket) client.getSocketFactory().createSocket(talk.socket(), "localhost", 25, true);
        var parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    @Test
    void takesMailOverTlsAndSaysSoInTheTrace() throws Exception {
        try (var talk = kit.connect()) {
            talk.reply();
            assertThat(talk.send("EHLO client.example\r\n").wholeReply()).contains("STARTTLS");
            startTls(talk, certificate.client());
            assertThat(talk.send("EHLO client.example\r\n").wholeReply()).doesNotContain("STARTTLS");
            talk.envelope().ask("DATA");
            assertThat(talk.ask("a: b\r\n\r\n.")).startsWith("250 2.0.0");
            assertThat(talk.ask("QUIT")).startsWith("221");
            assertThat(talk.reply()).isEmpty();
        }
        try (var content = kit.queue.content(kit.take().orElseThrow().id())) {
            assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("(using TLSv1.3 TLS_", "with ESMTPS id");
        }
    }

    /** Nothing that was said in clear text counts behind it (RFC 3207 section 4.2). */
    @Test
    void beginsAnew() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            startTls(talk, certificate.client());
            assertThat(talk.ask("RCPT TO:<you@shop.example>")).startsWith("503");
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("503");
            assertThat(talk.ask("STARTTLS")).startsWith("503 5.5.1");
            talk.ask("EHLO client.example");
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("250");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"N", "MAIL FROM:<me@example.org>\r\n", "EHLO evil.example\r\nMAIL FROM:<>\r\n"})
    void endsTheSessionWhenCommandsFollowInClearText(String injected) throws Exception {
        try (var talk = kit.connect().greet()) {
            assertThat(talk.send("STARTTLS\r\n" + injected).reply()).startsWith("421 4.7.0");
            assertThat(talk.reply()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOOP\r\n", "\u0016\u0003\u0001\u0000\u0005hello", ""})
    void endsTheSessionWhenNoHandshakeFollows(String instead) throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.ask("STARTTLS");
            talk.send(instead);
            talk.socket().shutdownOutput();
            assertThat(talk.socket().getInputStream().readAllBytes())
                    .satisfies(octets -> assertThat(new String(octets, StandardCharsets.ISO_8859_1))
                            .doesNotContain("250"));
        }
        try (var next = kit.connect().greet()) {
            assertThat(next.ask("NOOP")).startsWith("250");
        }
    }

    @Test
    void keepsNothingOfContentThatTheEndOfTlsCutsOff() throws Exception {
        try (var talk = kit.connect().greet()) {
            startTls(talk, certificate.client());
            talk.ask("EHLO client.example");
            talk.envelope().ask("DATA");
            talk.send("a: b\r\n\r\nhalf");
            ((SSLSocket) talk.socket()).shutdownOutput();
            assertThat(talk.reply()).isEmpty();
        }
        assertThat(kit.queue.counts().total()).isZero();
    }

    private Corked connect() throws IOException {
        return new Corked(Objects.requireNonNull(kit.server.addresses().get("mx")));
    }

    private Talk securedOver(Corked socket) throws IOException {
        var talk = new Talk(socket).greet();
        startTls(talk, certificate.client());
        return talk;
    }

    private static void corkBehindEnvelope(Talk talk, Corked socket) throws IOException {
        talk.ask("EHLO client.example");
        talk.envelope();
        socket.cork();
    }

    /** Each in a record of its own, of which only the first was decrypted when the command is read. */
    @Test
    void takesNoContentThatComesBeforeThe354() throws Exception {
        try (var socket = connect();
                var talk = securedOver(socket)) {
            corkBehindEnvelope(talk, socket);
            talk.send("DATA\r\n").send(CONTENT);
            socket.uncork();
            assertThat(talk.reply()).isEqualTo(IMPROPER);
            assertThat(talk.reply()).isEmpty();
        }
        assertThat(kit.queue.counts().total()).isZero();
    }

    @Test
    void takesNothingBehindACommandBeforePipeliningWasOffered() throws Exception {
        try (var socket = connect();
                var talk = securedOver(socket)) {
            socket.cork();
            talk.send("EHLO client.example\r\n").send("MAIL FROM:<me@example.org>\r\n");
            socket.uncork();
            assertThat(talk.reply()).isEqualTo(IMPROPER);
            assertThat(talk.reply()).isEmpty();
        }
    }

    /** TLS itself has something to say at times (RFC 8446 section 4.6.3), which is no word of the client's. */
    @Test
    void takesAKeyUpdateForNothingThatWasSaid() throws Exception {
        try (var socket = connect();
                var talk = securedOver(socket)) {
            corkBehindEnvelope(talk, socket);
            talk.send("DATA\r\n");
            int command = socket.kept();
            ((SSLSocket) talk.socket()).startHandshake();
            assertThat(socket.kept()).isGreaterThan(command);
            socket.uncork();
            assertThat(talk.reply()).startsWith("354");
            assertThat(talk.send(CONTENT).reply()).startsWith("250 2.0.0 Ok");
        }
        assertThat(kit.contentBehindTrace(kit.take().orElseThrow().id())).isEqualTo("a: b\r\n\r\nbody\r\n");
    }

    @Test
    void seesWhatFollowsAKeyUpdate() throws Exception {
        try (var socket = connect();
                var talk = securedOver(socket)) {
            corkBehindEnvelope(talk, socket);
            talk.send("DATA\r\n");
            ((SSLSocket) talk.socket()).startHandshake();
            talk.send(CONTENT);
            socket.uncork();
            assertThat(talk.reply()).isEqualTo(IMPROPER);
        }
        assertThat(kit.queue.counts().total()).isZero();
    }

    /** What it says is known when it is whole; then nothing of it is lost. */
    @Test
    void waitsForNoRecordThatHasOnlyBegun() throws Exception {
        try (var socket = connect();
                var talk = securedOver(socket)) {
            corkBehindEnvelope(talk, socket);
            talk.send("DATA\r\n").send(CONTENT);
            socket.uncorkBut(7);
            assertThat(talk.reply()).startsWith("354");
            socket.uncork();
            assertThat(talk.reply()).startsWith("250 2.0.0 Ok");
        }
        assertThat(kit.contentBehindTrace(kit.take().orElseThrow().id())).isEqualTo("a: b\r\n\r\nbody\r\n");
    }

    @Test
    void saysALastWordUnderTlsToAClientThatIsSilent() throws Exception {
        var moment = Duration.ofMillis(800);
        var tls = PemTls.context(certificate.certificate(), certificate.key());
        try (var impatient = new ServerKit(
                        directory.resolve("impatient"), ServerKit.impatient(moment, moment, moment), Optional.of(tls));
                var talk = impatient.connect().greet()) {
            startTls(talk, certificate.client());
            assertThat(talk.reply()).startsWith("421 4.4.2");
            assertThat(talk.reply()).isEmpty();
        }
    }

    @Test
    void takesNoArgument() throws Exception {
        try (var talk = kit.connect().greet()) {
            assertThat(talk.ask("STARTTLS now")).startsWith("501 5.5.4");
            assertThat(talk.ask("NOOP")).startsWith("250");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "Ed25519"})
    void readsKeysOfOtherAlgorithms(String algorithm) throws Exception {
        var other = TestCertificate.make(directory, algorithm);
        var tls = Optional.of(PemTls.context(other.certificate(), other.key()));
        try (var server = new ServerKit(directory.resolve("other"), Limits.DEFAULT, tls);
                var talk = server.connect().greet()) {
            startTls(talk, other.client());
            assertThat(talk.ask("NOOP")).startsWith("250");
        }
    }

    @Test
    void saysWhatIsWrongWithAPemFile() throws Exception {
        var empty = Files.writeString(directory.resolve("empty.pem"), "");
        assertThatThrownBy(() -> PemTls.context(certificate.certificate(), empty))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("BEGIN PRIVATE KEY");
        assertThatThrownBy(() -> PemTls.context(empty, certificate.key())).isInstanceOf(GeneralSecurityException.class);
        var other = TestCertificate.make(directory, "RSA");
        assertThatThrownBy(() -> PemTls.context(other.certificate(), certificate.key()))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessage("the key is not the certificate's");
    }
}
