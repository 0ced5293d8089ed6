package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.way;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReversePath;
import io.mailvane.reply.ReplyClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
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

    private static Set<String> routes(List<Permit> permits) {
        var names = new TreeSet<String>();
        permits.forEach(each -> names.add(each.route().name()));
        return names;
    }

    @Test
    void noMoreAddressesAreUnderWayToAProviderThanItMayRefuse() {
        var world = World.of(4, 1);
        var permits = IntStream.range(0, 24)
                .mapToObj(i -> world.take(mail(world, GENERIC, i)))
                .toList();
        assertThat(routes(permits)).hasSize(MOST).allMatch(name -> name.startsWith("a"));
        assertThat(routes(IntStream.range(0, 24)
                        .mapToObj(i -> world.take(mail(world, GOOGLE, i)))
                        .toList()))
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

    /** A second after the other: something is always under way by both of them. */
    @Test
    void underSteadyLoadTooAllOfThemHaveTheirTurn() {
        var world = World.of(4, 0);
        var underWay = new ArrayDeque<Permit>();
        var used = new TreeSet<String>();
        for (int i = 0; i < 3_600; i++) {
            var permit = world.take(mail(world, GENERIC, i % 50));
            used.add(permit.route().name());
            underWay.add(permit);
            assertThat(routes(List.copyOf(underWay))).hasSizeLessThanOrEqualTo(MOST);
            if (underWay.size() > 10) {
                world.egress.ended(underWay.remove());
            }
            world.after(Duration.ofSeconds(1));
        }
        assertThat(used).containsExactly("a1", "a2", "a3", "a4");
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

    /** Six addresses and two receivers, that refuse now and then whatever of ours they hear. */
    @RepeatedTest(100)
    void neverAreMoreAddressesRefusedInADayThanMay(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var world = World.of(6, 1);
        var underWay = new ArrayList<Permit>();
        var refused = new ArrayList<Refusal>();
        for (int i = 0; i < 400; i++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    if (world.egress.choose(mail(world, random.nextBoolean() ? GENERIC : GOOGLE, random.nextInt(20)))
                            instanceof Decision.Send send) {
                        underWay.add(send.permit());
                    }
                }
                case 2, 3 -> {
                    if (!underWay.isEmpty()) {
                        end(world, underWay.remove(random.nextInt(underWay.size())), random, refused);
                    }
                }
                default -> world.after(Duration.ofMinutes(random.nextInt(90)));
            }
            for (var provider : List.of(GENERIC, GOOGLE)) {
                assertThat(ofTheDay(refused, provider, world)).hasSizeLessThanOrEqualTo(MOST);
            }
        }
    }

    private record Refusal(ProviderId provider, String route, Instant at) {}

    private static Set<String> ofTheDay(List<Refusal> refusals, ProviderId provider, World world) {
        var since = world.now().minus(Duration.ofHours(24));
        var names = new HashSet<String>();
        refusals.stream()
                .filter(each -> each.provider().equals(provider) && each.at().isAfter(since))
                .forEach(each -> names.add(each.route()));
        return names;
    }

    private static void end(World world, Permit permit, Random random, List<Refusal> refused) {
        if (permit.route().kind() == Route.Kind.SOURCE && random.nextInt(4) == 0) {
            world.hear(permit, world.mail(permit.provider()), ReplyClass.IP_BLOCK, random.nextInt(3));
            refused.add(new Refusal(permit.provider(), permit.route().name(), world.now()));
            world.egress.ended(permit);
        } else if (random.nextInt(4) == 0) {
            world.egress.untried(permit, 1);
        } else {
            world.egress.accepted(permit);
            world.egress.ended(permit);
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
