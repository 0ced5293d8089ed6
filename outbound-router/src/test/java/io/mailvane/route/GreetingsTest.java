package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.smarthost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ReversePath;
import io.mailvane.route.Greetings.Greeting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A smarthost that greets slowly carries half of what another of its order does. */
class GreetingsTest {
    private final World world = World.ofEqualSmarthosts();

    private void greet(String smarthost, int times, int seconds) {
        for (int i = 0; i < times; i++) {
            world.egress.greeted(Permit.plain(smarthost(smarthost), GENERIC), Duration.ofSeconds(seconds));
        }
    }

    private static Greetings of(int quick, int slow) {
        var greetings = Greetings.NONE;
        for (int i = 0; i < quick + slow; i++) {
            var took = Duration.ofSeconds(i < quick ? 1 : 11);
            greetings =
                    greetings.and(new Greeting(World.START.plusSeconds(i), took), RoutingSettings.DEFAULT.smarthosts());
        }
        return greetings;
    }

    @ParameterizedTest
    @CsvSource({"0, 1, false", "0, 2, true", "3, 1, false", "3, 2, true", "19, 1, false", "18, 2, true", "100, 1, false"
    })
    void oneSlowOneIsNoWordAboutTheOthers(int quick, int slow, boolean areSlow) {
        assertThat(of(quick, slow).areSlow()).isEqualTo(areSlow);
    }

    @Test
    void tenSecondsAreNotYetSlow() {
        greet("sh1", 5, 10);
        assertThat(world.events).isEmpty();
    }

    @Test
    void whatIsLongAgoIsForgotten() {
        var old = of(0, 20);
        var later = new Greeting(World.START.plus(Duration.ofMinutes(11)), Duration.ofSeconds(11));
        assertThat(old.and(later, RoutingSettings.DEFAULT.smarthosts())).isEqualTo(Greetings.of(List.of(later)));
        assertThat(of(100, 0).last()).hasSize(20);
    }

    @Test
    void halfOfTheMailThatWasItsLeavesByAnotherOfItsOrderUntilItGreetsSoonAgain() {
        assertThat(shareOfFirst()).isCloseTo(1 / 2.0, within(0.03));
        greet("sh1", 2, 12);
        assertThat(shareOfFirst()).isCloseTo(1 / 3.0, within(0.03));
        greet("sh1", 20, 1);
        assertThat(shareOfFirst()).isCloseTo(1 / 2.0, within(0.03));
        assertThat(world.events)
                .extracting(RouteEvent::kind, RouteEvent::route, RouteEvent::what)
                .containsExactly(
                        tuple(
                                RouteEvent.Kind.GREETING,
                                smarthost("sh1"),
                                "greets in 12 s: half its weight among smarthosts of its order"),
                        tuple(RouteEvent.Kind.GREETING, smarthost("sh1"), "greets soon again"));
    }

    private double shareOfFirst() {
        return IntStream.range(0, 4_000)
                        .mapToObj(i -> MailFacts.of(i, GENERIC, ReversePath.of(Mailbox.parse("me@s" + i + ".example"))))
                        .map(mail -> (Decision.Send) world.egress.explain(World.allowed(mail, Allowed.SMARTHOSTS_ONLY)))
                        .filter(send -> send.chosen().route().equals(smarthost("sh1")))
                        .count()
                / 4_000.0;
    }

    @Test
    void saysHowLongItLetsWaitWhereThatIsLong() {
        greet("sh1", 3, 12);
        greet("sh2", 3, 2);
        assertThat(world.egress.ways(Allowed.SMARTHOSTS_ONLY).smarthosts())
                .extracting(WaysOut.SmarthostNow::greeting)
                .containsExactly(Optional.of(Duration.ofSeconds(12)), Optional.empty());
        assertThat(world.egress
                        .explain(World.allowed(world.mail(GENERIC), Allowed.SMARTHOSTS_ONLY))
                        .candidates())
                .filteredOn(each -> each.route().kind() == Route.Kind.SMARTHOST)
                .extracting(each -> each.reasons().getFirst())
                .containsExactly(
                        "greets in 12 s: half its weight among smarthosts of its order", "the first smarthost");
    }

    /** By design: a weight means something among equals. */
    @Test
    void whereItIsTheOnlyOneOfItsOrderAllItsMailGoesOnLeavingByIt() {
        var alone = World.of(0, 2);
        alone.egress.greeted(Permit.plain(smarthost("sh1"), GENERIC), Duration.ofMinutes(1));
        alone.egress.greeted(Permit.plain(smarthost("sh1"), GENERIC), Duration.ofMinutes(1));
        assertThat(World.way(alone.egress.choose(World.allowed(alone.mail(GENERIC), Allowed.SMARTHOSTS_ONLY))))
                .isEqualTo("sh1 T2");
    }
}
