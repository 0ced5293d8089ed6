package io.mailvane.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpServerIT {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String BANNER = "220 mx.elsewhere.example ESMTP Mailvane sandbox";

    @TempDir
    Path directory;

    private final List<String> journal = new CopyOnWriteArrayList<>();
    private SmtpServer server;

    @BeforeEach
    void start() throws IOException {
        var setup = new SmtpServer.Setup("mx.elsewhere.example", 0, directory);
        server = SmtpServer.start(setup, () -> NOW, () -> 0, journal::add);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private List<String> talk(String... commands) throws IOException {
        try (var client = new SmtpClient(server.address(), "127.0.0.11")) {
            return client.talk(commands);
        }
    }

    /** Files below the folder, as PATH: CONTENT. */
    private List<String> kept() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).map(this::told).sorted().toList();
        }
    }

    private String told(Path file) {
        try {
            return directory.relativize(file) + ": " + Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void keepsACopyForEachRecipientByteForByteBehindItsTrace() throws IOException {
        try (var client = new SmtpClient(server.address(), "127.0.0.11")) {
            client.send("EHLO out1.example\r\nMAIL FROM:<me@shop.example> SIZE=40 BODY=8BITMIME\r\n"
                    + "RCPT TO:<you@Elsewhere.example>\r\nRCPT TO:<\"a/b ..\"@elsewhere.example>\r\nDATA\r\n"
                    + "Subject: dots\r\n\r\n..\r\n.. two\r\nend\r\n.\r\nQUIT\r\n");
            var replies = Stream.generate(() -> read(client)).limit(8).toList();
            var id = replies.get(6).replaceAll(".* ", "");
            assertThat(replies)
                    .containsExactly(
                            BANNER,
                            "250-mx.elsewhere.example at your service, [203.0.113.11]|250-PIPELINING|250-SIZE 52428800|250-8BITMIME|250-SMTPUTF8|250 ENHANCEDSTATUSCODES",
                            "250 2.1.0 Ok",
                            "250 2.1.5 Ok",
                            "250 2.1.5 Ok",
                            "354 End with a dot on a line of its own",
                            "250 2.0.0 Ok: kept as " + id,
                            "221 2.0.0 mx.elsewhere.example closes");
            assertThat(kept())
                    .containsExactly(
                            "elsewhere.example/%22a%2Fb%20..%22/new/" + id + ": "
                                    + content("\"a/b ..\"@elsewhere.example", id),
                            "elsewhere.example/you/new/" + id + ": " + content("you@Elsewhere.example", id));
            assertThat(server.kept()).isEqualTo(2);
        }
    }

    private static String read(SmtpClient client) {
        try {
            return client.reply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(String forwardPath, String id) {
        return "Return-Path: <me@shop.example>\r\n"
                + "Received: from out1.example ([127.0.0.11]) (seen as 203.0.113.11)\r\n"
                + "\tby mx.elsewhere.example with ESMTP id " + id + "\r\n"
                + "\tfor <" + forwardPath + ">; Wed, 25 Nov 2026 12:00:00 GMT\r\n"
                + "Subject: dots\r\n\r\n.\r\n. two\r\nend\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb\r\n", "a\rb\r\n", "a\u0000b\r\n", "a\n.\nb\r\n", "a\r\n.\nb\r\n", "a\n.\r\nb\r\n"})
    void keepsNothingWithABareLineEndOrNul(String content) throws IOException {
        var replies = talk("EHLO c.example", "MAIL FROM:<>", "RCPT TO:<you@elsewhere.example>", "DATA", content + ".");
        assertThat(replies.getLast()).isEqualTo("554 5.6.0 The content has a bare CR, a bare LF or a NUL");
        assertThat(kept()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MAIL FROM:<a@b.example>                       | 503 5.5.1 EHLO first",
                "EHLO                                          | 501 5.5.4 Say who you are",
                "EHLO a b                                      | 501 5.5.4 Say who you are",
                "FROB                                          | 500 5.5.1 Unknown command",
                "EHLO c.example;RCPT TO:<a@b.example>          | 503 5.5.1 MAIL first",
                "EHLO c.example;DATA                           | 503 5.5.1 RCPT first",
                "EHLO c.example;MAIL FROM: <a@b.example>       | 501 5.5.4 Syntax: MAIL FROM:<address>",
                "EHLO c.example;MAIL FROM:<a@b.example> X=1    | 555 5.5.4 Unknown parameter X=1",
                "EHLO c.example;MAIL FROM:<a@b> SIZE=52428801  | 552 5.3.4 Larger than 52428800 octets",
                "EHLO c.example;MAIL FROM:<a@b> SMTPUTF8       | 250 2.1.0 Ok",
                "HELO c.example;MAIL FROM:<>                   | 250 2.1.0 Ok",
                "EHLO c.example;MAIL FROM:<>;MAIL FROM:<>      | 503 5.5.1 There is a transaction already",
                "EHLO c.example;MAIL FROM:<>;RCPT TO:<a>       | 553 5.1.3 not a mailbox",
                "EHLO c.example;MAIL FROM:<>;RCPT TO:<postmaster> | 250 2.1.5 Ok",
                "EHLO c.example;MAIL FROM:<>;RCPT TO:<a@b> X   | 555 5.5.4 Unknown parameter X",
                "EHLO c.example;MAIL FROM:<>;RSET;RCPT TO:<a@b>| 503 5.5.1 MAIL first",
                "VRFY you                                      | 252 2.5.0 Send mail, and see",
            })
    void repliesAsSmtpAsks(String commands, String last) throws IOException {
        assertThat(talk(commands.split(";")).getLast()).isEqualTo(last);
    }

    @Test
    void refusesAnAddressInThePhaseItWasTold() throws IOException {
        server.receiver().answer(List.of("refuse-address", "203.0.113.11"), Phase.RCPT);
        var commands = new String[] {"EHLO out1.example", "MAIL FROM:<>", "RCPT TO:<you@elsewhere.example>", "DATA"};
        assertThat(talk(commands).subList(2, 5))
                .containsExactly(
                        "250 2.1.0 Ok",
                        "550 5.7.1 Service unavailable; Client host [203.0.113.11] blocked using bl.test",
                        "503 5.5.1 RCPT first");
        try (var other = new SmtpClient(server.address(), "127.0.0.12")) {
            assertThat(other.talk(commands).getLast()).startsWith("354 ");
        }
        assertThat(server.refusals()).isEqualTo(1);
    }

    @Test
    void whoIsRefusedAtTheConnectionMaySayQuitAlone() throws IOException {
        server.receiver().answer(List.of("reply", "554-5.7.1 One\n554 5.7.1 Two"), Phase.CONNECT);
        assertThat(talk("EHLO c.example", "QUIT"))
                .containsExactly(
                        "554-5.7.1 One|554 5.7.1 Two",
                        "503 5.5.1 You are not welcome",
                        "221 2.0.0 mx.elsewhere.example closes");
    }

    @Test
    void refusesContentAtItsEndAndKeepsNothing() throws IOException {
        server.receiver().answer(List.of("reply", "554 5.7.1 Spam"), Phase.DATA);
        assertThat(talk("EHLO c.example", "MAIL FROM:<>", "RCPT TO:<a@b>", "DATA", "x\r\n.")
                        .get(5))
                .isEqualTo("554 5.7.1 Spam");
        assertThat(kept()).isEmpty();
    }

    @Test
    void closesAfter421() throws IOException {
        server.receiver().answer(List.of("reply", "421 4.7.0 Later"), Phase.MAIL);
        assertThat(talk("EHLO c.example", "MAIL FROM:<>", "NOOP").subList(2, 4))
                .containsExactly("421 4.7.0 Later", "closed");
    }

    @Test
    void hangsUpWithoutAWord() throws IOException {
        server.receiver().answer(List.of("hang-up"), Phase.RCPT);
        try (var client = new SmtpClient(server.address(), "127.0.0.11")) {
            assertThat(client.reply()).isEqualTo("closed");
        }
    }

    @Test
    void aMuteServerSaysNothingUntilItStops() throws IOException {
        server.receiver().answer(List.of("mute"), Phase.RCPT);
        try (var client = new SmtpClient(server.address(), "127.0.0.11")) {
            client.send("EHLO c.example\r\n");
            server.close();
            assertThat(client.reply()).isEqualTo("closed");
        }
        assertThat(journal).isEmpty();
    }

    @Test
    void aCommandLineIsBoundedAndStrict() throws IOException {
        assertThat(talk("EHLO c.example", "NOOP " + "x".repeat(5000), "NOOP\nNOOP", "NOOP")
                        .subList(2, 5))
                .containsExactly(
                        "500 5.5.2 a command is at most 2048 octets and ends in CRLF",
                        "500 5.5.2 a command is at most 2048 octets and ends in CRLF",
                        "250 2.0.0 Ok");
    }
}
