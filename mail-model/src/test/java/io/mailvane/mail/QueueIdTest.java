package io.mailvane.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class QueueIdTest {
    @Test
    void sortsByTimeThenCount() {
        var ids = List.of(
                QueueId.of(1_700_000_000_000L, 0, "zone-b"),
                QueueId.of(1_700_000_000_000L, 1, "zone-a"),
                QueueId.of(1_700_000_000_001L, 0, "zone-a"),
                QueueId.of(1_900_000_000_000L, 0, "zone-a"));
        assertThat(ids).isSorted();
    }

    @Test
    void tellsItsTime() {
        assertThat(QueueId.of(1_764_000_123_456L, 77, "zone-a").epochMillis()).isEqualTo(1_764_000_123_456L);
    }

    @Test
    void differsBetweenNodesAtTheSameInstant() {
        assertThat(QueueId.of(1, 1, "zone-a")).isNotEqualTo(QueueId.of(1, 1, "zone-b"));
    }

    @Test
    void refusesWhatItDidNotMake() {
        assertThatThrownBy(() -> new QueueId("../../etc/passwd")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QueueId("0123456789abcdef")).isInstanceOf(IllegalArgumentException.class);
    }
}
