package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ReversePath;
import io.mailvane.route.MailClass;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrecedenceTest {
    private static MailClass of(String content) throws IOException {
        return Precedence.of(new ByteArrayInputStream(content.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @ParameterizedTest
    @CsvSource({"bulk, BULK", "List, BULK", "junk, BULK", "first-class, NORMAL", "bulky, NORMAL", "'', NORMAL"})
    void aMessageSaysItselfThatItWasSentToMany(String precedence, MailClass mailClass) throws Exception {
        assertThat(of("Subject: hello\r\nPRECEDENCE: " + precedence + "\r\n\r\nHello\r\n"))
                .isEqualTo(mailClass);
    }

    /** RFC 5322 section 3.2.2: white space, folds and comments say nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n bulk",
                " bulk\r\n\t",
                " (sent (to \\) many) at once) bulk",
                " bulk (as by our list,\r\n see there)",
                "\r\n (first)\r\n\tlist"
            })
    void aFoldOrACommentHidesNothing(String value) throws Exception {
        assertThat(of("Subject: hello\r\nPrecedence:" + value + "\r\nX-Other: y\r\n\r\nHello\r\n"))
                .isEqualTo(MailClass.BULK);
    }

    @Test
    void whatIsFoldedIntoAnotherFieldIsNone() throws Exception {
        assertThat(of("Subject: hello\r\n Precedence: bulk\r\nPrecedence: (bulk) first-class\r\n\r\n"))
                .isEqualTo(MailClass.NORMAL);
    }

    @Test
    void whatTheBodySaysIsNoField() throws Exception {
        assertThat(of("Subject: hello\r\n\r\nPrecedence: bulk\r\n")).isEqualTo(MailClass.NORMAL);
        assertThat(of("")).isEqualTo(MailClass.NORMAL);
    }

    /** Also one that ends where the octets end that are read at once. */
    @ParameterizedTest
    @ValueSource(ints = {1 << 10, 2 << 10, 4 << 10, 60 << 10})
    void aLongHeaderSectionIsReadWhole(int before) throws Exception {
        var field = "Precedence: bulk\r\n";
        var filler =
                "X-Filler: " + "x".repeat(before - "X-Filler: ".length() - "\r\n".length() - field.length()) + "\r\n";
        assertThat(of(filler + field + "\r\nHello\r\n")).isEqualTo(MailClass.BULK);
        assertThat(of(filler + field)).isEqualTo(MailClass.BULK);
        assertThat(of(filler + "X" + field + "\r\nHello\r\n")).isEqualTo(MailClass.NORMAL);
    }

    @Test
    void whatTellsThatSomethingWentWrongIsUrgent() {
        assertThat(Precedence.of(ReversePath.nullPath())).isEqualTo(MailClass.URGENT);
        assertThat(Precedence.of(ReversePath.of(Mailbox.parse("me@shop.example"))))
                .isEqualTo(MailClass.NORMAL);
    }
}
