package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.way;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.ReplyClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Many messages at once, most of them chosen before the earlier ones are heard of. */
class UnderWayTest {
    private static final int MOST = RoutingSettings.DEFAULT.struckAddresses();

    private static MailFacts mail(World world, ProviderId provider, int sender) {
        var from = ReversePath.of(Mailbox.parse("me@shop" + sender + ".example"));
        return MailFacts.of(world.mail(provider).id(), provider, from);
    }

    private static List<Permit> take(World world, ProviderId provider, int messages) {
        return IntStream.range(0, messages)
                .mapToObj(i -> world.take(mail(world, provider, i)))
                .toList();
    }

    private static Set<String> routes(List<Permit> permits) {
        var names = new TreeSet<String>();
        permits.forEach(each -> names.add(each.route().name()));
        return names;
    }

    @Test
    void noMoreAddressesAreUnderWayToAProviderThanItMayRefuse() {
        var world = World.of(4, 1);
        var permits = take(world, GENERIC, 24);
        assertThat(routes(permits)).hasSize(MOST).allMatch(name -> name.startsWith("a"));
        assertThat(routes(take(world, GOOGLE, 24)))
                .as("another provider has its own")
                .hasSize(MOST);

        permits.forEach(each -> {
            world.hear(each, world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
            world.egress.ended(each);
        });

        assertThat(world.egress.strikes()).hasSize(MOST);
        assertThat(world.choose(GENERIC)).isEqualTo("sh1 T2");
    }

    @Test
    void inPeaceAllOfThemHaveTheirTurn() {
        var world = World.of(4, 0);
        var used = new TreeSet<String>();
        IntStream.range(0, 24).forEach(i -> used.add(way(world.choose(mail(world, GENERIC, i)))));
        assertThat(used).containsExactly("a1 T0", "a2 T0", "a3 T0", "a4 T0");
    }

    private static void know(World world, int addresses) {
        var known = new TreeSet<String>();
        for (int i = 0; known.size() < addresses; i++) {
            var permit = world.take(mail(world, GENERIC, i));
            world.egress.accepted(permit);
            world.egress.ended(permit);
            known.add(permit.route().name());
        }
    }

    @Test
    void aProviderThatKnowsAllOfThemIsSentToByAllAtOnce() {
        var world = World.of(4, 1);
        know(world, 4);
        var ways = new TreeSet<String>();
        for (int i = 0; i < 24; i++) {
            var mail = mail(world, GENERIC, i);
            var steady = way(world.egress.explain(mail));
            assertThat(way(world.egress.choose(mail))).isEqualTo(steady);
            ways.add(steady);
        }
        assertThat(ways).containsExactly("a1 T0", "a2 T0", "a3 T0", "a4 T0");
        assertThat(routes(take(world, GOOGLE, 24)))
                .as("of another one it says nothing")
                .hasSize(MOST);
    }

    @Test
    void aProviderThatKnowsOneOfThemIsSentToByThatAndOneMore() {
        var world = World.of(4, 1);
        know(world, 1);
        assertThat(routes(take(world, GENERIC, 24))).hasSize(MOST);
    }

    @Test
    void whoTookNoMailForADayKnowsThemNoMore() {
        var world = World.of(4, 1);
        know(world, 4);
        world.after(Duration.ofHours(25));
        assertThat(routes(take(world, GENERIC, 24))).hasSize(MOST);
    }

    /** What is under way cannot be called back, and counts from then on. */
    @Test
    void afterItRefusedOneOfThemNoneIsBegunWithBeforeTheOthersCameToRest() {
        var world = World.of(4, 1);
        know(world, 4);
        var permits = take(world, GENERIC, 24);
        assertThat(routes(permits)).hasSize(4);
        var refused = permits.getFirst();
        world.hear(refused, world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        world.egress.ended(refused);
        assertThat(way(world.egress.choose(world.mail(GENERIC).of(MailClass.URGENT))))
                .isEqualTo("sh1 T2");

        permits.forEach(world.egress::ended);
        var after = take(world, GENERIC, 24);
        assertThat(routes(after))
                .hasSize(MOST - 1)
                .doesNotContain(refused.route().name());
    }

    @Test
    void anotherAddressByAKnownNameIsAStranger() {
        var world = World.of(3, 0);
        know(world, 3);
        var others = IntStream.rangeClosed(1, 3)
                .mapToObj(i -> new Setup.OwnAddress("a" + i, World.address("192.0.2." + i), 1))
                .toList();
        world.egress.reload(new Setup(RoutingSettings.DEFAULT, others, List.of()), Map.of());
        assertThat(routes(take(world, GENERIC, 24))).hasSize(MOST);
    }

    @Test
    void whatMayLeaveByNoneOfThoseUnderWayWaitsUntilOneIsFree() {
        var world = World.of(3, 1);
        var permits = new ArrayList<Permit>();
        IntStream.range(0, 24).forEach(i -> permits.add(world.take(mail(world, GENERIC, i))));
        var mail = world.mail(GENERIC);
        for (var each : routes(permits)) {
            mail = mail.refusedBy(each);
        }

        assertThat(way(world.egress.choose(mail))).isEqualTo("hold PACED PT2S");
        assertThat(way(world.egress.choose(mail.of(MailClass.URGENT)))).isEqualTo("sh1 T2");

        permits.forEach(world.egress::ended);
        assertThat(way(world.egress.choose(mail))).endsWith("T0");
    }

    @Test
    void whatEndedOnceDoesNotEndAnother() {
        var world = World.of(3, 0);
        var first = world.take(mail(world, GENERIC, 1));
        var second = world.take(mail(world, GENERIC, 1));
        world.egress.ended(first);
        world.egress.untried(first, 1);

        var underWay = new ArrayList<>(List.of(second));
        IntStream.range(0, 24).forEach(i -> underWay.add(world.take(mail(world, GENERIC, i))));
        assertThat(routes(underWay)).hasSize(MOST).contains(first.route().name());
    }

    /** Six addresses and two receivers, that refuse now and then whatever of ours they hear, and take nothing. */
    @RepeatedTest(100)
    void neverAreMoreStrangersRefusedInADayThanMay(RepetitionInfo repetition) {
        var day = new Day(repetition.getCurrentRepetition());
        for (int i = 0; i < 400; i++) {
            day.step(false);
            for (var provider : List.of(GENERIC, GOOGLE)) {
                assertThat(day.refusedLately(provider)).hasSizeLessThanOrEqualTo(MOST);
            }
        }
    }

    @Test
    void anAddressIsDrainedOnceNothingIsUnderWayByIt() {
        var world = World.of(1, 0);
        var toOne = world.take(world.mail(GENERIC));
        var toAnother = world.take(world.mail(GOOGLE));
        assertThat(world.egress.drained()).as("nobody drains it").isEmpty();

        world.standing("a1", State.DRAINING, 0, 0, Map.of());
        assertThat(world.choose(GENERIC)).startsWith("hold");
        assertThat(world.egress.drained()).isEmpty();
        world.egress.ended(toOne);
        assertThat(world.egress.drained()).isEmpty();
        world.egress.untried(toAnother, 1);
        assertThat(world.egress.drained()).containsExactly("a1");
    }

    /** Whoever looked at the ways before either is seen to be under way, or chooses anew. */
    @Test
    void nothingBeginsByAnAddressThatIsSaidToBeDrained() {
        var drain = new AtomicReference<Runnable>(() -> {});
        var egress = new Egress(
                World.setup(RoutingSettings.DEFAULT, 1, 1, Long.MAX_VALUE),
                () -> {
                    // Read between the look at the ways and the choice of one.
                    drain.getAndSet(() -> {}).run();
                    return World.START;
                },
                new Random(1),
                _ -> {},
                _ -> {});
        var draining = new SourceStanding("a1", State.DRAINING, 0, 0, Map.of(), "by the operator", Optional.empty());
        drain.set(() -> {
            egress.standings(Map.of("a1", draining));
            assertThat(egress.drained()).containsExactly("a1");
        });

        assertThat(way(egress.choose(MailFacts.of(1, GENERIC, World.SENDER)))).isEqualTo("sh1 T2");
    }

    /** Of those that it knows more may be refused: those that were under way when it refused the first one, and no others. */
    @RepeatedTest(100)
    void nobodyIsRefusedBeyondThemButWhoWasUnderWayAtTheFirstRefusal(RepetitionInfo repetition) {
        var day = new Day(repetition.getCurrentRepetition());
        for (int i = 0; i < 400; i++) {
            day.step(true);
            for (var provider : List.of(GENERIC, GOOGLE)) {
                var refused = day.refusedLately(provider);
                assertThat(refused.size() <= MOST
                                || day.exposedAtFirst(provider).containsAll(refused))
                        .as("%s of %s", refused, day.exposedAtFirst(provider))
                        .isTrue();
            }
        }
    }

    private static final class Day {
        private final Random random;
        private final World world = World.of(6, 1);
        private final List<Permit> underWay = new ArrayList<>();
        private final List<Refusal> refusals = new ArrayList<>();

        /** @param exposed by which mail was under way then, or had been refused */
        private record Refusal(ProviderId provider, String route, Instant at, Set<String> exposed) {}

        Day(long seed) {
            random = new Random(seed);
        }

        void step(boolean takesMail) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    var provider = random.nextBoolean() ? GENERIC : GOOGLE;
                    if (world.egress.choose(mail(world, provider, random.nextInt(20))) instanceof Decision.Send send) {
                        underWay.add(send.permit());
                    }
                }
                case 2, 3 -> {
                    if (!underWay.isEmpty()) {
                        end(underWay.get(random.nextInt(underWay.size())), takesMail);
                    }
                }
                default -> world.after(Duration.ofMinutes(random.nextInt(takesMail ? 3 : 90)));
            }
        }

