package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An address that sends nothing, and how that is known. */
class IdleAddressTest {
    private static final String A = "203.0.113.7";
    private static final Duration HOUR = Duration.ofHours(1);

    /** It is counted only while it is asked of. */
    @Test
    void whetherAnAddressSendsIsAskedAgainEveryMinute() {
        var world = new World(24, List.of(A), "spamhaus-zen").cold();
        assertThat(world.judge().dueTotals(world.now())).containsExactly("a1");
        for (int i = 0; i < 3; i++) {
            world.pass(Duration.ofMinutes(1));
            assertThat(world.judge().dueTotals(world.now())).containsExactly("a1");
        }
    }

    /** A total that is the same as it was says that nothing was sent since. */
    @Test
    void anAddressThatSendsNothingForAMonthIsNewAgain() {
        var world = new World(24, List.of(A), "spamhaus-zen").cold();
        world.pass(HOUR);
        world.judge().warmed("a1", "its warm-up at google is done", world.now());
        assertThat(world.judge().dueTotals(world.now())).containsExactly("a1");
        assertThat(world.judge().dueTotals(world.now())).as("once a minute").isEmpty();
        world.judge().took("a1", 7, world.now());
        world.pass(Duration.ofDays(20));
        world.judge().took("a1", 9, world.now());
        world.pass(Duration.ofDays(20));
        world.judge().took("a1", 9, world.now());
        assertThat(world.standing("a1").state()).isEqualTo(State.ACTIVE);
        world.pass(Duration.ofDays(11));

        assertThat(world.standing("a1").state()).isEqualTo(State.WARMING);
        assertThat(world.events().getLast().cause()).startsWith("it has sent nothing for 30 d");
    }
}
