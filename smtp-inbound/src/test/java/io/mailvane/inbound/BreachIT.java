package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All clients here are trusted, as a browser in the relay networks is. */
class BreachIT {
    private static final String TRUSTED = "127.0.0.2";
    private static final String ENVELOPE = "MAIL FROM:<spam@evil.example>\r\nRCPT TO:<victim@other.example>\r\n";
    private static final String CONTENT = "Subject: from a web page\r\n\r\nspam\r\n.\r\n";
    private static final String DIALOGUE = "EHLO evil.example\r\n" + ENVELOPE + "DATA\r\n" + CONTENT + "QUIT\r\n";
    private static final String IMPROPER = "503 5.5.0 Improper use of SMTP command pipelining";

    @TempDir
    Path directory;

    private ServerKit kit;

    @BeforeEach
    void start() throws IOException {
        kit = new ServerKit(directory);
    }

    @AfterEach
    void stop() throws IOException {
        kit.close();
    }

    private Talk greeted() throws IOException {
        var talk = kit.connectFrom(TRUSTED);
        assertThat(talk.reply()).isEqualTo("220 mx.test ESMTP Mailvane");
        return talk;
    }

    private void assertEnded(Talk talk, String lastWord) throws IOException {
        assertThat(talk.reply()).isEqualTo(lastWord);
        assertThat(talk.reply()).isEmpty();
        assertThat(kit.queue.counts().total()).isZero();
    }

