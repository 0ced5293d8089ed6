package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.ReplyClass;
import io.mailvane.route.Decision.Hold;
import io.mailvane.route.Decision.Purpose;
import io.mailvane.route.Decision.Send;
import io.mailvane.route.RoutingSettings.BulkBySmarthost;
import io.mailvane.route.RoutingSettings.WhenNoRoute;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An address on its way back carries no more than its share, of whatever class the mail is. */
class RampTest {
    private static final int SOURCES = 2;
    private static final List<Double> SHARES = List.of(0.05, 0.1, 0.2, 0.4, 0.7, 1.0);
    private static final List<MailClass> CLASSES = List.of(MailClass.values());

    /** Messages at random while addresses come back, are out, and have to send slowly. */
    private static final class History {
        private final Random random;
        private final RoutingSettings settings;
        private final World world;
        private final Map<String, Double> shares = new HashMap<>();

        History(int seed) {
            random = new Random(seed);
            settings = World.settings(one(List.of(WhenNoRoute.values())), one(List.of(BulkBySmarthost.values())));
            world = new World(World.setup(settings, SOURCES, random.nextInt(2), 2_000));
        }

        private <T> T one(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }

        void step() {
            world.after(Duration.ofSeconds(random.nextInt(300)));
            var source = "a" + (1 + random.nextInt(SOURCES));
            switch (random.nextInt(30)) {
                case 0 -> {
                    shares.put(source, 0.0);
                    world.standing(source, State.QUARANTINED, 0, 100, Map.of());
                }
                case 1, 2, 3 -> {
                    shares.put(source, one(SHARES));
                    world.recovering(
                            source,
                            shares.getOrDefault(source, 1.0),
                            world.now().plus(Duration.ofHours(2)));
                }
                case 4 -> world.hear(World.source(source), world.mail(GENERIC), ReplyClass.IP_RATE, random.nextInt(50));
                default -> decide();
            }
        }

        private void decide() {
            var lifeLeft = Duration.ofMinutes(1 + random.nextInt(5 * 24 * 60));
            var waited = Duration.ofMinutes(random.nextInt(24 * 60));
            var mail = World.like(world.mail(GENERIC), one(CLASSES), waited).lasting(lifeLeft);
            switch (world.egress.choose(mail)) {
                case Send send -> assertWithinShare(send, mail);
                case Hold hold -> assertWaitsForSomething(hold, mail);
            }
        }

        private void assertWithinShare(Send send, MailFacts mail) {
            var chosen = send.chosen();
            double share = shares.getOrDefault(chosen.route().name(), 1.0);
            boolean isAmongIt = Rendezvous.fraction(mail.id(), chosen.route().name()) < share;
            if (chosen.route().kind() == Route.Kind.SMARTHOST || isAmongIt || send.purpose() == Purpose.PROBE) {
                return;
            }
            assertThat(settings.whenNoRoute()).isEqualTo(WhenNoRoute.LAST_RESORT);
            assertThat(chosen.tier()).isEqualTo(Tier.T4);
            assertThat(mail.mailClass() != MailClass.BULK
                            || mail.lifeLeft().compareTo(settings.patience(MailClass.BULK)) <= 0)
                    .as("%s beyond the share of %s", mail, shares)
                    .isTrue();
            assertThat(send.candidates())
                    .filteredOn(each -> each.tier().compareTo(Tier.T4) < 0)
                    .noneMatch(each -> each.fitness() == Candidate.Fitness.ELIGIBLE);
        }

        /** What waits for a share has a time, and that is before it expires. */
        private void assertWaitsForSomething(Hold hold, MailFacts mail) {
            boolean isPatient = mail.mailClass() == MailClass.BULK
                    && mail.lifeLeft().compareTo(settings.patience(MailClass.BULK)) > 0;
            boolean forShare = shares.values().stream().anyMatch(each -> each > 0 && each < 1);
            if (isPatient && forShare && settings.whenNoRoute() == WhenNoRoute.LAST_RESORT) {
                var expires = world.now().plus(mail.lifeLeft());
                assertThat(hold.until())
                        .hasValueSatisfying(until -> assertThat(until).isBefore(expires));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void noMailBreaksARamp(int seed) {
        var history = new History(seed);
        for (int i = 0; i < 2_000; i++) {
            history.step();
        }
    }

    /** A receiver refused it for a while; its list of messages is the same for each step. */
    @ParameterizedTest
    @EnumSource(MailClass.class)
    void aLaneCarriesItsStepOfEachClass(MailClass mailClass) {
        var world = new World(
                World.setup(World.settings(WhenNoRoute.LAST_RESORT, BulkBySmarthost.YES), 1, 1, Long.MAX_VALUE));
        world.hear(World.source("a1"), world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        world.after(Duration.ofMinutes(15));
        world.egress.accepted(world.take(world.mail(GENERIC)));
        for (double share : SHARES) {
            int carried = 0;
            for (int i = 0; i < 1_000; i++) {
                var mail = World.like(world.mail(GENERIC), mailClass, Duration.ZERO);
                boolean isAmongIt = Rendezvous.fraction(mail.id(), "a1") < share;
                assertThat(World.way(world.egress.choose(mail))).isEqualTo(isAmongIt ? "a1 T0" : "sh1 T2");
                carried += isAmongIt ? 1 : 0;
            }
            assertThat(carried / 1_000.0).isCloseTo(share, within(0.05));
            world.after(Duration.ofHours(2));
        }
    }

    /** There it was in use all the while: what was sent to it while it was listed is sent now that it is not. */
    @Test
    void aReceiverThatNeverHadItOutIsSentAll() {
        var world = new World(
                World.setup(World.settings(WhenNoRoute.LAST_RESORT, BulkBySmarthost.YES), 1, 1, Long.MAX_VALUE));
        world.egress.standings(Map.of(
                "a1",
                new SourceStanding(
                        "a1",
                        State.RECOVERING,
                        0.05,
                        Map.of(World.GOOGLE, 1.0),
                        0,
                        Map.of(),
                        "comes back",
                        Optional.of(world.now().plus(Duration.ofHours(2))),
                        SourceStanding.Growth.NONE)));

        var elsewhere = world.mailBeyond("a1", 0.05);
        assertThat(World.way(world.egress.choose(elsewhere))).isEqualTo("sh1 T2");
        var google = world.mail(World.GOOGLE);
        while (Rendezvous.fraction(google.id(), "a1") < 0.05) {
            google = world.mail(World.GOOGLE);
        }
        assertThat(World.way(world.egress.choose(google))).isEqualTo("a1 T0");
    }
}
