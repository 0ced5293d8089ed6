package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "joe@example.org, joe@example.org",
                "\"joe\"@example.org, joe@example.org",
                "\"j\\o\\e\"@example.org, joe@example.org",
                "\"joe smith\"@example.org, \"joe smith\"@example.org",
                "\"a\\\"b\\\\c\"@example.org, \"a\\\"b\\\\c\"@example.org",
                "\"a@b\"@example.org, \"a@b\"@example.org",
                "\".a\"@example.org, \".a\"@example.org",
                "\"a.\"@example.org, \"a.\"@example.org",
                "\"a..b\"@example.org, \"a..b\"@example.org",
                "\"\"@example.org, \"\"@example.org",
                "\"müller\"@example.org, müller@example.org",
            })
    void writesThePathAsPlainlyAsItMay(String read, String written) {
        var mailbox = Mailbox.parse(read);
        assertThat(mailbox).hasToString(written);
        assertThat(Mailbox.parse(written)).isEqualTo(mailbox);
    }

    @ParameterizedTest
    @CsvSource({
        "joe@example.org, joe@EXAMPLE.org, true",
        "joe@example.org, Joe@example.org, false",
        "joe@bücher.example, joe@XN--bcher-kva.example, true",
        "joe@Bücher.example, joe@bücher.example, true",
        "joe@[192.0.2.1], joe@[IPv6:::ffff:192.0.2.1], true",
        "joe@[IPv6:::1], joe@[IPv6:0:0::0:1], true",
        "joe@[192.0.2.1], joe@[192.0.2.2], false",
        "joe@example.org, joe@example.net, false",
    })
    void comparesLocalPartsWithTheirCaseAndDomainsWithout(String one, String other, boolean equal) {
        assertThat(Mailbox.parse(one).equals(Mailbox.parse(other))).isEqualTo(equal);
        assertThat(Mailbox.parse(one).hashCode() == Mailbox.parse(other).hashCode())
                .isEqualTo(equal);
    }

    @ParameterizedTest
    @CsvSource({"joe@example.org, true", "müller@example.org, false", "joe@bücher.example, false"})
    void knowsWhetherItNeedsSmtpUtf8(String mailbox, boolean ascii) {
        assertThat(Mailbox.parse(mailbox).isAscii()).isEqualTo(ascii);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "joe", "<joe@example.org>", "joe@example.org ", "joe@example.org x", "@example.org"})
    void refusesWhatIsNoMailbox(String text) {
        assertThatThrownBy(() -> Mailbox.parse(text)).isInstanceOf(PathSyntaxException.class);
    }

    @Test
    void givesTheKeyOfAHostInALabels() {
        assertThat(MailHost.Domain.of("Bücher.Example").key()).isEqualTo("xn--bcher-kva.example");
        assertThat(PathParser.host("[IPv6:::1]").key()).isEqualTo("[0:0:0:0:0:0:0:1]");
    }
}
