package io.mailvane.appliance.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The seventeen worked cases of the design's section 6.5, by their numbers there, over monitor, queue and delivery joined: what
 * lists and receivers say on the one side, the whole decision on the other.
 */
abstract class WorkedCases {
    static final Duration HOUR = Duration.ofHours(1);
    static final OptionalLong NO_SMARTHOST = OptionalLong.empty();
    static final OptionalLong SMARTHOST = OptionalLong.of(50_000);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // each test begins with begin
    JoinedWorld world;

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    final void begin(OptionalLong smarthost, List<String> addresses, String... lists) throws Exception {
        world = new JoinedWorld(folder, addresses, smarthost, lists);
        world.pass(HOUR);
    }

    /** The decisions for all receivers. */
    final List<String> decisions() {
        return List.of(
                world.decision("google.example"),
                world.decision("microsoft.example"),
                world.decision("cisco.example"),
                world.decision("elsewhere.example"));
    }

    /** The same, as they are told while lists do not tell how an address stands. */
    static List<String> asLastKnown(List<String> decisions) {
        return decisions.stream()
                .map(each -> each.replace("no list names it", "no list named it when they last answered"))
                .toList();
    }

    final String cell(String ip, String list) {
        return world.monitor
                .reputation()
                .cell(ip, list)
                .map(cell -> cell.state() + " " + cell.overlay())
                .orElse("missing");
    }
}
