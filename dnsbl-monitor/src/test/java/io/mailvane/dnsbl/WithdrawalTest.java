package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.HistoryEvent.Kind;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of an address that an operator takes out, among others and before their lists. */
class WithdrawalTest {
    private static final String A = "203.0.113.7";
    private static final String B = "198.51.100.7";
    private static final String C = "192.0.2.7";
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = new World(1, List.of(A, B, C), "spamhaus-zen", "psbl");

    private void order(String source, Operation operation) {
        order(source, operation, Optional.empty());
    }

    private void order(String source, Operation operation, Optional<Duration> time) {
        var until = time.map(world.now().wall()::plus);
        world.judge().operate(source, new OperatorOrder(operation, "eva", "a new PTR", until), world.now());
    }

    private String verdict() {
        var verdict = world.reputation().verdict();
        return verdict.tone() + ": " + verdict.summary();
    }

    @Test
    void theSentenceCountsThoseAloneThatAreInUse() {
        world.pass(HOUR);
        order("a1", Operation.RETIRE);
        assertThat(verdict()).isEqualTo("ok: 2 of 2 addresses healthy, 1 retired");
        order("a2", Operation.DISABLE);
        assertThat(verdict()).isEqualTo("warn: 1 of 1 address healthy, 1 disabled by the operator, 1 retired");
        order("a3", Operation.DRAIN);
        assertThat(verdict())
                .isEqualTo("warn: Nothing leaves by an address of ours, 1 being drained by the operator,"
                        + " 1 disabled by the operator, 1 retired");
        order("a2", Operation.RETIRE);
        order("a3", Operation.RETIRE);
        assertThat(verdict()).isEqualTo("stale: No source address is in use: nothing is monitored, 3 retired");
    }

    @Test
    void listsAreAskedAboutWhatIsDisabledAndNotAboutWhatIsRetired() {
        world.pass(HOUR);
        order("a1", Operation.RETIRE);
        order("a2", Operation.DISABLE);
        world.list(A, "psbl", "127.0.0.2");
        world.list(B, "psbl", "127.0.0.2");
        world.pass(HOUR);

        assertThat(world.cell(A, "psbl")).isEqualTo("missing");
        assertThat(world.judge().cell(A, "psbl").orElseThrow().state()).isEqualTo(CellState.CLEAN);
        assertThat(world.cell(B, "psbl")).isEqualTo("LISTED none");
        assertThat(world.reputation().card("a1").orElseThrow())
                .extracting(card -> card.score() + " " + card.nextCheck() + " " + card.known())
                .isEqualTo("0.0 Optional.empty true");
        assertThat(world.reputation().verdict().listings())
                .extracting(Verdict.Listing::what)
                .containsExactly(B + " listed on PSBL");
    }

    @Test
    void whatIsNotAskedAnyMoreKeepsNobodyAwake() {
        world.pass(HOUR);
        for (var source : List.of("a1", "a2", "a3")) {
            order(source, Operation.RETIRE);
        }
        world.pass(HOUR);

        assertThat(world.judge().nextDue(world.now(), HOUR))
                .isEqualTo(world.now().plus(HOUR));
    }

    /** A list that named it when it was retired is not held against it, nor told, for ever. */
    @Test
    void whatIsRetiredIsNotToldAsListedAnyMore() {
        world.list(A, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);
        assertThat(world.reputation().alarms()).isNotEmpty();
        order("a1", Operation.RETIRE);
        world.pass(Duration.ofHours(30));

        assertThat(verdict()).isEqualTo("ok: 2 of 2 addresses healthy, 1 retired");
        assertThat(world.reputation().verdict().listings()).isEmpty();
        assertThat(world.reputation().alarms()).isEmpty();
        assertThat(world.reputation().card("a1").orElseThrow().listedOn()).isEmpty();
    }

    @Test
    void itComesBackOnTheMinuteByItselfAndTheHistoryTellsTheWholeStory() {
        world.pass(HOUR);
        order("a1", Operation.DRAIN, Optional.of(Duration.ofMinutes(90)));
        world.judge().drained("a1", world.now());
        world.judge().drained("a2", world.now());
        var end = world.now().wall().plus(Duration.ofMinutes(90));
        world.pass(Duration.ofHours(2));

        assertThat(world.when(Kind.ADDRESS, "RECOVERING")).contains(end);
        var words = "by the operator (eva): a new PTR, until " + end;
        assertThat(world.events())
                .filteredOn(
                        event -> event.kind() == Kind.ADDRESS && event.object().equals("a1"))
                .extracting(event -> event.from() + " " + event.to() + ": " + event.cause())
                .endsWith(
                        "ACTIVE DRAINING: " + words,
                        "DRAINING DISABLED: nothing is under way by it any more; " + words,
                        "DISABLED RECOVERING: no longer out " + words + "; comes back by the ramp, step 1 of 6");
        assertThat(world.standing("a2").state()).isEqualTo(State.ACTIVE);
    }

    /** Its place is not taken by one that an operator took out, whatever else there is. */
    @Test
    void theLastResortIsWhoIsLeft() {
        world.withoutSmarthost();
        world.pass(HOUR);
        order("a1", Operation.DISABLE);
        order("a2", Operation.DISABLE);
        world.list(C, "spamhaus-zen", "127.0.0.2");
        world.pass(HOUR);

        assertThat(world.standing("a3").state()).isEqualTo(State.LAST_RESORT);
        assertThat(world.standing("a1").state()).isEqualTo(State.DISABLED);
    }
}
