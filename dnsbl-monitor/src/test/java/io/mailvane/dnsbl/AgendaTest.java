package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgendaTest {
    private static final AskingSettings ONE_AT_A_TIME = new AskingSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofMinutes(30),
            Duration.ofMinutes(45),
            64,
            new AskingSettings.Budget(1, 5, 20, 20_000));

    private final ListSlot list =
            new ListSlot(Lists.shipped("spamhaus-zen"), ONE_AT_A_TIME, Duration.ofHours(24), Cells.minute(0));
    private final List<CellSlot> cells = IntStream.rangeClosed(1, 3)
            .mapToObj(i -> new CellSlot(
                    IpAddress.parse("203.0.113." + i), list, Cell.unknown(Cells.minute(0)), Cells.minute(0)))
            .toList();
    private final Agenda agenda =
            new Agenda(ONE_AT_A_TIME, List.of(list), cells, address -> true, Map.of(), new Random(1), Cells.minute(0));

    /** With three addresses for each question that a day has room for, each has its turn all the same. */
    @Test
    void moreAddressesThanAnOperatorServesAtFullPaceAreAskedForMoreRarelyAndAreKnownAllDay() {
        var addresses =
                IntStream.range(0, 20).mapToObj(i -> "203.0." + i + ".7").toList();
        var world = new World(1, addresses, "spamhaus-zen").servedDaily(2000);
        world.pass(Duration.ofHours(1));

        for (int hour = 1; hour < 30; hour++) {
            world.pass(Duration.ofHours(1));
            var reputation = world.reputation();
            assertThat(reputation.cells())
                    .as("after %d hours", hour)
                    .hasSize(20)
                    .extracting(cell -> cell.state() + " " + cell.overlay())
                    .containsOnly("CLEAN none");
            assertThat(reputation.lists().getFirst().today()).isLessThanOrEqualTo(2000);
        }
    }

    @Test
    void whatHasWaitedLongestIsAskedFirst() {
        tested();
        dueAt(3, 2, 1);

        assertThat(askedInTurn(10)).containsExactly("203.0.113.3", "203.0.113.2", "203.0.113.1");
    }

    @Test
    void whatAPersonWaitsForOrWhatConfirmsGoesBeforeWhatHasWaitedLongest() {
        tested();
        dueAt(3, 2, 1);
        cells.getFirst().wish(Cells.minute(9));

        assertThat(askedInTurn(10)).containsExactly("203.0.113.1", "203.0.113.3", "203.0.113.2");
    }

    @Test
    void noMoreIsAskedAtATimeThanAllOperatorsTogetherMayBe() {
        var two = new AskingSettings(
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Duration.ofMinutes(30),
                Duration.ofMinutes(45),
                2,
                AskingSettings.Budget.DEFAULT);
        var crowd = new Agenda(two, List.of(list), cells, address -> true, Map.of(), new Random(1), Cells.minute(0));
        tested();

        assertThat(crowd.due(Cells.minute(1))).hasSize(2);
        assertThat(crowd.due(Cells.minute(1))).isEmpty();
        crowd.heard(list, 1, Cells.minute(1));
        assertThat(crowd.due(Cells.minute(1))).hasSize(1);
    }

    /** Also those that were sent for nothing; and what is taken for a test are three. */
    @Test
    void everyQuestionIsCounted() {
        assertThat(agenda.due(Cells.minute(0))).singleElement().isInstanceOf(Ask.OfControls.class);
        assertThat(agenda.today(list, Cells.minute(0))).isEqualTo(3);
        agenda.tested(list, 5, Cells.minute(0));
        assertThat(agenda.today(list, Cells.minute(0))).isEqualTo(5);

        tested();
        assertThat(agenda.due(Cells.minute(1))).singleElement().isInstanceOf(Ask.OfCell.class);
        agenda.heard(list, 2, Cells.minute(1));
        assertThat(agenda.today(list, Cells.minute(1))).isEqualTo(7);
    }

    /** A wildcard may spare any address that everybody knows of. */
    @Test
    void aTestAsksForAnotherAddressEachTimeOfANetworkThatIsNobodys() {
        var asked = new HashSet<String>();
        for (int minute = 0; minute < 20; minute++) {
            list.testNow(Cells.minute(minute));
            var test = (Ask.OfControls) agenda.due(Cells.minute(minute)).getFirst();
            assertThat(test.random().toString()).matches("127\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\..*");
            asked.add(test.random().toString());
            agenda.tested(list, 3, Cells.minute(minute));
            tested();
        }
        assertThat(asked).hasSizeGreaterThan(18);
    }

    private void tested() {
        list.tested(
                new Ask.Tested(
                        ListHealth.Round.of(Map.of(ControlKind.RANDOM, Control.Result.OK), Optional.empty()),
                        ResolverMode.DIRECT,
                        3),
                Duration.ofHours(9),
                Cells.minute(0));
    }

    /** @param minutes since when each cell is due */
    private void dueAt(int... minutes) {
        for (int i = 0; i < minutes.length; i++) {
            cells.get(i).become(cells.get(i).cell(), Cells.minute(minutes[i]), Cells.minute(0));
        }
    }

    /** One after the other, as there is room for one. */
    private List<String> askedInTurn(int minute) {
        var asked = new ArrayList<String>();
        for (var asks = agenda.due(Cells.minute(minute)); !asks.isEmpty(); asks = agenda.due(Cells.minute(minute))) {
            for (var ask : asks) {
                asked.add(((Ask.OfCell) ask).address().toString());
                agenda.heard(list, 1, Cells.minute(minute));
            }
        }
        return asked;
    }
}
