package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.outbound.WaitingForRoute.Cause;
import io.mailvane.outbound.WaitingForRoute.Reason;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WaitingForRouteTest {
    private static final QueueId ID = QueueId.of(0, 0, "zone-a");
    private static final QueueId OTHER = QueueId.of(0, 1, "zone-a");
    private static final ProviderId GOOGLE = new ProviderId("google");
    private static final Cause NO_ROUTE = new Cause(GOOGLE, Reason.NO_ROUTE);
    private static final Cause RATE = new Cause(new ProviderId("microsoft"), Reason.RATE);

    private final WaitingForRoute waiting = new WaitingForRoute();

    @Test
    void isCalledBackWithTheNextView() {
        assertThat(waiting.add(ID, List.of(0), NO_ROUTE, waiting.view())).isTrue();
        assertThat(waiting.add(ID, List.of(2), RATE, waiting.view())).isTrue();

        assertThat(waiting.takeAll()).isEqualTo(Map.of(ID, Set.of(0, 2)));
        assertThat(waiting.messages(id -> true)).isEmpty();
    }

    /** Between the decision and its being written down the view may change: nobody would call the message back. */
    @Test
    void doesNotTakeWhatWasDecidedByAViewThatIsPast() {
        long before = waiting.view();
        waiting.takeAll();

        assertThat(waiting.add(ID, List.of(0), NO_ROUTE, before)).isFalse();
        assertThat(waiting.messages(id -> true)).isEmpty();
    }

    @Test
    void aWayToOneReceiverCallsThoseWhoWaitForIt() {
        waiting.add(ID, List.of(0, 1), NO_ROUTE, waiting.view());
        waiting.add(ID, List.of(2), RATE, waiting.view());
        waiting.add(OTHER, List.of(0), RATE, waiting.view());

        assertThat(waiting.takeAll(GOOGLE)).isEqualTo(Map.of(ID, Set.of(0, 1)));
        assertThat(waiting.takeAll()).isEqualTo(Map.of(ID, Set.of(2), OTHER, Set.of(0)));
    }

    @Test
    void whatIsNoLongerQueuedWaitsNoMore() {
        waiting.add(ID, List.of(0), NO_ROUTE, waiting.view());
        waiting.add(ID, List.of(1), RATE, waiting.view());
        waiting.add(OTHER, List.of(0), RATE, waiting.view());

        assertThat(waiting.messages(id -> true)).isEqualTo(Map.of(Reason.NO_ROUTE, 1, Reason.RATE, 1));
        assertThat(waiting.messages(ID::equals)).isEqualTo(Map.of(Reason.NO_ROUTE, 1));
        assertThat(waiting.takeAll()).isEqualTo(Map.of(ID, Set.of(0, 1)));
    }
}