    @Test
    void relaysNothingThatABrowserPosts() throws Exception {
        try (var talk = greeted()) {
            talk.send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 200\r\nsec-ch-ua-mobile: ?0\r\n"
                    + "Content-Type: text/plain;charset=UTF-8\r\nOrigin: http://evil.example\r\n\r\n\r\n" + DIALOGUE);
            assertEnded(talk, "421 4.7.0 SMTP is spoken here, closing");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1",
                "POST / HTTP/1.1",
                "PUT / HTTP/1.1",
                "HEAD / HTTP/1.1",
                "DELETE / HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "CONNECT mx.test:25 HTTP/1.1",
                "PATCH / HTTP/1.1",
                "TRACE / HTTP/1.1",
                "get /",
                "Host: 127.0.0.1",
                "Host:127.0.0.1",
                "Host\t: 127.0.0.1",
                "Host\tx: 127.0.0.1",
                "GET\t/ HTTP/1.1",
                "Mail-Reply-To: me@example.org",
                "MAIL-FROM:<me@example.org>",
                "xMAIL:<me@example.org>",
                "Data: x",
                "DATA\t: x",
                "BDAT:5 LAST",
                "POST:/",
                "sec-ch-ua-mobile: ?0",
                "From: <me@example.org>",
                "Received: by mx.test"
            })
    void endsASessionOfAnotherProtocolAtItsFirstLine(String line) throws Exception {
        try (var talk = greeted()) {
            talk.ask("EHLO client.example");
            talk.send(line + "\r\n");
            assertEnded(talk, "421 4.7.0 SMTP is spoken here, closing");
        }
    }

    /** A mistake, and no other protocol. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "MAIL\tFROM:<me@example.org> -> 501 5.5.4",
                "mail\tfrom:<me@example.org> -> 501 5.5.4",
                "MAILFROM:<me@example.org> -> 500 5.5.1",
                "MAIL:<me@example.org> -> 500 5.5.1",
                "RCPT:<you@shop.example> -> 500 5.5.1",
                "RCPTTO:<you@shop.example> -> 500 5.5.1",
                "RCPT\tTO:<you@shop.example> -> 503 5.5.1",
                "HELO:client.example -> 500 5.5.1",
                "EHLO\tclient.example -> 501 5.5.2",
                "QUIT: -> 500 5.5.1",
                "QUIT\tnow -> 501 5.5.4",
                "RSET\tnow -> 501 5.5.4",
                "DATA\tnow -> 501 5.5.4",
                "STARTTLS\tnow -> 501 5.5.4",
            })
    void answersAVerbOfSmtpThatIsWronglyDelimitedAndGoesOn(String line, String reply) throws Exception {
        try (var talk = greeted()) {
            talk.ask("EHLO client.example");
            assertThat(talk.ask(line)).startsWith(reply);
            assertThat(talk.ask("NOOP")).startsWith("250");
        }
    }

    /** Its content may follow, and none of it may be taken for commands. */
    @Test
    void endsASessionAtAChunkWhoseSizeStandsBehindATab() throws Exception {
        try (var talk = greeted()) {
            talk.ask("EHLO client.example");
            talk.send("BDAT\t5 LAST\r\n" + ENVELOPE);
            assertEnded(talk, "501 5.5.4 Syntax: BDAT size [LAST]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {DIALOGUE, "POST / HTTP/1.1\r\n", "\u0016\u0003\u0001", "\r\n"})
    void doesNotGreetWhoSpeaksFirst(String spoken) throws Exception {
        try (var listening = new ServerSocket(0, 1, InetAddress.getByName(TRUSTED));
                var talk = new Talk((InetSocketAddress) listening.getLocalSocketAddress())) {
            talk.send(spoken);
            var accepted = listening.accept();
            await().until(() -> accepted.getInputStream().available() == spoken.length());
            kit.server.admit(accepted, ServerKit.mx());
            assertEnded(talk, "554 5.5.0 The greeting is to be waited for");
        }
    }

    @Test
    void takesNoContentThatComesBeforeThe354() throws Exception {
        try (var talk = greeted()) {
            talk.ask("EHLO client.example");
            talk.send(ENVELOPE + "DATA\r\n" + CONTENT);
            assertThat(talk.reply()).startsWith("250 2.1.0");
            assertThat(talk.reply()).startsWith("250 2.1.5");
            assertEnded(talk, IMPROPER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATA", "DATA\t", "DATA now", "DATA\tnow"})
    void takesContentForNoCommandsWhereDataIsRefused(String data) throws Exception {
        try (var talk = greeted()) {
            talk.ask("EHLO client.example");
            talk.send(data + "\r\n" + ENVELOPE);
            assertEnded(talk, IMPROPER);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {DIALOGUE, "HELO client.example\r\nNOOP\r\n", "EHLO\r\nNOOP\r\n", "NOOP\r\nN", "STARTTLS\r\nN"})
    void takesNothingBehindACommandBeforePipeliningWasOffered(String commands) throws Exception {
        try (var talk = greeted()) {
            talk.send(commands);
            assertEnded(talk, IMPROPER);
        }
    }

    @Test
    void takesNothingBehindACommandWhereItWasNotOffered() throws Exception {
        try (var talk = greeted()) {
            assertThat(talk.ask("HELO client.example")).isEqualTo("250 mx.test");
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("250");
            talk.send("RCPT TO:<you@shop.example>\r\nDATA\r\n");
            assertEnded(talk, IMPROPER);
        }
    }

    @Test
    void takesMailOfAClientOfHeloThatWaits() throws Exception {
        try (var talk = greeted()) {
            assertThat(talk.ask("HELO client.example")).isEqualTo("250 mx.test");
            talk.envelope().ask("DATA");
            assertThat(talk.ask(CONTENT + ".")).startsWith("250 2.0.0 Ok: queued as ");
        }
    }

    @Test
    void takesWhatIsPipelinedBehindContentAndBehindChunks() throws Exception {
        try (var talk = greeted()) {
            talk.ask("EHLO client.example");
            talk.send(ENVELOPE + "DATA\r\n");
            talk.reply();
            talk.reply();
            assertThat(talk.reply()).startsWith("354");
            talk.send(CONTENT + ENVELOPE + "BDAT 6\r\na: b\r\nBDAT 2 LAST\r\n\r\nQUIT\r\n");
            assertThat(talk.reply()).startsWith("250 2.0.0 Ok: queued as ");
            assertThat(talk.reply()).startsWith("250 2.1.0");
            assertThat(talk.reply()).startsWith("250 2.1.5");
            assertThat(talk.reply()).isEqualTo("250 2.0.0 6 octets received");
            assertThat(talk.reply()).startsWith("250 2.0.0 Ok: queued as ");
            assertThat(talk.reply()).startsWith("221");
        }
        assertThat(kit.queue.counts().total()).isEqualTo(2);
    }
}
