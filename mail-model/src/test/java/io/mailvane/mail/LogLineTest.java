package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLineTest {
    @Test
    void keepsTheOrderOfItsFields() {
        assertThat(LogLine.event("attempt")
                        .field("qid", "X1")
                        .field("from", "")
                        .seconds("queue", Duration.ofMillis(1205)))
                .hasToString("event=attempt qid=X1 from=- queue=1.205");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "plain, plain",
                "-, -",
                "<joe@example.org>, <joe@example.org>",
                "two words, \"two words\"",
                "a=b, \"a=b\"",
                "a\"b, \"a\\\"b\"",
                "a\\b, \"a\\\\b\"",
                "müller, \"müller\"",
            })
    void quotesWhatIsNotPlain(String value, String written) {
        assertThat(LogLine.event("x").field("f", value)).hasToString("event=x f=" + written);
    }

    @Test
    void letsNoValueBeginALineOrAField() {
        assertThat(LogLine.event("x").field("f", "a\r\nevent=settled\0\t\u0085\u2028\u2029\u007f\u009b"))
                .hasToString(
                        "event=x f=\"a\\u000d\\u000aevent=settled\\u0000\\u0009\\u0085\\u2028\\u2029\\u007f\\u009b\"");
    }

    @Test
    void letsNoValueTurnTheDirectionOfALine() {
        assertThat(LogLine.event("x").field("f", "a\u202eb\u2066c\udb40\udc41"))
                .hasToString("event=x f=\"a\\u202eb\\u2066c\\udb40\\udc41\"");
    }

    @ParameterizedTest
    @CsvSource({"0, 0.000", "1, 0.001", "10, 0.010", "999, 0.999", "60000, 60.000", "-5, 0.000"})
    void writesDelaysInDecimalSeconds(long millis, String written) {
        assertThat(LogLine.event("x").seconds("d", Duration.ofMillis(millis))).hasToString("event=x d=" + written);
    }
}
