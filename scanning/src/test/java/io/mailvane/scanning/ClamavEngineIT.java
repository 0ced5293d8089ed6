package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mailvane.mail.Verdict.Action;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClamavEngineIT implements ScanEngineContract {
    private FakeClamd clamd;

    @BeforeEach
    void start() throws IOException {
        clamd = new FakeClamd();
    }

    @AfterEach
    void stop() throws IOException {
        clamd.close();
    }

    @Override
    public ScanEngine engine() {
        return new ClamavEngine(clamd.address());
    }

    @Test
    void rejectsWithTheNameOfTheSignature() throws Exception {
        clamd.answers("stream: Win.Test.EICAR_HDB-1 FOUND\0");
        assertThat(scan()).isEqualTo(Finding.of(Action.REJECT, "Win.Test.EICAR_HDB-1"));
    }

    @Test
    void quarantinesWhatIsTooLargeForClamd() throws Exception {
        clamd.takes(100_000);
        assertThat(engine().scan(Scans.request(new byte[8 << 20]), Scans.soon()))
                .isEqualTo(Finding.of(Action.QUARANTINE, "larger than clamd takes"));
    }

    @Test
    void quarantinesWhatClamdDidNotLookAtToTheEnd() throws Exception {
        clamd.answers("stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND\0");
        assertThat(scan()).isEqualTo(Finding.of(Action.QUARANTINE, "Heuristics.Limits.Exceeded.MaxRecursion"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stream: OK",
                "stream: lstat() failed: No such file or directory. ERROR\0",
                "stream: Can't allocate memory ERROR\0",
                "UNKNOWN COMMAND\0",
                "COMMAND READ TIMED OUT\0",
                "OK\0",
                "\0"
            })
    void takesNoOtherAnswerForClean(String answer) {
        clamd.answers(answer);
        assertThatExceptionOfType(ScanException.class).isThrownBy(this::scan);
    }

    @Test
    void holdsNoAnswerWithoutAnEnd() {
        clamd.answers("x".repeat(1 << 20));
        assertThatExceptionOfType(ScanException.class).isThrownBy(this::scan);
    }

    @Test
    void hasNoAnswerWhereNobodyListens() throws Exception {
        clamd.close();
        assertThatExceptionOfType(ScanException.class).isThrownBy(this::scan);
    }

    private Finding scan() throws ScanException, InterruptedException {
        return engine().scan(Scans.clean(), Scans.soon());
    }
}
