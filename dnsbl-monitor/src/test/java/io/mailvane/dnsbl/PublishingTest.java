package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How soon is seen what was heard. */
class PublishingTest {
    private static final Moment START = Cells.minute(0);
    private static final Moment LATEST = after(30_000);

    private final Publishing publishing = new Publishing(START);

    private static Moment after(long millis) {
        return START.plus(Duration.ofMillis(millis));
    }

    @Test
    void whatComesFirstAndWhatTurnedIsSeenAtOnce() {
        assertThat(publishing.isDue(START, false)).isTrue();
        publishing.done(START);
        assertThat(publishing.isDue(after(10), false)).isFalse();
        assertThat(publishing.isDue(after(10), true)).isTrue();
    }

    /** It was seen when something else woke the monitor, up to half a minute later. */
    @Test
    void whatIsHeardWithinTheGapIsSeenWhenTheGapIsOver() {
        publishing.done(START);
        assertThat(publishing.next(LATEST)).isEqualTo(LATEST);
        publishing.heard();
        assertThat(publishing.next(LATEST)).isEqualTo(after(1000));
        assertThat(publishing.next(after(300))).isEqualTo(after(300));
        assertThat(publishing.isDue(after(1000), false)).isTrue();
        publishing.done(after(1000));
        assertThat(publishing.next(LATEST)).isEqualTo(LATEST);
    }
}
