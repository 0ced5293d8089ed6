package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An outage is told once, of whom it concerns. */
class SilenceTest {
    private static final List<String> ADDRESSES =
            IntStream.rangeClosed(1, 16).mapToObj(each -> "203.0.113." + each).toList();
    private static final String A = ADDRESSES.getFirst();
    private static final String[] LISTS = {"spamhaus-zen", "spamcop", "psbl", "barracuda"};
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = new World(1, ADDRESSES, LISTS);

    /** Of lists and cells, since the last call, oldest first. */
    private List<String> told() {
        var told = world.events().stream()
                .filter(event -> event.kind() != HistoryEvent.Kind.ADDRESS)
                .map(event -> event.subject() + " " + event.from() + " -> " + event.to() + " " + event.cause())
                .toList();
        world.events().clear();
        return told;
    }

    private List<String> shown() {
        return world.reputation().cells().stream()
                .map(cell ->
                        cell.state() + " " + cell.overlay() + " " + cell.asked().reason())
                .distinct()
                .toList();
    }

    private void work() {
        world.temperAll(World.WORKING);
        world.pass(HOUR);
    }

    @Test
    void whenNothingAnswersThatIsOneEventAndItsEndAnother() {
        work();
        told();
        world.temperAll(World.SERVFAIL);
        world.pass(HOUR.multipliedBy(6));
        assertThat(told())
                .containsExactly("all lists - -> UNKNOWN no list answers, nor does any server that is asked for them:"
                        + " SERVFAIL");
        assertThat(shown()).containsExactly("CLEAN unknown SERVFAIL");
        world.pass(HOUR.multipliedBy(24));
        assertThat(told()).isEmpty();

        work();
        assertThat(told()).hasSize(1).allMatch(each -> each.startsWith("all lists UNKNOWN -> OK lists answer again"));
        assertThat(shown()).containsExactly("CLEAN none ");

        world.temperAll(World.SILENT);
        world.pass(HOUR);
        assertThat(told())
                .containsExactly("all lists OK -> UNKNOWN no list answers, nor does any server that is asked for them:"
                        + " no answer in time");
    }

    @Test
    void aStartWithoutAnyAnswerIsOneEventToo() {
        world.temperAll(World.SILENT);
        world.pass(HOUR.multipliedBy(3));
        assertThat(told())
                .containsExactly("all lists - -> UNKNOWN no list answers, nor does any server that is asked for them:"
                        + " no answer in time");
    }

    @Test
    void whenOneListIsSilentThatIsAnEventOfTheList() {
        work();
        told();
        world.temper("psbl", World.SILENT);
        world.pass(HOUR.multipliedBy(3));
        assertThat(told())
                .containsExactly("psbl OK -> UNKNOWN PSBL: does not answer about its test entries: no answer in time");
        assertThat(world.cell(A, "psbl")).isEqualTo("CLEAN unknown");
        work();
        assertThat(told()).containsExactly("psbl UNKNOWN -> OK PSBL: its test entries are as they must be");
    }

    /** Two that are asked one after the other say nothing of those that were not asked in between. */
    @Test
    void whileOneListAnswersTheSilenceOfTheOthersIsTheirsAlone() {
        work();
        told();
        for (var list : List.of("spamhaus-zen", "spamcop", "barracuda")) {
            world.temper(list, World.SILENT);
        }
        world.pass(HOUR.multipliedBy(12));
        assertThat(told())
                .hasSize(3)
                .allMatch(each -> each.contains(" OK -> UNKNOWN ") && !each.startsWith("all lists"));
    }

    @Test
    void whenAListIsSilentAboutOneAddressThatIsAnEventOfTheCell() {
        work();
        told();
        world.temper("psbl", World.silentAbout(A));
        world.pass(HOUR.multipliedBy(3));
        assertThat(told()).containsExactly(A + " CLEAN -> unknown PSBL: no answer in time");
        work();
        assertThat(told()).containsExactly(A + " unknown -> CLEAN PSBL: it answers again: not listed");
    }

    /** A server that answers with a refusal is no outage. */
    @Test
    void whenAllRefuseThatIsAnEventOfEachList() {
        work();
        told();
        world.temperAll(World.OPEN_RESOLVER);
        world.pass(HOUR.multipliedBy(3));
        assertThat(told()).hasSize(LISTS.length).allMatch(each -> each.contains(" OK -> REFUSED "));
    }

    /** What it says counts once its test entries were seen again, and nobody has said until then that they are not there. */
    @Test
    void onItsWayBackAListIsNotKnownUntilItIsTestedAndNeverBlind() {
        work();
        world.temper("psbl", World.SILENT);
        world.pass(HOUR.multipliedBy(2));
        var alone = world.watch(A, "psbl");
        work();
        assertThat(alone).containsExactly("CLEAN unknown", "CLEAN none");

        world.temperAll(World.SERVFAIL);
        world.pass(HOUR.multipliedBy(2));
        var withAll = world.watch(A, "spamcop");
        work();
        assertThat(withAll).containsExactly("CLEAN unknown", "CLEAN none");
    }

    @Test
    void aListThatAnswersButNotAboutItsTestEntriesStaysBlind() {
        work();
        world.temper("psbl", World.SILENT);
        world.pass(HOUR.multipliedBy(2));
        world.temper(
                "psbl",
                (address, codes) ->
                        (ADDRESSES.contains(address.toString()) ? World.WORKING : World.SILENT).apply(address, codes));
        world.pass(HOUR);
        assertThat(world.cell(A, "psbl")).isEqualTo("CLEAN blind");
    }

    @Test
    void aRestartWhileAllAnswerTellsNothing() {
        work();
        told();
        world.restart();
        world.pass(HOUR);
        assertThat(told()).isEmpty();
    }

    @Test
    void aRestartInAnOutageIsNoEventAndTheEndOfTheOutageIsOne() {
        work();
        world.temperAll(World.SILENT);
        world.pass(HOUR.multipliedBy(2));
        told();
        world.restart();
        world.pass(HOUR);
        assertThat(told()).isEmpty();
        work();
        assertThat(told())
                .hasSize(1)
                .allMatch(each -> each.startsWith("all lists UNKNOWN -> OK lists answer again, after 2 h"));
    }

    @Test
    void anOutageThatEndsWhileNobodyAsksIsOverAtTheFirstAnswer() {
        work();
        world.temperAll(World.SILENT);
        world.pass(HOUR.multipliedBy(2));
        told();
        world.restart();
        work();
        assertThat(told())
                .hasSize(1)
                .allMatch(each -> each.startsWith("all lists UNKNOWN -> OK lists answer again, after 1 h"));
        assertThat(shown()).containsExactly("CLEAN none ");
    }

    @Test
    void aRestartForgetsNeitherASilentListNorASilentCell() {
        work();
        world.temper("psbl", World.SILENT);
        world.temper("spamcop", World.silentAbout(A));
        world.pass(HOUR);
        told();
        world.restart();
        world.pass(HOUR);
        assertThat(told()).isEmpty();
        work();
        assertThat(told())
                .containsExactlyInAnyOrder(
                        "psbl UNKNOWN -> OK PSBL: its test entries are as they must be",
                        A + " unknown -> CLEAN SpamCop SCBL: it answers again: not listed");
    }
}
