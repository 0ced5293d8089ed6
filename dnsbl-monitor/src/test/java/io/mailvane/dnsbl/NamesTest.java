package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.NameFinding.Absent;
import io.mailvane.dnsbl.NameFinding.Kind;
import io.mailvane.dnsbl.NameFinding.Own;
import io.mailvane.dnsbl.NameFinding.Right;
import io.mailvane.dnsbl.NameFinding.Unknown;
import io.mailvane.dnsbl.NameFinding.Wrong;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the names of an address do to it. */
class NamesTest {
    private static final IpAddress IP = IpAddress.parse("203.0.113.7");
    private static final Source ADMITTED = new Source("a1", IP, true, true, Optional.of("out1.example"));
    private static final Source STRANGE = new Source("a1", IP, false, true, Optional.of("out1.example"));
    private static final Map<Kind, NameFinding> RIGHT =
            Map.of(Own.PTR, new Right(), Own.HELO, new Right(), Own.SPF, new Absent());
    private static final Map<Kind, NameFinding> NO_PTR =
            Map.of(Own.PTR, new Wrong("203.0.113.7 has no PTR record"), Own.HELO, new Unknown(), Own.SPF, new Absent());
    private static final Map<Kind, NameFinding> SILENT =
            Map.of(Own.PTR, new Unknown(), Own.HELO, new Unknown(), Own.SPF, new Unknown());

    private Moment now = Cells.minute(0);

    private Judge judge(Source source, Judge.Memory memory) {
        var choice =
                new ListChoice(false, new ListChoice.Spamhaus.Undecided(), Map.of(), Set.of(), Set.of(), List.of());
        return new Judge(DnsblSettings.of(List.of(source), choice), List.of(), memory, new Random(1), () -> true, now);
    }

    private Judge judge(Source source) {
        return judge(source, Judge.Memory.EMPTY);
    }

    /** Looks when it is time, and finds that. */
    private void look(Judge judge, Map<Kind, NameFinding> findings) {
        var next = judge.nextDue(now, Duration.ofHours(1));
        now = next.isAfter(now) ? next : now;
        judge.dueNames(now).forEach(source -> judge.named(source, findings, now));
        now = now.plus(Duration.ofMillis(1));
        judge.due(now);
    }

    private SourceStanding standing(Judge judge) {
        return judge.snapshot("", now).addresses().getFirst().standing();
    }

    @Test
    void namesThatWereRightAndAreFoundWrongTwiceTakeTheAddressOut() {
        var judge = judge(ADMITTED);
        look(judge, RIGHT);
        look(judge, NO_PTR);
        assertThat(standing(judge).state()).isEqualTo(State.ACTIVE);
        look(judge, NO_PTR);

        assertThat(standing(judge).state()).isEqualTo(State.QUARANTINED);
        assertThat(standing(judge).why()).isEqualTo("203.0.113.7 has no PTR record");
        assertThat(standing(judge).until()).as("no waiting cures it").isEmpty();
        assertThat(judge.snapshot("", now).alarms())
                .as("said once")
                .containsExactly("a1 (203.0.113.7) is QUARANTINED: 203.0.113.7 has no PTR record");
    }

    @Test
    void rightNamesBringItBackByTheRamp() {
        var judge = judge(ADMITTED);
        look(judge, RIGHT);
        look(judge, NO_PTR);
        look(judge, NO_PTR);
        now = now.plus(Duration.ofHours(2));
        look(judge, RIGHT);
        assertThat(standing(judge).state()).isEqualTo(State.RECOVERING);
    }

    @Test
    void noAnswerIsNeitherFaultNorRight() {
        var judge = judge(ADMITTED);
        look(judge, RIGHT);
        look(judge, NO_PTR);
        look(judge, SILENT);
        assertThat(standing(judge).state()).as("not confirmed by silence").isEqualTo(State.ACTIVE);
        look(judge, NO_PTR);
        look(judge, SILENT);
        assertThat(standing(judge).state()).as("not mended by silence").isEqualTo(State.QUARANTINED);
    }

    @Test
    void anAdmittedAddressOfWhichTheNamesWereNeverRightIsTakenAsItsOperatorSaysAndItIsShown() {
        var judge = judge(ADMITTED);
        for (int i = 0; i < 5; i++) {
            look(judge, NO_PTR);
        }
        assertThat(standing(judge).state()).isEqualTo(State.ACTIVE);
        assertThat(judge.snapshot("", now).alarms()).containsExactly("a1: 203.0.113.7 has no PTR record.");
    }

    @Test
    void anAddressThatIsNotAdmittedWaitsForItsNames() {
        var judge = judge(STRANGE);
        judge.due(now);
        assertThat(standing(judge).why())
                .isEqualTo("not admitted yet: its PTR record has not been looked up yet;"
                        + " its EHLO name has not been looked up yet;"
                        + " the SPF record of its EHLO name has not been looked up yet");
        look(judge, SILENT);
        assertThat(standing(judge).why())
                .isEqualTo("not admitted yet: DNS does not answer in time for its PTR record, or the resolver makes up"
                        + " names; DNS does not answer in time for its EHLO name, or the resolver makes up names;"
                        + " DNS does not answer in time for the SPF record of its EHLO name, or the resolver makes up"
                        + " names");
        look(judge, NO_PTR);
        assertThat(standing(judge).why())
                .isEqualTo("not admitted yet: 203.0.113.7 has no PTR record; there is no PTR record that its EHLO name"
                        + " could be held against");
        look(judge, RIGHT);
        assertThat(standing(judge).state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void ofAnAddressWithoutAnEhloNameNothingIsLookedUp() {
        var judge = judge(new Source("a1", IP, true, true));
        assertThat(judge.dueNames(now)).isEmpty();
        assertThat(standing(judge).state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void afterARestartWhatWasWrongIsWrongUntilItIsFoundRight() {
        var wrong =
                new NameStanding(true, Optional.of(new Wrong("203.0.113.7 has no PTR record")), Optional.of(now), true);
        var memory = new Judge.Memory(
                Map.of(), Map.of(), Map.of(), Map.of("a1", Map.of(Own.PTR, wrong)), Map.of(), Map.of(), List.of());
        var judge = judge(ADMITTED, memory);
        judge.due(now);
        assertThat(standing(judge).state()).isEqualTo(State.QUARANTINED);
    }
}
