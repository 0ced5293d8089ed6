package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Recipient.Notify;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersIT {
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
            delimiterString = " -> ",
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                " RET=FULL -> 250",
                " ret=hdrs -> 250",
                " RET -> 501 5.5.4",
                " RET= -> 501 5.5.4",
                " RET=HEADERS -> 501 5.5.4",
                " RET=FULL RET=HDRS -> 501 5.5.4",
                " ENVID=QQ314159 -> 250",
                " ENVID=a+2Bb+3D -> 250",
                " ENVID -> 501 5.5.4",
                " ENVID=a=b -> 501 5.5.4",
                " ENVID=a+2bb -> 501 5.5.4",
                " ENVID=a+ -> 501 5.5.4",
                " ENVID=a+4 -> 501 5.5.4",
                " ENVID=a+0D+0Ab -> 501 5.5.4",
                " ENVID=a+7F -> 501 5.5.4",
                " ENVID=a+E4 -> 501 5.5.4",
                " ENVID=ä -> 501 5.5.4",
                " BODY=7BIT -> 250",
                " BODY=8bitmime -> 250",
                " BODY=BINARYMIME -> 501 5.5.4",
                " BODY -> 501 5.5.4",
                " SIZE=0 -> 250",
                " SIZE=52428800 -> 250",
                " SIZE=52428801 -> 552 5.3.4",
                " SIZE=999999999999999999 -> 552 5.3.4",
                " SIZE=99999999999999999999 -> 552 5.3.4",
                " SIZE=999999999999999999999 -> 501 5.5.4",
                " SIZE=-1 -> 501 5.5.4",
                " SIZE -> 501 5.5.4",
                " SMTPUTF8 -> 250",
                " SMTPUTF8=yes -> 501 5.5.4",
                " BODY=8BıTMIME -> 501 5.5.4",
                " ſIZE=1 -> 501 5.5.4",
                " SIZE=1\u2003 -> 501 5.5.4",
                "\u2003SIZE=1 -> 501 5.5.4",
                "\u2003 -> 501 5.5.4",
                " SMTPUTF8 SMTPUTF8 -> 501 5.5.4",
                " NOTIFY=NEVER -> 555 5.5.4",
                " AUTH=<> -> 555 5.5.4",
                " X-FOO -> 555 5.5.4",
                " =x -> 501 5.5.4",
                " -X=y -> 501 5.5.4",
                "X -> 501 5.5.4",
                "   SIZE=1    BODY=7BIT   -> 250",
            })
    void answersTheParametersOfMail(String parameters, String reply) throws Exception {
        try (var talk = kit.connect().greet()) {
            assertThat(talk.ask("MAIL FROM:<me@example.org>" + parameters)).startsWith(reply);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            delimiterString = " -> ",
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                " NOTIFY=NEVER -> 250",
                " notify=success,Failure,DELAY -> 250",
                " NOTIFY=NEVER,SUCCESS -> 501 5.5.4",
                " NOTIFY= -> 501 5.5.4",
                " NOTIFY -> 501 5.5.4",
                " NOTIFY=SUCCESS, -> 501 5.5.4",
                " NOTIFY=ALWAYS -> 501 5.5.4",
                " NOTIFY=ſUCCESS -> 501 5.5.4",
                " NOTıFY=SUCCESS -> 501 5.5.4",
                " NOTIFY=SUCCESS NOTIFY=DELAY -> 501 5.5.4",
                " ORCPT=rfc822;joe@example.org -> 250",
                " ORCPT=rfc822;joe+2Bx@example.org -> 250",
                " ORCPT=utf-8;joe@example.org -> 250",
                " ORCPT=utf-8;j\\x{F6}rg\\x{2B}1@example.org -> 250",
                " ORCPT=utf-8;j\\x{f6}rg@example.org -> 501 5.5.4",
                " ORCPT=utf-8;j\\x{A}rg@example.org -> 501 5.5.4",
                " ORCPT=utf-8;j\\x{0A}rg@example.org -> 501 5.5.4",
                " ORCPT=utf-8;j\\x{D800}rg@example.org -> 501 5.5.4",
                " ORCPT=utf-8;j\\x{110000}rg@example.org -> 501 5.5.4",
                " ORCPT=utf-8;j\\xrg@example.org -> 501 5.5.4",
                " ORCPT=utf-8;j+2Brg@example.org -> 501 5.5.4",
                " ORCPT=utf-8; -> 501 5.5.4",
                " ORCPT=utf-8;jörg@example.org -> 501 5.5.4",
                " ORCPT=rfc822;joe+0Ax@example.org -> 501 5.5.4",
                " ORCPT=rfc822;joe+xx@example.org -> 501 5.5.4",
                " ORCPT=rfc822; -> 501 5.5.4",
                " ORCPT=;joe@example.org -> 501 5.5.4",
                " ORCPT=rf(c822;joe@example.org -> 501 5.5.4",
                " ORCPT=joe@example.org -> 501 5.5.4",
                " ORCPT -> 501 5.5.4",
                " RET=FULL -> 555 5.5.4",
                " SIZE=1 -> 555 5.5.4",
            })
    void answersTheParametersOfRcpt(String parameters, String reply) throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.ask("MAIL FROM:<me@example.org>");
            assertThat(talk.ask("RCPT TO:<you@shop.example>" + parameters)).startsWith(reply);
        }
    }

    @Test
    void refusesParametersWithoutEhlo() throws Exception {
        try (var talk = kit.connect()) {
            talk.reply();
            talk.ask("HELO client.example");
            assertThat(talk.ask("MAIL FROM:<me@example.org> SIZE=1")).startsWith("555 5.5.4");
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("250");
            assertThat(talk.ask("RCPT TO:<you@shop.example> NOTIFY=NEVER")).startsWith("555 5.5.4");
        }
    }

    @Test
    void keepsWhatTheParametersSaid() throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.ask("MAIL FROM:<me@example.org> RET=HDRS ENVID=a+2Bb BODY=8BITMIME SMTPUTF8");
            talk.ask("RCPT TO:<you@shop.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+3Db@example.org");
            talk.ask("DATA");
            assertThat(talk.ask("a: b\r\n\r\n.")).startsWith("250");
        }
        var envelope = kit.take().orElseThrow().envelope();
        assertThat(envelope.ret()).contains(Envelope.Return.HEADERS);
        assertThat(envelope.envelopeId()).contains("a+b");
        assertThat(envelope.body()).isEqualTo(Envelope.Body.EIGHT_BIT_MIME);
        assertThat(envelope.smtpUtf8()).isTrue();
        assertThat(envelope.recipients().getFirst().notifyOn()).isEqualTo(Set.of(Notify.SUCCESS, Notify.DELAY));
        assertThat(envelope.recipients().getFirst().originalRecipient()).contains("rfc822;a=b@example.org");
    }

    /** RFC 6533 section 3: in each of its forms, where SMTPUTF8 was said. */
    @ParameterizedTest
    @CsvSource({
        "utf-8;jörg@local.example, utf-8;jörg@local.example",
        "UTF-8;j\\x{F6}rg@local.example, UTF-8;jörg@local.example",
        "utf-8;ö\\x{2B}\\x{3D}\\x{5C}\\x{1F600}@local.example, utf-8;ö+=\\\uD83D\uDE00@local.example",
    })
    void keepsAnInternationalOriginalRecipient(String parameter, String kept) throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.ask("MAIL FROM:<me@example.org> SMTPUTF8");
            assertThat(talk.ask("RCPT TO:<you@shop.example> ORCPT=" + parameter))
                    .startsWith("250");
            assertThat(talk.ask("RCPT TO:<you@shop.example> ORCPT=rfc822;jörg@local.example"))
                    .startsWith("501 5.5.4");
            talk.ask("DATA");
            assertThat(talk.ask("a: b\r\n\r\n.")).startsWith("250");
        }
        var envelope = kit.take().orElseThrow().envelope();
        assertThat(envelope.recipients().getFirst().originalRecipient()).contains(kept);
    }

    /** What a client would have said to another than it meant. */
    @Test
    void refusesADomainThatTwoStandardsReadAsTwo() throws Exception {
        try (var talk = kit.connect().greet()) {
            var refusal = "Bad address: the domain has a letter of two meanings (sharp s, final sigma, a joiner):"
                    + " say its A-labels, xn--...";
            assertThat(talk.ask("MAIL FROM:<me@straße.example> SMTPUTF8")).isEqualTo("501 5.1.7 " + refusal);
            assertThat(talk.ask("MAIL FROM:<me@xn--strae-oqa.example> SMTPUTF8"))
                    .startsWith("250");
            assertThat(talk.ask("RCPT TO:<you@straße.example>")).isEqualTo("501 5.1.3 " + refusal);
        }
    }

    @Test
    void takesAnInternationalMailboxOnlyInAnInternationalTransaction() throws Exception {
        try (var talk = kit.connect().greet()) {
            assertThat(talk.ask("MAIL FROM:<müller@example.org>")).startsWith("553 5.6.7");
            assertThat(talk.ask("MAIL FROM:<joe@bücher.example>")).startsWith("553 5.6.7");
            assertThat(talk.ask("MAIL FROM:<joe@example.org>")).startsWith("250");
            assertThat(talk.ask("RCPT TO:<müller@shop.example>")).startsWith("553 5.6.7");
            talk.ask("RSET");
            assertThat(talk.ask("MAIL FROM:<müller@bücher.example> SMTPUTF8")).startsWith("250");
            assertThat(talk.ask("RCPT TO:<müller@shop.example>")).startsWith("250");
            talk.ask("DATA");
            assertThat(talk.ask("Subject: ü\r\n\r\n.")).startsWith("250");
        }
        var due = kit.take().orElseThrow();
        assertThat(due.envelope().reversePath()).hasToString("<müller@bücher.example>");
        try (var content = kit.queue.content(due.id())) {
            assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("with UTF8SMTP id", "for <müller@shop.example>", "Subject: ü\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"c3", "ff", "c0af", "eda080", "f5808080"})
    void makesNoMailboxOfOctetsThatAreNoUtf8(String octets) throws Exception {
        var local = new String(HexFormat.of().parseHex(octets), StandardCharsets.ISO_8859_1);
        try (var talk = kit.connect().greet()) {
            talk.send(("MAIL FROM:<" + local + "@example.org> SMTPUTF8\r\n").getBytes(StandardCharsets.ISO_8859_1));
            assertThat(talk.reply()).isEqualTo("501 5.5.2 A command is ASCII or UTF-8");
            assertThat(talk.ask("NOOP")).startsWith("250");
        }
    }
}
