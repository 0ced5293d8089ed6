package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How much of a message its DSN gives back. */
class ReturnedContentTest extends DsnKit {
    @Test
    void givesAllOfASmallMessageBackWhereThatWasAsked() throws Exception {
        var dsn = compose(returning(Envelope.Return.FULL), MESSAGE, failed(to("a@shop.example"), 550, "5.1.1", "No"));

        var returned = parts(dsn).getBodyPart(2);
        assertThat(returned.getContentType()).isEqualTo("message/rfc822");
        assertThat(new String(returned.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(MESSAGE);
    }

    @ParameterizedTest
    @CsvSource({"HEADERS, 10", "FULL, 100000"})
    void givesTheHeaderSectionBackWhereThatWasAskedOrTheMessageIsLarge(Envelope.Return what, int size)
            throws Exception {
        var dsn =
                compose(returning(what), MESSAGE + "x".repeat(size), failed(to("a@shop.example"), 550, "5.1.1", "No"));

        var returned = parts(dsn).getBodyPart(2);
        assertThat(returned.getContentType()).isEqualTo("text/rfc822-headers");
        assertThat(new String(returned.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("Received: from client\r\nSubject: Hello\r\n");
    }

    @Test
    void isSevenBitThoughTheHeaderSectionIsNot() throws Exception {
        var failed = failed(to("a@shop.example"), 550, "5.1.1", "No");
        var dsn = compose(from("me@example.org", failed), "Subject: Zur\u00fcck\r\n\r\nbody\r\n", failed);

        assertThat(text(dsn)).isASCII();
        assertThat(dsn.orElseThrow().envelope().body()).isEqualTo(Envelope.Body.SEVEN_BIT);
        assertThat(new String(parts(dsn).getBodyPart(2).getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("Subject: Zur\u00fcck\r\n");
    }

    /** RET=FULL is asked; an encoding of a whole message/rfc822 is not allowed (RFC 2046 section 5.2.1). */
    @ParameterizedTest
    @MethodSource("contentThatIsNotSevenBit")
    void givesTheHeaderSectionAloneBackWhereAllOfItCouldNotArriveEverywhere(String message) throws Exception {
        var dsn = compose(returning(Envelope.Return.FULL), message, failed(to("a@shop.example"), 550, "5.1.1", "No"));

        assertThat(dsn.orElseThrow().envelope().body()).isEqualTo(Envelope.Body.SEVEN_BIT);
        assertThat(text(dsn)).isASCII();
        assertThat(text(dsn).split("\r\n")).allMatch(line -> line.length() <= 998);
        assertThat(parts(dsn).getBodyPart(2).getContentType()).startsWith("text/rfc822-headers");
        assertThat(returned(dsn)).isEqualTo(message.substring(0, message.indexOf("\r\n\r\n") + 2));
    }

    static List<String> contentThatIsNotSevenBit() {
        return List.of(
                "Subject: x\r\n\r\nZur\u00fcck\r\n",
                "Subject: Zur\u00fcck\r\n\r\nbody\r\n",
                "Subject: x\r\n\r\n" + "x".repeat(2_500) + "\r\n",
                "Subject: x\r\n\r\nshort\r\n" + "x".repeat(999),
                "Subject: " + "x".repeat(2_500) + "\r\n\r\nbody\r\n");
    }

    @Test
    void givesAllOfAMessageBackWhoseLinesAreAsLongAsTheyMayBe() throws Exception {
        var message = "Subject: x\r\n\r\n" + "x".repeat(998) + "\r\n";
        var dsn = compose(returning(Envelope.Return.FULL), message, failed(to("a@shop.example"), 550, "5.1.1", "No"));

        assertThat(parts(dsn).getBodyPart(2).getContentType()).isEqualTo("message/rfc822");
        assertThat(returned(dsn)).isEqualTo(message);
    }
}
