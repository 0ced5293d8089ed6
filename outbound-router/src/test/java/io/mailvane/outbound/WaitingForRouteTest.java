package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.QueueId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WaitingForRouteTest {
    private static final QueueId ID = QueueId.of(0, 0, "zone-a");

    private final WaitingForRoute waiting = new WaitingForRoute();

    @Test
    void isCalledBackWithTheNextView() {
        assertThat(waiting.add(ID, List.of(0), waiting.view())).isTrue();
        assertThat(waiting.add(ID, List.of(2), waiting.view())).isTrue();

        assertThat(waiting.takeAll()).isEqualTo(Map.of(ID, Set.of(0, 2)));
        assertThat(waiting.messages()).isZero();
    }

    /** Between the decision and its being written down the view may change: nobody would call the message back. */
    @Test
    void doesNotTakeWhatWasDecidedByAViewThatIsPast() {
        long before = waiting.view();
        waiting.takeAll();

        assertThat(waiting.add(ID, List.of(0), before)).isFalse();
        assertThat(waiting.messages()).isZero();
    }
}
