package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.queue.DueMessage;
import io.mailvane.route.Allowed;
import io.mailvane.route.Egress;
import io.mailvane.route.MailClass;
import io.mailvane.route.MailFacts;
import io.mailvane.route.RoutingSettings;
import io.mailvane.route.Setup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final ProviderId PROVIDER = new ProviderId("customer");
    private static final QueueId ID = QueueId.of(0, 0, "zone-a");

    private final Egress egress = new Egress(
            new Setup(RoutingSettings.DEFAULT, List.of(), List.of()),
            () -> RouterKit.NOW,
            new Random(1),
            event -> {},
            opening -> {});
    private final Rounds rounds = new Rounds(egress, () -> RouterKit.NOW, () -> Duration.ofDays(5));

    @Test
    void aRoundKnowsAllThatTheDecisionAsks() {
        var envelope = SmtpKit.envelope("a@shop.example", "b@shop.example");
        var message = new DueMessage(ID, envelope, List.of(0, 1), RouterKit.NOW.minus(Duration.ofHours(3)), 4_096);
        var choice = new Routing.Choice(
                PROVIDER,
                Optional.of("own"),
                Allowed.relayDomain(Optional.of("sh1")),
                route -> Optional.empty(),
                "why");

        var round = rounds.begin(message, List.of(1), choice, 7);

        assertThat(round)
                .isEqualTo(new Round(
                        message,
                        List.of(1),
                        choice,
                        new MailFacts(
                                ID.text().hashCode(),
                                PROVIDER,
                                envelope.reversePath(),
                                1,
                                4_096,
                                MailClass.NORMAL,
                                Duration.ofHours(3),
                                Duration.ofDays(5).minusHours(3),
                                choice.allowed(),
                                Set.of(),
                                Set.of(),
                                Optional.empty()),
                        Map.of(),
                        Round.Tried.NONE,
                        List.of(),
                        List.of(),
                        7));
    }
}
