package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.source;
import static io.mailvane.route.World.way;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.ReplyClass;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** By which way a message comes back. */
class PinTest {
    @Test
    void aGreylistedMessageComesBackByTheSameRouteWhileThatIsAsGoodAsBefore() {
        var world = World.of(8, 1);
        var mail = world.mail(GENERIC);
        var pinned =
                pinned(mail, MailFacts.Pin.greylisted("a3", Tier.T0, world.now().plus(Duration.ofHours(24))));
        assertThat(way(world.egress.choose(pinned))).isEqualTo("a3 T0 PIN");
        world.standing("a3", State.DEGRADED, 1, 20, Map.of());
        assertThat(way(world.egress.choose(pinned))).endsWith("T0").doesNotContain("a3");
    }

    private static MailFacts pinned(MailFacts mail, MailFacts.Pin pin) {
        return new MailFacts(
                mail.id(),
                mail.provider(),
                mail.reversePath(),
                1,
                0,
                MailClass.NORMAL,
                Duration.ZERO,
                Duration.ofDays(1),
                Allowed.ANY,
                Set.of(),
                Set.of(),
                Optional.of(pin));
    }

    @Test
    void aGreylistedMessageProbesNoOtherRoute() {
        var world = World.of(2, 0);
        world.hear(source("a1"), world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        world.after(Duration.ofMinutes(15));
        var pin = MailFacts.Pin.greylisted("a2", Tier.T0, world.now().plus(Duration.ofHours(24)));
        assertThat(way(world.egress.choose(pinned(world.mail(GENERIC), pin)))).isEqualTo("a2 T0 PIN");
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T0 PROBE");
    }

    @Test
    void afterALostFinalReplyTheSameWayIsTakenInWhateverTierItIs() {
        var world = World.of(8, 1);
        var pin = MailFacts.Pin.unsure("a3", world.now().plus(Duration.ofHours(24)));
        var mail = pinned(world.mail(GENERIC), pin);
        world.standing("a3", State.DEGRADED, 1, 20, Map.of());
        assertThat(way(world.egress.choose(mail))).isEqualTo("a3 T1 PIN");
    }

    @Test
    void afterALostFinalReplyAnotherWayIsTakenOnlyWhereTheSameIsClosed() {
        var world = World.of(2, 0);
        world.standing("a1", State.QUARANTINED, 1, 100, Map.of());
        var pin = MailFacts.Pin.unsure("a1", world.now().plus(Duration.ofHours(24)));
        assertThat(way(world.egress.choose(pinned(world.mail(GENERIC), pin)))).isEqualTo("a2 T0");
    }

    @Test
    void afterALostFinalReplyTheSameWayIsWaitedForWhereItHasToSendSlowly() {
        var world = World.of(1, 1);
        world.hear(source("a1"), world.mail(GENERIC), ReplyClass.IP_RATE, 1);
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T1");
        var pin = MailFacts.Pin.unsure("a1", world.now().plus(Duration.ofHours(24)));
        var patient = World.like(pinned(world.mail(GENERIC), pin), MailClass.NORMAL, Duration.ofMinutes(5));
        assertThat(way(world.egress.choose(patient))).isEqualTo("hold PACED PT1M");
    }
}
