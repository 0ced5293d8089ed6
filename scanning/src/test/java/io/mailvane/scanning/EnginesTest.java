package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mailvane.mail.ResultField;
import io.mailvane.mail.Verdict;
import io.mailvane.mail.Verdict.Action;
import io.mailvane.mail.Verdict.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnginesTest {
    private static final Finding SPAMMY =
            new Finding(Action.MARK, List.of("add header"), List.of("score 7.00 of 15.00"));
    private static final Finding VIRUS = Finding.of(Action.REJECT, "Eicar");
    private static final Finding MACROS = Finding.of(Action.QUARANTINE, "macros");

    private final List<String> asked = new ArrayList<>();

    /** Says always the same; without a finding it fails. */
    private final class Scripted implements ScanEngine {
        private final String name;
        private final Optional<Finding> finding;

        Scripted(String name, Optional<Finding> finding) {
            this.name = name;
            this.finding = finding;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Set<TestMessage> mustFind() {
            return Set.of(TestMessage.EICAR);
        }

        @Override
        public Finding scan(ScanRequest request, Deadline deadline) throws ScanException {
            asked.add(name);
            return finding.orElseThrow(() -> new ScanException(name + ": is down"));
        }
    }

    @Test
    void saysOfEachEngineWhatItFound() throws Exception {
        assertThat(scan(says("builtin", Finding.CLEAN), says("rspamd", SPAMMY)))
                .isEqualTo(new Verdict(
                        Action.MARK,
                        List.of(new Reason("rspamd", "add header")),
                        List.of(
                                new ResultField("X-Mailvane-Scan", "builtin=clean"),
                                new ResultField("X-Mailvane-Scan", "rspamd=marked; score 7.00 of 15.00; add header"))));
    }

    @Test
    void asksInOrderUntilOneRejects() throws Exception {
        assertThat(scan(says("a", MACROS), says("b", VIRUS), says("c", Finding.CLEAN)))
                .isEqualTo(new Verdict(
                        Action.REJECT,
                        List.of(new Reason("a", "macros"), new Reason("b", "Eicar")),
                        List.of(
                                new ResultField("X-Mailvane-Scan", "a=quarantined; macros"),
                                new ResultField("X-Mailvane-Scan", "b=rejected; Eicar"))));
        assertThat(asked).containsExactly("a", "b");
    }

    @Test
    void hasNoVerdictWhereAnEngineFailedAndTheOthersLetThrough() {
        assertThatExceptionOfType(ScanException.class)
                .isThrownBy(() -> scan(fails("a"), says("b", SPAMMY), fails("c")))
                .withMessage("a: is down")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(asked).containsExactly("a", "b", "c");
    }

    @Test
    void needsNoFailedEngineForWhatAnotherHoldsBack() throws Exception {
        assertThat(scan(fails("a"), says("b", VIRUS)).action()).isEqualTo(Action.REJECT);
        assertThat(scan(says("a", MACROS), fails("b")).action()).isEqualTo(Action.QUARANTINE);
    }

    @Test
    void isAwakeOnlyWhenEachEngineFindsItsTestMessages() throws Exception {
        new Engines(List.of(says("a", VIRUS))).requireAwake(Scans.soon());
        assertThatExceptionOfType(ScanException.class)
                .isThrownBy(() ->
                        new Engines(List.of(says("a", VIRUS), says("b", Finding.CLEAN))).requireAwake(Scans.soon()))
                .withMessage("b: does not find the test message EICAR");
        assertThatExceptionOfType(ScanException.class)
                .isThrownBy(() -> new Engines(List.of(fails("a"))).requireAwake(Scans.soon()))
                .withMessage("a: is down");
    }

    @Test
    void isOneEngineAtLeastAndEachOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Engines(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Engines(List.of(fails("a"), fails("a"))));
    }

    @Test
    void saysOfMailThatNobodyScannedThatNobodyDid() {
        assertThat(ResultField.NOT_SCANNED.line()).isEqualTo("X-Mailvane-Scan: none\r\n");
    }

    private Verdict scan(ScanEngine... engines) throws ScanException, InterruptedException {
        return new Engines(List.of(engines)).scan(Scans.clean(), Scans.soon());
    }

    private ScanEngine says(String name, Finding finding) {
        return new Scripted(name, Optional.of(finding));
    }

    private ScanEngine fails(String name) {
        return new Scripted(name, Optional.empty());
    }
}
