package io.mailvane.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostboxTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            value = {
                "you@Elsewhere.example, elsewhere.example/you",
                "You+tag_1@b.example, b.example/You+tag_1",
                "../../etc@b.example, b.example/..%2F..%2Fetc",
                "..@., %2E/%2E%2E",
                "\"a@b\"@[127.0.0.1], %5B127.0.0.1%5D/%22a%40b%22",
                "b\u00fc@b\u00fc.example, b%C3%BC.example/b%C3%BC",
                "50%@b.example, b.example/50%25",
                "Postmaster, mx.example/postmaster",
            })
    void aMailboxHasAFolderThatIsNeverAnother(String forwardPath, String folder) {
        var mailbox = Postbox.Mailbox.parse(forwardPath, "mx.example");
        assertThat(mailbox.domainFolder() + "/" + mailbox.localFolder()).isEqualTo(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "you", "@b.example", "you@"})
    void whatIsNoMailboxIsRefused(String forwardPath) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Postbox.Mailbox.parse(forwardPath, "mx.example"))
                .withMessage("not a mailbox");
    }

    @Test
    void aNameThatNoFileCanHaveIsRefused() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Postbox.Mailbox.parse("!".repeat(86) + "@b.example", "mx.example"))
                .withMessage("the mailbox's name is too long");
    }
}
