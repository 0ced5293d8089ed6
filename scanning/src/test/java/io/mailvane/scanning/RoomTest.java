package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomTest {
    private static final Room.Bounds BOUNDS = new Room.Bounds(Duration.ofMillis(2000), Duration.ofMillis(500));

    @ParameterizedTest
    @CsvSource({
        // open before, capacity, running, waiting, service: open then, expected wait
        "true, 4, 0, 0, 1000, true, 0",
        "true, 4, 3, 0, 1000, true, 0",
        "true, 4, 4, 0, 1000, true, 250",
        "true, 4, 4, 7, 1000, true, 2000",
        "true, 4, 4, 8, 1000, false, 2250",
        "false, 4, 4, 7, 1000, false, 2000",
        "false, 4, 4, 2, 1000, false, 750",
        "false, 4, 4, 1, 1000, true, 500",
        "false, 4, 4, 0, 0, true, 0",
        "false, 4, 2, 0, 9000, true, 0",
        "true, 0, 0, 0, 1000, false, 0",
        "false, 0, 0, 0, 0, false, 0",
    })
    void opensAndClosesByTheExpectedWait(
            boolean before, int capacity, int running, int waiting, long service, boolean open, long wait) {
        var load = new PoolLoad(capacity, running, waiting, Duration.ofMillis(service));
        var next = new Room(before, Duration.ZERO, "").next(load, BOUNDS);
        assertThat(next).isEqualTo(new Room(open, Duration.ofMillis(wait), next.why()));
    }

    @Test
    void saysWhyInOneSentence() {
        var busy = new PoolLoad(2, 2, 9, Duration.ofMillis(500));
        assertThat(new Room(true, Duration.ZERO, "").next(busy, BOUNDS).why())
                .isEqualTo("a scan would wait 2500 ms: mail is queued and scanned there, until under 500 ms");
        var calm = new PoolLoad(2, 0, 0, Duration.ofMillis(500));
        assertThat(Room.NONE.next(calm, BOUNDS).why())
                .isEqualTo("a scan would wait 0 ms: mail is scanned while its client waits, up to 2000 ms");
        assertThat(Room.NONE.next(new PoolLoad(0, 0, 0, Duration.ZERO), BOUNDS).why())
                .isEqualTo("no scan worker is ready");
    }

    @Test
    void isNotToTurnWithEveryMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Room.Bounds(Duration.ofSeconds(1), Duration.ofSeconds(1)));
    }
}