        private void end(Permit permit, boolean takesMail) {
            if (permit.route().kind() == Route.Kind.SOURCE && random.nextInt(takesMail ? 20 : 4) == 0) {
                var exposed = new HashSet<>(refusedLately(permit.provider()));
                underWay.stream()
                        .filter(each -> each.provider().equals(permit.provider()))
                        .forEach(each -> exposed.add(each.route().name()));
                world.hear(permit, world.mail(permit.provider()), ReplyClass.IP_BLOCK, random.nextInt(3));
                refusals.add(new Refusal(permit.provider(), permit.route().name(), world.now(), exposed));
                world.egress.ended(permit);
            } else if (random.nextInt(4) == 0) {
                world.egress.untried(permit, 1);
            } else {
                if (takesMail) {
                    world.egress.accepted(permit);
                }
                world.egress.ended(permit);
            }
            underWay.remove(permit);
        }

        private List<Refusal> lately(ProviderId provider) {
            var since = world.now().minus(Duration.ofHours(24));
            return refusals.stream()
                    .filter(each ->
                            each.provider().equals(provider) && each.at().isAfter(since))
                    .toList();
        }

        Set<String> refusedLately(ProviderId provider) {
            var names = new HashSet<String>();
            lately(provider).forEach(each -> names.add(each.route()));
            return names;
        }

        Set<String> exposedAtFirst(ProviderId provider) {
            return lately(provider).stream().findFirst().map(Refusal::exposed).orElse(Set.of());
        }
    }

    @Test
    void norAreTheyWhenThreadsChooseAndHearAtOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            var world = World.of(6, 0);
            var deliveries = IntStream.range(0, 200)
                    .mapToObj(i -> mail(world, GENERIC, i))
                    .map(mail -> Executors.callable(() -> refuse(world, mail)))
                    .toList();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var delivery : threads.invokeAll(deliveries)) {
                    delivery.get();
                }
            }
            assertThat(world.egress.strikes()).hasSize(MOST);
        }
    }

    private static void refuse(World world, MailFacts mail) {
        if (world.egress.choose(mail) instanceof Decision.Send send) {
            world.hear(send.permit(), mail, ReplyClass.IP_BLOCK, (int) mail.id());
            world.egress.ended(send.permit());
        }
    }
}
