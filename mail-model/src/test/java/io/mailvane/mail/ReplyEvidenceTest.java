package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyEvidenceTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "512, 512", "513, 512", "100000, 512"})
    void cutsWhatAReceiverMayWrite(int length, int kept) {
        var evidence =
                new ReplyEvidence("a1", new ProviderId("google"), Optional.empty(), Instant.EPOCH, "x".repeat(length));

        assertThat(evidence.reply()).isEqualTo("x".repeat(kept));
    }
}
