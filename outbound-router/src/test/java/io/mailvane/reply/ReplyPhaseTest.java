package io.mailvane.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyPhaseTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            IP_BLOCK     | GREETING EHLO STARTTLS AUTH MAIL RCPT
            IP_RATE      | GREETING EHLO STARTTLS AUTH MAIL RCPT
            IP_CONFIG    | GREETING EHLO STARTTLS AUTH MAIL RCPT
            RCPT_UNKNOWN | RCPT DATA END_OF_DATA
            MAILBOX_FULL | RCPT DATA END_OF_DATA
            CONTENT      | RCPT DATA END_OF_DATA
            AUTH         | MAIL RCPT DATA END_OF_DATA
            DOMAIN_REP   | MAIL RCPT DATA END_OF_DATA
            GREYLIST     | GREETING EHLO STARTTLS AUTH MAIL RCPT DATA END_OF_DATA
            """)
    void aClassFitsWhereTheServerCanKnowIt(ReplyClass replyClass, String phases) {
        assertThat(Stream.of(ReplyPhase.values())
                        .filter(phase -> phase.fits(replyClass))
                        .map(ReplyPhase::name))
                .isEqualTo(List.of(phases.split(" ")));
    }
}
