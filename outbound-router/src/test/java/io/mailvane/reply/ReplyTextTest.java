package io.mailvane.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.EnhancedStatusCode;
import io.mailvane.mail.SmtpReply;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyTextTest {
    @Test
    void joinsTheLinesAndKeepsTheFirstCodesAlone() {
        var reply = new SmtpReply(
                550,
                Optional.of(EnhancedStatusCode.of("5.7.1")),
                List.of("Our system", "5.7.1 has   detected", "5.7.1 that\tthis message"));
        assertThat(ReplyText.of(reply)).isEqualTo("550 5.7.1 our system has detected that this message");
        assertThat(ReplyText.of("550-5.7.1 Our system\r\n550-5.7.1 has   detected\r\n550 5.7.1 that\tthis message"))
                .isEqualTo("550 5.7.1 our system has detected that this message");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            smtp; 550 5.1.1 no such user                                 | 550 5.1.1 no such user
            host mx.example[203.0.113.1] said: 550 Blocked               | 550 blocked
            host mx.example [203.0.113.1] said: 550 Blocked              | 550 blocked
            Connection closed response=554 Blocked - see https://x.test/ | 554 blocked - see https://x.test/
            550-Blocked                                                  | 550 blocked
            """)
    void dropsTheWordsOfTheClientThatHeardIt(String written, String text) {
        assertThat(ReplyText.of(written)).isEqualTo(text);
    }

    @Test
    void isCutWhateverComes() {
        assertThat(ReplyText.of("550 " + "a b".repeat(100_000))).hasSize(ReplyText.MOST);
        assertThat(ReplyText.of(SmtpReply.of(550, "5.7.1", "x".repeat(100_000))))
                .hasSize(ReplyText.MOST);
    }

    @Test
    void holdsNoControlCharacters() {
        assertThat(ReplyText.of(SmtpReply.of(550, "a\u0007\u001b[31mb\u0000c".replace("\u0000", "\u0001"))))
                .isEqualTo("550 a [31mb c");
    }
}
