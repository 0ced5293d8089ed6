package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.HistoryEvent.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every transition has its cause: what was answered, and what that made of it. */
class CauseTest {
    private static final String A = "203.0.113.7";

    private final World world = new World(1, List.of(A), "psbl");

    /** Of all that happened since the last call, oldest first. */
    private List<String> told(Kind kind) {
        var told = world.events().stream()
                .filter(event -> event.kind() == kind)
                .map(event -> event.from() + " -> " + event.to() + " " + event.cause())
                .toList();
        world.events().clear();
        return told;
    }

    @Test
    void aListingIsToldFromItsFirstAnswerToItsLast() {
        world.pass(Duration.ofHours(1));
        world.list(A, "psbl", "127.0.0.2");
        world.pass(Duration.ofHours(2));
        world.delist(A, "psbl");
        world.pass(Duration.ofHours(3));
        assertThat(told(Kind.CELL))
                .containsExactly(
                        "NONE -> CLEAN PSBL: not listed",
                        "CLEAN -> SUSPECT PSBL: 127.0.0.2 listed; that waits for its confirmation:"
                                + " \"see https://list.example/\"",
                        "SUSPECT -> LISTED PSBL: 127.0.0.2 listed; confirmed by s2: \"see https://list.example/\"",
                        "LISTED -> CLEARING PSBL: not listed any more; that waits for its confirmation",
                        "CLEARING -> CLEAN PSBL: not listed, as 3 answers say");
    }

    @Test
    void aListThatRefusesIsToldOfTheListAndNotOfEachAddress() {
        world.pass(Duration.ofHours(1));
        told(Kind.CELL);
        world.temperAll(World.OPEN_RESOLVER);
        world.pass(Duration.ofHours(3));
        assertThat(world.cell(A, "psbl")).isEqualTo("CLEAN refused");
        assertThat(world.changes(Kind.CELL)).isEmpty();
        assertThat(told(Kind.LIST))
                .containsExactly("OK -> REFUSED PSBL: refuses to answer about its test entries: 127.255.255.254: an"
                        + " error code of the list");
        world.temperAll(World.WORKING);
        world.pass(Duration.ofHours(1));
        assertThat(told(Kind.LIST)).containsExactly("REFUSED -> OK PSBL: its test entries are as they must be");
    }

    /** So that of two that follow each other the one begins as the other ended. */
    @Test
    void whatWasHiddenIsSeenAgainBeforeItTurns() {
        world.pass(Duration.ofHours(1));
        told(Kind.CELL);
        world.list(A, "psbl", "127.0.0.2");
        world.temper("psbl", World.silentAbout(A));
        world.pass(Duration.ofMinutes(20));
        world.temperAll(World.WORKING);
        world.pass(Duration.ofHours(1));
        assertThat(told(Kind.CELL))
                .containsExactly(
                        "CLEAN -> unknown PSBL: no answer in time",
                        "unknown -> CLEAN PSBL: it answers again",
                        "CLEAN -> SUSPECT PSBL: 127.0.0.2 listed; that waits for its confirmation:"
                                + " \"see https://list.example/\"",
                        "SUSPECT -> LISTED PSBL: 127.0.0.2 listed; confirmed by s1: \"see https://list.example/\"");
    }

    @Test
    void aListThatIsSilentThenEmptyThenWildIsToldAsWhatItIs() {
        world.pass(Duration.ofHours(1));
        told(Kind.CELL);
        world.temperAll(World.SILENT);
        world.pass(Duration.ofMinutes(50));
        assertThat(told(Kind.LIST))
                .containsExactly("OK -> UNKNOWN PSBL: does not answer about its test entries: no answer in time");
        world.temperAll(World.EMPTIED);
        world.pass(Duration.ofHours(1));
        assertThat(told(Kind.LIST))
                .containsExactly("UNKNOWN -> BLIND PSBL: its own test entry: not listed; what it must not list: ok;"
                        + " an address by chance: ok");
        world.temperAll(World.WILD);
        world.pass(Duration.ofHours(1));
        assertThat(told(Kind.LIST))
                .containsExactly("BLIND -> LIST_BROKEN PSBL: its own test entry: ok; what it must not list: listed;"
                        + " an address by chance: listed");
        assertThat(world.cell(A, "psbl")).isEqualTo("CLEAN broken");
    }
}
