package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListSlotTest {
    private static final IpAddress RANDOM = IpAddress.parse("127.77.1.2");
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    private final ListSlot slot =
            new ListSlot(Lists.shipped("spamcop"), AskingSettings.DEFAULT, Duration.ofHours(24), Cells.minute(0));

    private Ask.OfControls tested(Control.Result result, ResolverMode mode, int minute) {
        var ask = slot.ask(RANDOM);
        var round = ListHealth.Round.of(
                Map.of(
                        ControlKind.POSITIVE, result,
                        ControlKind.NEGATIVE, Control.Result.OK,
                        ControlKind.RANDOM, Control.Result.OK),
                Optional.empty());
        slot.tested(new Ask.Tested(round, mode, 3), HALF_AN_HOUR, Cells.minute(minute));
        return ask;
    }

    @Test
    void isAskedByTheWayThatWorked() {
        assertThat(slot.mode()).isEqualTo(ResolverMode.DIRECT);
        tested(Control.Result.WRONG, ResolverMode.RESOLVER, 0);
        assertThat(slot.mode()).isEqualTo(ResolverMode.DIRECT);
        tested(Control.Result.OK, ResolverMode.RESOLVER, 1);
        assertThat(slot.mode()).isEqualTo(ResolverMode.RESOLVER);
    }

    /** The best way may work again: what it says is fresher, and there is more than one server to confirm it. */
    @Test
    void isTestedByTheBestWayFirstUnlessAnAnswerByTheOneInUseWaits() {
        tested(Control.Result.OK, ResolverMode.RESOLVER, 0);
        assertThat(tested(Control.Result.OK, ResolverMode.RESOLVER, 30).mode()).isEqualTo(ResolverMode.DIRECT);

        slot.await(new ListSlot.Waiting(
                new CellSlot(IpAddress.parse("203.0.113.7"), slot, Cell.unknown(Cells.minute(0)), Cells.minute(0)),
                new Ask.Heard(Lists.answer(slot.list(), "127.0.0.2"), Cell.Query.NONE, true, 1)));
        assertThat(tested(Control.Result.OK, ResolverMode.RESOLVER, 31).mode()).isEqualTo(ResolverMode.RESOLVER);

        slot.doubt(Cells.minute(32));
        var doubted = tested(Control.Result.OK, ResolverMode.RESOLVER, 32);
        assertThat(doubted.mode()).isEqualTo(ResolverMode.RESOLVER);
        assertThat(doubted.other()).isTrue();
        assertThat(tested(Control.Result.OK, ResolverMode.RESOLVER, 62).other()).isFalse();
    }

    /** 1, 2, 4 minutes and so on, but never longer than it would take if it worked. */
    @Test
    void isTestedAgainSoonWhileItFails() {
        for (int minutes : new int[] {1, 2, 4, 8, 16, 30, 30}) {
            tested(Control.Result.WRONG, ResolverMode.DIRECT, 0);
            assertThat(slot.next()).contains(Cells.minute(minutes));
        }
        tested(Control.Result.OK, ResolverMode.DIRECT, 0);
        assertThat(slot.next()).contains(Cells.minute(30));
        tested(Control.Result.WRONG, ResolverMode.DIRECT, 0);
        assertThat(slot.next()).contains(Cells.minute(1));
    }
}
