package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.outbound.WaitingForRoute.Cause;
import io.mailvane.outbound.WaitingForRoute.Reason;
import io.mailvane.route.MailClass;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingForRouteTest {
    private static final QueueId ID = QueueId.of(0, 0, "zone-a");
    private static final QueueId OTHER = QueueId.of(0, 1, "zone-a");
    private static final ProviderId GOOGLE = new ProviderId("google");
    private static final Cause NO_ROUTE = new Cause(GOOGLE, Reason.NO_ROUTE, MailClass.NORMAL, Set.of());
    private static final Cause RATE = new Cause(new ProviderId("microsoft"), Reason.RATE, MailClass.URGENT, Set.of());

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

    /** Who was called and could not go waits again behind the others, so that each is called in his turn. */
    @Test
    void aTrialCallsAFewThatHaveWaitedLongest() {
        waiting.add(ID, List.of(0), NO_ROUTE, waiting.view());
        waiting.add(OTHER, List.of(0, 1), NO_ROUTE, waiting.view());

        assertThat(waiting.takeSome("sh1", 1)).isEqualTo(Map.of(ID, Set.of(0)));
        waiting.add(ID, List.of(0), NO_ROUTE, waiting.view());
        assertThat(waiting.takeSome("sh1", 1)).isEqualTo(Map.of(OTHER, Set.of(0, 1)));
        assertThat(waiting.messages(id -> true)).isEqualTo(Map.of(Reason.NO_ROUTE, 1));
    }

    @Test
    void aTrialCallsOnlyWhatMayTakePartInIt() {
        var barred = new Cause(GOOGLE, Reason.NO_ROUTE, MailClass.NORMAL, Set.of("sh1"));
        waiting.add(ID, List.of(0), barred, waiting.view());
        waiting.add(OTHER, List.of(0), NO_ROUTE, waiting.view());
        waiting.add(OTHER, List.of(1), barred, waiting.view());

        assertThat(waiting.takeSome("sh1", 1)).isEqualTo(Map.of(OTHER, Set.of(0)));
        assertThat(waiting.takeSome("sh1", 1)).isEmpty();
        assertThat(waiting.takeSome("sh2", 2)).isEqualTo(Map.of(ID, Set.of(0), OTHER, Set.of(1)));
    }

    @Test
    void tellsOfAMessageOnceForEachProviderSinceWhenItIsHere() {
        var id = QueueId.of(Instant.parse("2026-11-25T00:00:00Z").toEpochMilli(), 0, "zone-a");
        waiting.add(id, List.of(0, 1), NO_ROUTE, waiting.view());
        waiting.add(id, List.of(2), RATE, waiting.view());

        assertThat(waiting.held())
                .containsExactlyInAnyOrder(
                        new HeldWatch.Held(
                                GOOGLE, Reason.NO_ROUTE, MailClass.NORMAL, Instant.parse("2026-11-25T00:00:00Z")),
                        new HeldWatch.Held(
                                new ProviderId("microsoft"),
                                Reason.RATE,
                                MailClass.URGENT,
                                Instant.parse("2026-11-25T00:00:00Z")));
    }

    /** What is counted is what a look at all of them would find. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void countsAsItWouldByALookAtAll(int seed) {
        var random = new Random(seed);
        var ids = List.of(ID, OTHER, QueueId.of(0, 2, "zone-a"));
        var reasons = List.of(Reason.values());
        var known = new HashMap<QueueId, Map<Integer, Reason>>();
        for (int i = 0; i < 500; i++) {
            var id = ids.get(random.nextInt(ids.size()));
            int recipient = random.nextInt(3);
            switch (random.nextInt(8)) {
                case 0 -> {
                    waiting.takeAll();
                    known.clear();
                }
                case 1, 2 -> {
                    waiting.remove(id, List.of(recipient));
                    known.getOrDefault(id, new HashMap<>()).remove(recipient);
                }
                default -> {
                    var reason = reasons.get(random.nextInt(reasons.size()));
                    waiting.add(
                            id,
                            List.of(recipient),
                            new Cause(GOOGLE, reason, MailClass.NORMAL, Set.of()),
                            waiting.view());
                    known.computeIfAbsent(id, each -> new HashMap<>()).put(recipient, reason);
                }
            }
            var counted = new EnumMap<Reason, Integer>(Reason.class);
            known.values()
                    .forEach(recipients -> recipients.values().stream()
                            .min(Comparator.naturalOrder())
                            .ifPresent(first -> counted.merge(first, 1, Integer::sum)));
            assertThat(waiting.messages(each -> true)).isEqualTo(counted);
        }
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
