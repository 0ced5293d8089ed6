package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.EnhancedStatusCode;
import io.mailvane.mail.SmtpReply;
import java.net.ProtocolException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyParserTest {
    static Stream<Arguments> replies() {
        return Stream.of(
                reply("250 Ok", 250, "", "Ok"),
                reply("250", 250, "", ""),
                reply("250 ", 250, "", ""),
                reply("250 2.1.5 Ok", 250, "2.1.5", "Ok"),
                reply("250 2.1.5", 250, "2.1.5", ""),
                reply("250-2.1.5 Yes\n250-2.1.5 and\n250 2.1.5 more", 250, "2.1.5", "Yes", "and", "more"),
                reply("250-\n250", 250, "", "", ""),
                reply("550 5.1.1 <a@x>: no", 550, "5.1.1", "<a@x>: no"),
                reply("451 4.7.123 Later", 451, "4.7.123", "Later"),
                reply("354 Go on", 354, "", "Go on"),
                reply("354 2.0.0 Go on", 354, "", "Go on"),
                // The code of the last line counts; RFC 5321 wants them equal.
                reply("250-a\n550 b", 550, "", "a", "b"),
                // A status code that contradicts its reply code decides nothing.
                reply("550 4.2.2 Full", 550, "", "Full"),
                reply("450 5.1.1 Nobody", 450, "", "Nobody"),
                // What looks like one and is none stays.
                reply("550 5.1 no", 550, "", "5.1 no"),
                reply("550 5.1.1234 no", 550, "", "5.1.1234 no"),
                reply("550 3.1.1 no", 550, "", "3.1.1 no"),
                reply("550 1.2.3.4 is listed", 550, "", "1.2.3.4 is listed"),
                // Reply codes that nobody defined are of their class.
                reply("299 Odd", 250, "", "(299) Odd"),
                reply("471 4.7.1 Odd", 450, "4.7.1", "(471) Odd"),
                reply("599 Odd", 550, "", "(599) Odd"),
                reply("555 5.5.4 What?", 555, "5.5.4", "What?"));
    }

    private static Arguments reply(String said, int code, String status, String... lines) {
        var found = status.isEmpty() ? Optional.<EnhancedStatusCode>empty() : EnhancedStatusCode.parse(status);
        return Arguments.of(said, new SmtpReply(code, found, List.of(lines)));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void reads(String said, SmtpReply reply) throws ProtocolException {
        assertThat(parse(said.split("\n"))).isEqualTo(reply);
    }

    private static SmtpReply parse(String... lines) throws ProtocolException {
        var parser = new ReplyParser();
        for (int i = 0; i < lines.length; i++) {
            assertThat(parser.add(lines[i])).isEqualTo(i == lines.length - 1);
        }
        return parser.reply();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "25",
                "abc",
                "250:Ok",
                "250Ok",
                "2500",
                "050 Ok",
                "150 Ok",
                "650 Ok",
                "2a0 Ok",
                "25a Ok",
                " 250 Ok",
                "\u0662\u0665\u0660 Ok"
            })
    void refusesWhatIsNoReply(String line) {
        assertThatThrownBy(() -> new ReplyParser().add(line))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("not an SMTP reply: " + line);
    }

    @Test
    void cutsLongLinesAndKeepsTheBeginOfLongReplies() throws ProtocolException {
        var many = Collections.nCopies(20, "550-" + "x".repeat(600)).toArray(String[]::new);
        many[19] = "550 end";

        assertThat(parse(many))
                .isEqualTo(new SmtpReply(550, Optional.empty(), Collections.nCopies(8, "x".repeat(512))));
    }

    @Test
    void endsWhatDoesNotEnd() {
        var parser = new ReplyParser();
        assertThatThrownBy(() -> {
                    while (!parser.add("250-more")) {
                        // On and on.
                    }
                })
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a reply of more than 128 lines");
    }
}
