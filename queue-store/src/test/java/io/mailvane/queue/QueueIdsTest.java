package io.mailvane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.QueueId;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class QueueIdsTest {
    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final QueueIds ids = new QueueIds("zone-a", clock, 0);

    @Test
    void ascendsWithinAMillisecondAndOverItsEnd() {
        var given = new ArrayList<QueueId>();
        for (int i = 0; i <= QueueId.COUNTS; i++) {
            given.add(ids.next());
        }

        assertThat(given).isSorted().doesNotHaveDuplicates();
        assertThat(given.getLast().epochMillis()).isEqualTo(clock.millis() + 1);
    }

    @Test
    void ascendsWhenTheClockStepsBack() {
        var before = ids.next();
        clock.advance(Duration.ofHours(-1));

        assertThat(ids.next()).isGreaterThan(before);
    }

    @Test
    void beginsBehindTheHighestIdOfTheLastOpening() {
        var afterAll = new QueueIds("zone-a", clock, clock.millis() + 5000);

        assertThat(afterAll.next().epochMillis()).isEqualTo(clock.millis() + 5001);
    }
}
