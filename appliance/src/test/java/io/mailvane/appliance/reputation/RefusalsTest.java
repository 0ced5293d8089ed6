package io.mailvane.appliance.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.Refusals.Refused;
import io.mailvane.mail.ProviderId;
import io.mailvane.reply.ReplyClass;
import io.mailvane.route.Route;
import io.mailvane.route.RouteEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private final Refusals refusals = new Refusals();

    private void refused(RouteEvent.Kind kind, String provider) {
        var route = new Route(Route.Kind.SOURCE, "a1");
        var event = new RouteEvent(
                Instant.EPOCH,
                kind,
                route,
                Optional.empty(),
                Optional.of(new ProviderId(provider)),
                "",
                Optional.of("550 no"));
        refusals.count(event, "203.0.113.11");
    }

    private static Refused of(String provider, ReplyClass replyClass) {
        return new Refused("203.0.113.11", new ProviderId(provider), replyClass);
    }

    @Test
    void countsWhatIsAboutAnAddressByReceiverAndClass() {
        refused(RouteEvent.Kind.BLOCK_REPLY, "google");
        refused(RouteEvent.Kind.BLOCK_REPLY, "google");
        refused(RouteEvent.Kind.ADDRESS_CONFIG, "google");
        refused(RouteEvent.Kind.LANE, "google");
        refused(RouteEvent.Kind.BREAKER, "google");
        assertThat(refusals.counts())
                .isEqualTo(Map.of(of("google", ReplyClass.IP_BLOCK), 2L, of("google", ReplyClass.IP_CONFIG), 1L));
    }

    @Test
    void countsReceiversThatAreTooManyAsOne() {
        for (int i = 0; i < Refusals.MOST + 5; i++) {
            refused(RouteEvent.Kind.BLOCK_REPLY, "r" + i + ".example");
        }
        refused(RouteEvent.Kind.BLOCK_REPLY, "r0.example");
        assertThat(refusals.counts())
                .hasSize(Refusals.MOST + 1)
                .containsEntry(of("r0.example", ReplyClass.IP_BLOCK), 2L)
                .containsEntry(of("other", ReplyClass.IP_BLOCK), 5L);
    }
}
