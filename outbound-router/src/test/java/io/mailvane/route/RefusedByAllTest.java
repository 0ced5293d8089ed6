package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.smarthost;
import static io.mailvane.route.World.source;
import static io.mailvane.route.World.way;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.reply.ReplyClass;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Addresses of ours and smarthosts have nothing in common but the mail. */
class RefusedByAllTest {
    /** A third address, and a smarthost that is to be asked again, would be refused too. */
    @Test
    void whoRefusesAddressesAndSmarthostsAlikeRefusesTheMail() {
        var world = World.of(3, 1);
        for (int i = 0; i < 3; i++) {
            assertThat(world.egress.ways(Allowed.ANY).refusedBy()).isEmpty();
            var mail = world.mail(MICROSOFT);
            world.hear(world.take(mail), mail, ReplyClass.IP_BLOCK, 1);
        }
        var decision = (Decision.Hold) world.egress.choose(world.mail(MICROSOFT));
        assertThat(way(decision)).isEqualTo("hold REFUSED_BY_ALL PT15M");
        assertThat(decision.why())
                .startsWith("the receiver refuses us by every way: the mail is the problem, not the address: a");
        assertThat(world.choose(GOOGLE)).endsWith("T0");
        assertThat(world.egress.ways(Allowed.ANY).refusedBy()).containsExactly(MICROSOFT);

        world.after(Duration.ofMinutes(15));
        assertThat(world.egress.ways(Allowed.ANY).refusedBy())
                .as("until a probe is taken")
                .containsExactly(MICROSOFT);
        world.egress.accepted(world.take(world.mail(MICROSOFT)));
        assertThat(world.egress.ways(Allowed.ANY).refusedBy()).isEmpty();
    }

    /** Nobody knows whether that would be refused too. */
    @Test
    void aSmarthostThatCannotBeReachedIsAWayThatWasNotRefused() {
        var world = World.of(1, 2);
        world.hear(source("a1"), world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        world.hear(smarthost("sh1"), world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        world.unreached("sh2", 5);
        assertThat(world.choose(GENERIC)).startsWith("hold NO_ROUTE");
        assertThat(world.egress.ways(Allowed.ANY).refusedBy()).isEmpty();
    }

    /** That they are asked for less, or that there is but one kind of way, says nothing of the mail. */
    @Test
    void whatIsClosedForItsRateOrHasNothingToCompareItWithIsNoWordAboutTheMail() {
        var world = World.of(1, 1);
        world.hear(source("a1"), world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        for (int i = 0; i < 3; i++) {
            world.hear(smarthost("sh1"), world.mail(GENERIC), ReplyClass.IP_RATE, i);
        }
        assertThat(world.choose(GENERIC)).startsWith("hold NO_ROUTE");
        var alone = World.of(1, 0);
        alone.hear(source("a1"), alone.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        assertThat(alone.choose(GENERIC)).startsWith("hold NO_ROUTE");
    }
}
