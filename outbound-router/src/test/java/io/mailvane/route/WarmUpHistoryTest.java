package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.Growth;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.ReplyClass;
import io.mailvane.route.Decision.Send;
import io.mailvane.route.RoutingSettings.BulkBySmarthost;
import io.mailvane.route.RoutingSettings.WhenNoRoute;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However mail comes and goes, and whatever is said of it, no receiver is given more of a new address than its day has. */
class WarmUpHistoryTest {
    private static final Duration DAY = Duration.ofHours(24);

    /**
     * Messages at random, of any size, to receivers that mind and refuse, from two new addresses and one that is known; some are given back,
     * at once or late. How far a lane may be is reckoned beside: never too low.
     */
    private static final class History {
        private static final List<ProviderId> PROVIDERS = List.of(GOOGLE, MICROSOFT, GENERIC);
        private static final List<Integer> TABLE = WarmUpSteps.DEFAULT.ceilings();
        private final Random random;
        private final WhenNoRoute whenNoRoute;
        private final World world;
        private final Map<String, Day> days = new HashMap<>();
        private final List<Given> late = new ArrayList<>();
        private boolean isOut;

        /** The last day of a lane. */
        private record Day(int step, Instant began, long given, boolean refused) {
            static final Day NONE = new Day(0, Instant.MIN, 0, false);

            long ceiling() {
                return step < TABLE.size() ? TABLE.get(step) : Long.MAX_VALUE;
            }

            private boolean isOver(Instant now) {
                return !now.isBefore(began.plus(DAY));
            }

            private int next() {
                return !refused && given >= (ceiling() + 1) / 2 ? step + 1 : step;
            }

            Day at(Instant now) {
                return isOver(now) ? new Day(next(), now, 0, false) : this;
            }

            Day giving(long recipients) {
                return new Day(step, began, given + recipients, refused);
            }

            Day back() {
                return new Day(Math.max(0, step - 2), began, given, refused);
            }

            Day refusing(Instant now) {
                var from = isOver(now) ? next() : step;
                return refused ? this : new Day(Math.max(0, from - 2), began, isOver(now) ? 0 : given, true);
            }
        }

        /** What a message took of a lane's day. */
        private record Given(Permit permit, MailFacts mail, String lane, Instant day) {}

        History(int seed) {
            random = new Random(seed);
            whenNoRoute = random.nextBoolean() ? WhenNoRoute.HOLD : WhenNoRoute.LAST_RESORT;
            var settings = World.settings(whenNoRoute, BulkBySmarthost.YES);
            world = new World(World.setup(settings, 3, random.nextInt(2), 2_000));
            world.warming("a1", Growth.GROWS);
            world.warming("a2", Growth.GROWS);
        }

        void step() {
            world.after(Duration.ofSeconds(random.nextInt(1_500)));
            switch (random.nextInt(60)) {
                case 0 ->
                    world.warming(
                            "a1",
                            random.nextBoolean() ? State.DEGRADED : State.WARMING,
                            random.nextBoolean() ? Growth.STOPPED : Growth.GROWS);
                case 1 -> {
                    world.standing("a2", State.QUARANTINED, 0, 100, Map.of());
                    isOut = true;
                }
                case 2, 3 -> comeBack(random.nextBoolean() ? State.DEGRADED : State.WARMING);
                case 4, 5 -> giveBackLate();
                default -> deliver();
            }
        }

        private void comeBack(State state) {
            world.warming("a2", state, Growth.GROWS);
            if (isOut) {
                days.replaceAll((lane, day) -> lane.startsWith("a2 ") ? day.back() : day);
            }
            isOut = false;
        }

        private void deliver() {
            var provider = PROVIDERS.get(random.nextInt(PROVIDERS.size()));
            var mail = world.mail(provider).forRecipients(1 + random.nextInt(20));
            if (!(world.egress.choose(mail) instanceof Send send)) {
                return;
            }
            var route = send.chosen().route().name();
            var lane = route + " " + provider.id();
            var day = days.getOrDefault(lane, Day.NONE).at(world.now()).giving(mail.recipients());
            if (route.equals("a1") || route.equals("a2")) {
                days.put(lane, day);
                assertWithinItsDay(send, day);
            }
            answer(new Given(send.permit(), mail, lane, day.began()));
            world.egress.ended(send.permit());
        }

        private void answer(Given given) {
            switch (random.nextInt(80)) {
                case 0 -> {
                    world.hear(given.permit(), given.mail(), ReplyClass.IP_BLOCK, random.nextInt(50));
                    days.computeIfPresent(given.lane(), (_, day) -> day.refusing(world.now()));
                }
                case 1, 2 -> world.hear(given.permit(), given.mail(), ReplyClass.IP_RATE, random.nextInt(50));
                case 3, 4 -> {
                    world.egress.untried(given.permit(), given.mail().recipients());
                    takeBack(given, given.mail().recipients());
                }
                case 5, 6 -> giveBack(given);
                case 7, 8 -> late.add(given);
                default -> world.egress.accepted(given.permit());
            }
        }

        private void giveBack(Given given) {
            int recipients = random.nextInt(given.mail().recipients() + 1);
            world.egress.giveBack(given.permit(), recipients);
            takeBack(given, recipients);
        }

        private void giveBackLate() {
            if (!late.isEmpty()) {
                giveBack(late.remove(random.nextInt(late.size())));
            }
        }

        /** Of a day that is over nothing is there again, once there is another. */
        private void takeBack(Given given, int recipients) {
            days.computeIfPresent(
                    given.lane(), (_, day) -> day.began().equals(given.day()) ? day.giving(-recipients) : day);
        }

        private void assertWithinItsDay(Send send, Day day) {
            if (send.chosen().tier() != Tier.T4) {
                assertThat(day.given()).as(send.why()).isLessThanOrEqualTo(day.ceiling());
            } else {
                assertThat(whenNoRoute).isEqualTo(WhenNoRoute.LAST_RESORT);
                assertThat(send.candidates())
                        .filteredOn(each -> each.tier().compareTo(Tier.T4) < 0)
                        .noneMatch(each -> each.fitness() == Candidate.Fitness.ELIGIBLE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void noMailBreaksAWarmUp(int seed) {
        var history = new History(seed);
        for (int i = 0; i < 2_000; i++) {
            history.step();
        }
    }
}
