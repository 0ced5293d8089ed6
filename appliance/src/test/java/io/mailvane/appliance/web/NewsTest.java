package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.EventAnswer;
import io.mailvane.appliance.reputation.NodePart;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.appliance.reputation.RoutingAnswer;
import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.HistoryEvent.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the page says happened: each section of it has its own kinds, however many there are of the others. */
class NewsTest {
    private static final Instant NOW = SteppedClock.START;

    private final SampleReputation sample = SampleReputation.full("zone-a", NOW);

    private PairReputation pair() {
        var desk = new ReputationDesk(sample, () -> RoutingAnswer.NONE, () -> NOW);
        return new PairReputation(
                NOW, List.of(new NodePart("zone-a", true, Optional.of(NOW), NOW, Optional.of(desk.answer()), "")));
    }

    private List<HistoryEvent> many(Kind kind, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> sample.event(1, kind, "203.0.113.12", "zone-" + i, "- +"))
                .toList();
    }

    private static List<String> kinds(List<EventAnswer> events) {
        return events.stream().map(EventAnswer::kind).distinct().toList();
    }

    @Test
    void aReplyIsSeenBehindManyChangesOfRoute() {
        sample.later = many(Kind.ROUTE, 30);
        assertThat(pair().replies())
                .extracting(event -> event.subject() + " " + event.object())
                .containsExactly("203.0.113.12 microsoft");
        var shown = ReputationPage.Newest.of(pair().recent());
        assertThat(kinds(shown.events())).containsExactly("route");
        assertThat(shown.cut()).isTrue();
    }

    @Test
    void aChangeIsSeenBehindManyReplies() {
        sample.later = many(Kind.REPLY, 2000);
        assertThat(kinds(pair().recent())).containsExactlyInAnyOrder("address", "cell");
        assertThat(ReputationPage.Newest.of(pair().recent()).cut()).isFalse();
        assertThat(ReputationPage.Newest.of(pair().replies()).cut()).isTrue();
        assertThat(pair().cellTimelines(ReputationPage.TIMELINES))
                .extracting(line -> line.ip() + " " + line.object())
                .contains("203.0.113.12 spamcop");
    }
}
