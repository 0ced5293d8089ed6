package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpReplyTest {
    @ParameterizedTest
    @CsvSource({
        "250, SUCCESS",
        "354, INTERMEDIATE",
        "421, TEMPORARY",
        "452, TEMPORARY",
        "550, PERMANENT",
        "559, PERMANENT"
    })
    void readsItsClassFromItsCode(int code, StatusClass statusClass) {
        assertThat(SmtpReply.of(code, "x").statusClass()).isEqualTo(statusClass);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 99, 199, 560, 600, 2500})
    void isNoReplyWithACodeOutsideTheRfc(int code) {
        assertThatThrownBy(() -> SmtpReply.of(code, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"250, 4.0.0", "250, 5.1.1", "354, 2.0.0", "450, 5.1.1", "450, 2.0.0", "550, 4.2.0", "550, 2.0.0"})
    void hasNoStatusCodeThatContradictsItsCode(int code, String status) {
        assertThatThrownBy(() -> SmtpReply.of(code, status, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\0b", "\r\n250 Ok"})
    void holdsNoLineEndInALine(String line) {
        assertThatThrownBy(() -> SmtpReply.of(250, line)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SmtpReply(250, Optional.empty(), List.of("fine", line)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hasALine() {
        assertThatThrownBy(() -> new SmtpReply(250, Optional.empty(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"250, 2.0.0", "354, 2.0.0", "450, 4.0.0", "550, 5.0.0"})
    void fallsBackToTheUndefinedStatusOfItsClass(int code, String status) {
        assertThat(SmtpReply.of(code, "x").effectiveStatus()).hasToString(status);
    }

    @Test
    void showsItselfInOneLine() {
        assertThat(SmtpReply.of(450, "4.2.1", "Mailbox busy")).hasToString("450 4.2.1 Mailbox busy");
        assertThat(SmtpReply.of(250, "")).hasToString("250");
        assertThat(new SmtpReply(550, Optional.of(EnhancedStatusCode.of("5.7.1")), List.of("No.", "Go away.")))
                .hasToString("550 5.7.1 No. Go away.");
    }
}
