package io.mailvane.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.ReplyClass;
import io.mailvane.route.Decision.Hold;
import io.mailvane.route.Decision.Send;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold whatever happens: thousands of messages through ways that are listed, struck, slowed and lost at random. */
class RouteHistoryTest {
    private static final int SOURCES = 5;
    private static final int SMARTHOSTS = 2;
    private static final long QUOTA = 400;
    private static final List<ProviderId> PROVIDERS =
            List.of(World.GOOGLE, World.MICROSOFT, World.CISCO, World.GENERIC);
    private static final List<State> STATES =
            List.of(State.ACTIVE, State.ACTIVE, State.DEGRADED, State.QUARANTINED, State.RECOVERING, State.LAST_RESORT);

    /** A message is offered again until it is relayed, or has to wait. */
    private static final class History {
        private final Random random;
        private final World world = new World(World.setup(RoutingSettings.DEFAULT, SOURCES, SMARTHOSTS, QUOTA));
        private final Map<String, State> states = new HashMap<>();
        private final Map<ProviderId, Map<String, Instant>> struck = new HashMap<>();
        private final Map<String, List<Instant>> given = new HashMap<>();

        History(int seed) {
            random = new Random(seed);
        }

        void step() {
            world.after(Duration.ofSeconds(random.nextInt(400)));
            if (random.nextInt(20) == 0) {
                changeStanding();
            }
            deliver(world.mail(PROVIDERS.get(random.nextInt(PROVIDERS.size()))));
        }

        private void changeStanding() {
            var source = "a" + (1 + random.nextInt(SOURCES));
            var state = STATES.get(random.nextInt(STATES.size()));
            double penalty = state == State.ACTIVE ? 0 : random.nextInt(120);
            double share = state == State.RECOVERING ? 0.1 : 1;
            states.put(source, state);
            world.standing(source, state, share, penalty, Map.of(World.GOOGLE, penalty / 5));
        }

        private void deliver(MailFacts mail) {
            var tried = new HashSet<String>();
            var facts = mail;
            while (true) {
                switch (world.egress.choose(facts)) {
                    case Hold hold -> {
                        assertEveryUntriedWayWasClosed(hold, tried);
                        return;
                    }
                    case Send send -> {
                        var route = send.chosen().route();
                        assertThat(tried.add(route.name()))
                                .as("tried twice in a round")
                                .isTrue();
                        assertMayBeUsed(route, facts.provider());
                        if (!isRefused(send.permit(), facts)) {
                            return;
                        }
                        facts = facts.refusedBy(route.name());
                    }
                }
            }
        }

        private void assertMayBeUsed(Route route, ProviderId provider) {
            if (route.kind() == Route.Kind.SMARTHOST) {
                given.computeIfAbsent(route.name(), name -> new ArrayList<>()).add(world.now());
                var day = given.get(route.name());
                day.removeIf(at -> at.isBefore(world.now().minus(Quota.DAY)));
                assertThat(day).hasSizeLessThanOrEqualTo((int) QUOTA);
                return;
            }
            assertThat(states.getOrDefault(route.name(), State.ACTIVE)).isNotEqualTo(State.QUARANTINED);
            var there = struckLately(provider);
            assertThat(there.size() < 2 || there.contains(route.name()))
                    .as("%s at %s, where %s were struck", route.name(), provider, there)
                    .isTrue();
        }

        private Set<String> struckLately(ProviderId provider) {
            var there = struck.computeIfAbsent(provider, each -> new HashMap<>());
            there.values().removeIf(at -> !at.plus(Duration.ofHours(24)).isAfter(world.now()));
            return new HashSet<>(there.keySet());
        }

        private void assertEveryUntriedWayWasClosed(Hold hold, Set<String> tried) {
            boolean enough = hold.reason() != Decision.HoldReason.NO_ROUTE;
            assertThat(hold.candidates())
                    .allSatisfy(each -> assertThat(each.reasons()).isNotEmpty())
                    .filteredOn(each -> !tried.contains(each.route().name()))
                    .allMatch(each -> enough || each.fitness() != Candidate.Fitness.ELIGIBLE);
            assertThat(enough
                            || hold.until().isPresent()
                            || hold.candidates().stream()
                                    .allMatch(each -> each.from().equals(Instant.MAX)))
                    .isTrue();
        }

        private boolean isRefused(Permit permit, MailFacts facts) {
            return switch (random.nextInt(12)) {
                case 0 -> {
                    strike(permit, facts);
                    yield true;
                }
                case 1 -> {
                    world.hear(permit, facts, ReplyClass.IP_RATE, random.nextInt(50));
                    yield true;
                }
                case 2 -> {
                    world.egress.unreached(permit);
                    yield true;
                }
                case 3 -> {
                    world.hear(permit, facts, ReplyClass.RCPT_UNKNOWN, 1);
                    yield false;
                }
                default -> {
                    world.egress.accepted(permit);
                    yield false;
                }
            };
        }

        private void strike(Permit permit, MailFacts facts) {
            var route = permit.route();
            world.hear(permit, facts, ReplyClass.IP_BLOCK, random.nextInt(50));
            if (route.kind() == Route.Kind.SOURCE) {
                struck.computeIfAbsent(facts.provider(), each -> new HashMap<>())
                        .put(route.name(), world.now());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void noHistoryBreaksAnInvariant(int seed) {
        var history = new History(seed);
        for (int i = 0; i < 2_000; i++) {
            history.step();
        }
    }
}
