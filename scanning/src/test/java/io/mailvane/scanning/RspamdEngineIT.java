package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mailvane.mail.Secret;
import io.mailvane.mail.Verdict.Action;
import io.mailvane.scanning.ScanRequest.Transaction;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RspamdEngineIT implements ScanEngineContract {
    private FakeRspamd rspamd;
    private RspamdEngine engine;

    @BeforeEach
    void start() throws IOException {
        rspamd = new FakeRspamd();
        engine = new RspamdEngine(rspamd.uri(), Optional.of(new Secret("s3cret")), 1 << 20);
    }

    @AfterEach
    void stop() {
        engine.close();
        rspamd.close();
    }

    @Override
    public ScanEngine engine() {
        return engine;
    }

    @ParameterizedTest
    @CsvSource({
        "greylist, DEFER",
        "soft reject, DEFER",
        "add header, MARK",
        "rewrite subject, MARK",
        "quarantine, QUARANTINE",
        "discard, QUARANTINE",
        "reject, REJECT"
    })
    void doesWhatEachActionMeans(String action, Action meaning) throws Exception {
        rspamd.answers(200, """
                {"action":"%s","score":7.25,"required_score":15,"subject":"[SPAM] hi","symbols":{
                "A":{"score":0.25},"B":{"score":7},"GOOD":{"score":-1}},"messages":{"smtp_message":"Try\\r\\nagain"}}""".formatted(action));
        assertThat(scan())
                .isEqualTo(new Finding(
                        meaning,
                        List.of(action, "Try\r\nagain", "B (7.00)", "A (0.25)"),
                        List.of("score 7.25 of 15.00", "subject: [SPAM] hi")));
    }

    @Test
    void saysThatRspamdSkippedAMessage() throws Exception {
        rspamd.answers(200, "{\"is_skipped\":true,\"action\":\"no action\"}");
        assertThat(scan()).isEqualTo(new Finding(Action.ACCEPT, List.of(), List.of("skipped by rspamd's settings")));
    }

    @Test
    void quarantinesWhatIsTooLargeForRspamd() throws Exception {
        assertThat(engine.scan(Scans.request(new byte[(1 << 20) + 1]), Scans.soon()))
                .isEqualTo(Finding.of(Action.QUARANTINE, "larger than rspamd takes"));
        rspamd.answers(413, "too large");
        assertThat(scan()).isEqualTo(Finding.of(Action.QUARANTINE, "larger than rspamd takes"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"action\":\"our own\"}",
                "{\"error\":\"no worker\"}",
                "{}",
                "[]",
                "not json",
                "{\"action\":null}",
                "{\"action\":\"no action\"",
                "{\"action\":\"no action\"}",
                "{\"action\":\"no action\",\"score\":\"low\",\"required_score\":15}",
                "{\"action\":\"no action\",\"score\":1,\"required_score\":15}trailing",
                "{\"action\":\"no action\",\"score\":1,\"required_score\":15}{}",
                "{\"action\":\"no action\",\"score\":1,\"required_score\":15,\"action\":\"reject\"}"
            })
    void takesNoAnswerThatItDoesNotUnderstandForClean(String answer) {
        rspamd.answers(200, answer);
        assertThatExceptionOfType(ScanException.class).isThrownBy(this::scan);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 302, 401, 404, 500, 503})
    void takesNoOtherStatusForAnAnswer(int status) {
        rspamd.answers(status, "{\"action\":\"no action\"}");
        assertThatExceptionOfType(ScanException.class).isThrownBy(this::scan).withMessage("rspamd: answered " + status);
    }

    @Test
    void holdsNoAnswerWithoutAnEnd() {
        rspamd.answers(200, "{\"action\":\"no action\",\"x\":\"" + "x".repeat(2 << 20) + "\"}");
        assertThatExceptionOfType(ScanException.class).isThrownBy(this::scan);
    }

    @Test
    void hasNoAnswerWhereNobodyListens() {
        rspamd.close();
        assertThatExceptionOfType(ScanException.class).isThrownBy(this::scan);
    }

    @Test
    void tellsTheTransaction() throws Exception {
        scan();
        assertThat(rspamd.fields())
                .isEqualTo(Map.of(
                        "From", List.of("me@example.org"),
                        "Helo", List.of("client.example"),
                        "Ip", List.of("192.0.2.1"),
                        "Password", List.of("s3cret"),
                        "Queue-id", List.of("1JIKKA2G00007NQD"),
                        "Rcpt", List.of("you@shop.example", "b@shop.example")));
    }

    @Test
    void tellsNothingThatCouldBeginAnotherField() throws Exception {
        var hostile = new Transaction(
                "Q1", "a\r\nSettings-ID: none", "", "", List.of("jos\u00e9@example.org", "\"a b\"@example.org"));
        var clean = Scans.clean();
        engine.scan(new ScanRequest(hostile, clean.size(), clean.content()), Scans.soon());
        assertThat(rspamd.fields()).isEqualTo(Map.of("Password", List.of("s3cret"), "Queue-id", List.of("Q1")));
    }

    private Finding scan() throws ScanException, InterruptedException {
        return engine.scan(Scans.clean(), Scans.soon());
    }
}
