package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.Mailbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelayPolicyIT {
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

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "<you@shop.example>, 250",
                "<YOU@SHOP.EXAMPLE>, 250",
                "<@evil.example:you@shop.example>, 250",
                "<you@sub.shop.example>, 550 5.7.1",
                "<you@evil.example>, 550 5.7.1",
                "<@shop.example:you@evil.example>, 550 5.7.1",
                "<you%evil.example@shop.example>, 550 5.7.1",
                "<evil.example!you@shop.example>, 550 5.7.1",
                "<\"you@evil.example\"@shop.example>, 550 5.7.1",
                "<you@evil.example@shop.example>, 501 5.1.3",
                "|<@evil.example,@shop.example:you@evil.example>|, 550 5.7.1",
                "<you%shop.example@evil.example>, 550 5.7.1",
                "<\"you%evil.example\"@shop.example>, 550 5.7.1",
                "<\"y\\@u\"@shop.example>, 550 5.7.1",
                "<\"evil.example!you\"@shop.example>, 550 5.7.1",
                "<evil.example!you%other.example@shop.example>, 550 5.7.1",
                "<yes%evil.example@asked.example>, 550 5.7.1",
                "<a%evil.example@listed.example>, 550 5.1.1",
                "<you@[IPv6:::1]>, 550 5.7.1",
                "<you@localhost>, 550 5.7.1",
                "<you@shop.example..>, 501 5.1.3",
                "<\"\"@evil.example>, 550 5.7.1",
                "<postmaster>, 250",
                "<POSTMASTER>, 250",
                "<postmaster@shop.example>, 250",
                "<postmaster@evil.example>, 550 5.7.1",
                "<root>, 501 5.1.3",
                "<you@shop.example.>, 501 5.1.3",
                "<you@[127.0.0.1]>, 550 5.7.1",
                "<you>, 501 5.1.3",
                "<>, 501 5.1.3",
                "you@shop.example, 501 5.1.3",
                "| <you@shop.example>|, 501 5.1.3",
                "<a@listed.example>, 250",
                "<A@Listed.Example>, 250",
                "<b@listed.example>, 550 5.1.1",
                "<Postmaster@listed.example>, 250",
                "<info@xn--grn-ioa.example>, 250",
                "<INFO@XN--GRN-IOA.example>, 250",
                "<\"info\"@xn--grn-ioa.example>, 250",
                "<info@grün.example>, 553 5.6.7",
                "<other@xn--grn-ioa.example>, 550 5.1.1",
                "<postmaster@sub.mx.test>, 550 5.7.1",
                "<yes@asked.example>, 250",
                "<no@asked.example>, 550 5.1.1",
                "<perhaps@asked.example>, 451 4.4.3",
            })
    void answersAStranger(String path, String reply) throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.ask("MAIL FROM:<me@example.org>");
            assertThat(talk.ask("RCPT TO:" + path)).startsWith(reply);
        }
    }

    /** One domain, in the form of people or of the DNS, in the list or in RCPT. */
    @ParameterizedTest
    @CsvSource({
        "info@grün.example, info@grün.example, true",
        "info@grün.example, info@xn--grn-ioa.example, true",
        "info@xn--grn-ioa.example, info@GRÜN.example, true",
        "info@xn--grn-ioa.example, Info@XN--grn-ioa.Example, true",
        "Größe@grün.example, größe@xn--grn-ioa.example, true",
        "info@grün.example, info@grun.example, false",
        "info@grün.example, inf@xn--grn-ioa.example, false",
    })
    void findsAListedMailboxInEitherFormOfItsDomain(String listed, String recipient, boolean found) {
        assertThat(Recipients.Listed.of(List.of(Mailbox.parse(listed))).has(Mailbox.parse(recipient)))
                .isEqualTo(found);
    }

    @Test
    void takesAListedRecipientOfAnInternationalTransaction() throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.ask("MAIL FROM:<me@example.org> SMTPUTF8");
            assertThat(talk.ask("RCPT TO:<info@grün.example>")).startsWith("250");
            assertThat(talk.ask("RCPT TO:<other@grün.example>")).startsWith("550 5.1.1");
        }
    }

    /** As VERP and SRS make them; the path alone has a limit. */
    @Test
    void takesALongLocalPartOnEitherSide() throws Exception {
        try (var talk = kit.connect().greet()) {
            var mailbox = "l".repeat(241) + "@shop.example";
            assertThat(talk.ask("MAIL FROM:<l" + mailbox + ">"))
                    .isEqualTo("501 5.1.7 Bad address: the path is longer than 256 octets");
            assertThat(talk.ask("MAIL FROM:<" + mailbox + ">")).startsWith("250");
            assertThat(talk.ask("RCPT TO:<" + mailbox + ">")).startsWith("250");
            assertThat(talk.ask("RCPT TO:<l" + mailbox + ">")).startsWith("501 5.1.3");
        }
    }

    /** All Unicode folded to one case, the long s is an s. */
    @ParameterizedTest
    @CsvSource({
        "<poſtmaster>, 501 5.1.3",
        "<poſtmaster@listed.example>, 550 5.1.1",
        "<poſtmaster@mx.test>, 550 5.7.1",
    })
    void takesNobodyElseForThePostmaster(String path, String reply) throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.ask("MAIL FROM:<me@example.org> SMTPUTF8");
            assertThat(talk.ask("RCPT TO:" + path)).startsWith(reply);
        }
    }

    @Test
    void doesNotLetAStrangerSubmit() throws Exception {
        try (var talk = kit.connect("sub").greet()) {
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("550 5.7.1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "MAIL FROM:<me@example.org> SIZE=99999999999, 552",
                "MAIL FROM:<me@example.org> SIZE=x, 501",
                "MAIL FROM:<me@example.org> BODY=9BIT, 501",
                "MAIL FROM:<me@example.org> FOO=bar, 555",
                "MAIL FROM:<me@example.org> SIZE=1 SIZE=1, 501",
                "MAIL FROM:<me@example.org> RET=ALL, 501",
                "MAIL FROM:<me@example.org>SIZE=1, 501",
                "MAIL FROM:me@example.org, 501",
                "MAIL, 501",
                "MAIL TO:<x@y.example>, 501",
                "MAIL FROM:<müller@example.org>, 553 5.6.7",
                "MAIL FROM:<müller@example.org> SMTPUTF8, 250",
                "MAIL FROM:<> RET=HDRS ENVID=a+2Bb BODY=8BITMIME, 250",
                "RCPT TO:<you@shop.example>, 503",
                "DATA, 503",
                "RSET now, 501",
                "QUIT now, 501",
                "STARTTLS, 502",
                "FOO, 500 5.5.1 Unknown command",
                "RſET, 500 5.5.1 Unknown command",
                "MAıL FROM:<me@example.org>, 500 5.5.1 Unknown command",
                "EHLO client.example, 250",
                "mail from:<me@example.org>, 250",
                "|\u001b[31m|, 500 5.5.1 Unknown command",
                "|DATA now|, 501",
                "MAIL FROM:<>X, 501",
                "|MAIL FROM: <me@example.org>|, 501",
                "|MAIL FROM :<me@example.org>|, 501",
                "EXPN list, 502",
                "HELP, 502",
                "RSET, 250",
                "VRFY you, 252 2.5.0",
                "VRFY, 501",
            })
    void answersMalformedCommandsPrecisely(String command, String reply) throws Exception {
        try (var talk = kit.connect().greet()) {
            assertThat(talk.ask(command)).startsWith(reply);
            assertThat(talk.ask("NOOP")).startsWith("250");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "bank.example ([203.0.113.9]) by mx.test with ESMTP id X; Mon, 1 Jan 2024 00:00:00 +0000",
                "a\tb",
                "a\u0001b",
                "a\u007fb",
                "a\u0085b",
                "a\u00a0b",
                "a\u2028b",
                "\u3000",
                "",
            })
    void isNotGreetedByWhatIsNoWord(String helo) throws Exception {
        for (var command : List.of("EHLO ", "HELO ")) {
            try (var talk = kit.connect()) {
                talk.reply();
                assertThat(talk.ask(command + helo)).startsWith("501");
                assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("503");
            }
        }
    }

    /** RFC 5321 section 4.1.4 refuses no mail for it; in the trace it can end neither comment nor field. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "client.example -> client.example",
                "my_host -> my_host",
                "localhost -> localhost",
                "- -> -",
                "a=b:c -> a=b:c",
                "[127.0.0.1] -> [127.0.0.1]",
                "[IPv6:::1] -> [IPv6:::1]",
                "[::1] -> ?::1?",
                "[fe80::1%eth0] -> ?fe80::1%eth0?",
                "[bad -> ?bad",
                "[127.0.0.1]x -> ?127.0.0.1?x",
                "Müller-PC -> M?ller-PC",
                "\uD83D\uDE00 -> ?",
                "bad(name) -> bad?name?",
                "x; -> x?",
                "<x@y> -> ?x?y?",
                "a\"b,c -> a?b?c",
                "a\\b -> a?b",
            })
    void isGreetedByAnyWordAndKeepsWhatIsPlainOfIt(String helo, String kept) throws Exception {
        for (var command : List.of("EHLO ", "HELO ")) {
            assertThat(tracedFrom((command + helo).getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(kept);
        }
    }

    /** As a client says it that knows no UTF-8. */
    @Test
    void isGreetedByANameOfAnyEncoding() throws Exception {
        assertThat(tracedFrom("EHLO Müller-PC".getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo("M?ller-PC");
    }

    @Test
    void isGreetedByANameOfAtMost255Octets() throws Exception {
        assertThat(tracedFrom(("EHLO " + "x".repeat(255)).getBytes(StandardCharsets.US_ASCII)))
                .hasSize(255);
        try (var talk = kit.connect()) {
            talk.reply();
            assertThat(talk.ask("EHLO " + "x".repeat(256))).startsWith("501");
            assertThat(talk.ask("EHLO " + "ü".repeat(128))).startsWith("501");
        }
    }

    /** What stands behind "from" in the field that a message gets whose client says this. */
    private String tracedFrom(byte[] greeting) throws Exception {
        try (var talk = kit.connect()) {
            talk.reply();
            assertThat(talk.send(greeting).ask("")).startsWith("250");
            talk.envelope().ask("DATA");
            assertThat(talk.ask("a: b\r\n\r\n.")).startsWith("250 2.0.0");
        }
        try (var content = kit.queue.content(kit.take().orElseThrow().id())) {
            var trace = new String(content.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(trace).startsWith("Received: from ").contains(" ([127.0.0.1])\r\n\tby mx.test with ");
            return trace.substring("Received: from ".length(), trace.indexOf(" ([127.0.0.1])\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0/0", "0.0.0.0/1 128.0.0.0/1", "64.0.0.0/7", "::/0", "2000::/3", "2000::/19", "0::/2"})
    void trustsNoMoreThanAPartOfTheInternet(String networks) {
        var trusted = Stream.of(networks.split(" ")).map(Cidr::parse).toList();
        assertThatThrownBy(() -> new InboundSettings.Policy(trusted, Map.of(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("would make an open relay: these networks hold too much of the Internet");
    }

    @Test
    void trustsNoMoreThanAPartOfTheInternetInManyPiecesEither() {
        var trusted =
                IntStream.range(0, 33).mapToObj(i -> Cidr.parse(i + ".0.0.0/8")).toList();
        assertThatThrownBy(() -> new InboundSettings.Policy(trusted, Map.of(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void trustsPrivateNetworks() {
        var trusted = Stream.of(
                        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10", "2001:db8::/32")
                .map(Cidr::parse)
                .toList();
        assertThat(new InboundSettings.Policy(trusted, Map.of(), Optional.empty()).networks())
                .isEqualTo(trusted);
    }

    /** RFC 5321 section 4.1.1. */
    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", "   ", " \t \t"})
    void passesOverWhiteSpaceAtTheEndOfAnyCommand(String space) throws Exception {
        try (var talk = kit.connect()) {
            talk.reply();
            assertThat(talk.ask("HELO client.example" + space)).isEqualTo("250 mx.test");
            assertThat(talk.ask("EHLO client.example" + space)).startsWith("250");
            assertThat(talk.ask("NOOP" + space)).startsWith("250");
            assertThat(talk.ask("VRFY" + space)).startsWith("501");
            assertThat(talk.ask("EHLO" + space)).startsWith("501");
            assertThat(talk.ask("RSET" + space)).startsWith("250");
            assertThat(talk.ask("MAIL FROM:<me@example.org>" + space)).startsWith("250");
            assertThat(talk.ask("RCPT TO:<postmaster>" + space)).startsWith("250");
            assertThat(talk.ask("RCPT TO:<you@shop.example> NOTIFY=NEVER" + space))
                    .startsWith("250");
            assertThat(talk.ask("DATA" + space)).startsWith("354");
            assertThat(talk.ask("a: b\r\n\r\n.")).startsWith("250 2.0.0");
            talk.envelope();
            assertThat(talk.ask("BDAT 6 LAST" + space + "\r\na: b")).startsWith("250 2.0.0 Ok");
            assertThat(talk.ask("QUIT" + space)).startsWith("221");
        }
        try (var content = kit.queue.content(kit.take().orElseThrow().id())) {
            assertThat(new String(content.readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("Received: from client.example ([127.0.0.1])\r\n");
        }
    }

    @Test
    void wantsEhloFirst() throws Exception {
        try (var talk = kit.connect()) {
            talk.reply();
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("503");
            assertThat(talk.ask("EHLO")).startsWith("501");
            assertThat(talk.ask("STARTTLS")).startsWith("503");
            assertThat(talk.ask("HELO client.example")).startsWith("250");
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("250");
        }
    }
}
