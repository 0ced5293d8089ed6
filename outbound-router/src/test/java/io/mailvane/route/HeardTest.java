package io.mailvane.route;

import static io.mailvane.route.World.CISCO;
import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.smarthost;
import static io.mailvane.route.World.source;
import static io.mailvane.route.World.way;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReversePath;
import io.mailvane.reply.Classification;
import io.mailvane.reply.Confidence;
import io.mailvane.reply.ReplyClass;
import io.mailvane.reply.ReplyPhase;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What answers, and the lack of one, make of the ways out. */
class HeardTest {
    private final World world = World.of(0, 1);

    /** The smarthost was lost, and one message is to show whether it is there again. */
    private Permit trial() {
        world.unreached("sh1", 5);
        world.after(Duration.ofMinutes(1));
        return world.take(World.allowed(world.mail(GENERIC), Allowed.SMARTHOSTS_ONLY));
    }

    private static String next(World world) {
        return way(world.egress.choose(World.allowed(world.mail(GENERIC), Allowed.SMARTHOSTS_ONLY)));
    }

    @ParameterizedTest
    @EnumSource(
            value = ReplyClass.class,
            names = {"SMARTHOST_RATE", "SMARTHOST_CONFIG", "RCPT_UNKNOWN", "IP_BLOCK"})
    void whateverASmarthostAnswersItWasReached(ReplyClass replyClass) {
        var trial = trial();
        assertThat(next(world)).as("one by one").startsWith("hold NO_ROUTE");
        // To another provider, from another sender: what the reply closes is not what is asked about.
        world.hear(trial, MailFacts.of(1, GOOGLE, ReversePath.nullPath()), replyClass, 1);
        assertThat(next(world)).isEqualTo("sh1 T2");
    }

    @Test
    void aSmarthostThatIsUsedUpWasReachedToo() {
        world.hear(trial(), world.mail(GENERIC), ReplyClass.SMARTHOST_QUOTA, 1);
        assertThat(next(world)).isEqualTo("hold NO_ROUTE PT1H1M");
        assertThat(world.egress.ways(Allowed.ANY).smarthosts().getFirst().state())
                .isEqualTo("QUOTA_CLOSED");
    }

    @Test
    void aProbeThatWasNotTriedLeavesRoomForAnother() {
        world.egress.untried(trial(), 1);
        assertThat(next(world)).isEqualTo("sh1 T2");
        assertThat(world.egress.ways(Allowed.ANY).smarthosts().getFirst().used())
                .as("what was not tried is not used")
                .isEqualTo(1);
    }

    @Test
    void aLanesProbeThatWasNotTriedMayBeMadeAgain() {
        var world = World.of(1, 0);
        world.hear(source("a1"), world.mail(GENERIC), ReplyClass.IP_BLOCK, 1);
        var probe = world.after(Duration.ofMinutes(15)).take(world.mail(GENERIC));
        assertThat(world.choose(GENERIC)).isEqualTo("hold NO_ROUTE PT1H15M");
        world.egress.untried(probe, 1);
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T0 PROBE");
    }

    @Test
    void aSmarthostThatRefusesAtItsGreetingIsNotReached() {
        var world = World.of(0, 1);
        for (int i = 0; i < 5; i++) {
            world.egress.heard(
                    Permit.plain(smarthost("sh1"), GENERIC),
                    world.mail(GENERIC),
                    new Heard(World.meaning(ReplyClass.SERVER_TEMP), ReplyPhase.GREETING, 1, "421 Closed"));
            world.unreached("sh1", 1);
        }
        assertThat(world.egress.ways(Allowed.ANY).smarthosts().getFirst().state())
                .isEqualTo("OPEN");
    }

    @ParameterizedTest
    @EnumSource(
            value = ReplyClass.class,
            names = {"IP_BLOCK", "IP_CONFIG"})
    void aGuessIsNoEvent(ReplyClass replyClass) {
        var world = World.of(1, 0);
        var guess = new Classification(
                replyClass, Confidence.LOW, "phase", Classification.Extent.ADDRESS, Optional.empty(), List.of());
        world.egress.heard(
                Permit.plain(source("a1"), GENERIC),
                world.mail(GENERIC),
                new Heard(guess, ReplyPhase.GREETING, 1, "554 No service"));
        assertThat(world.events).isEmpty();
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T0");
    }

    /** Several are in flight when a smarthost begins to say so. */
    @ParameterizedTest
    @CsvSource({"SMARTHOST_AUTH, CREDENTIALS_REFUSED", "SMARTHOST_QUOTA, QUOTA"})
    void whatManyMessagesHearOfASmarthostIsToldOnce(ReplyClass said, RouteEvent.Kind told) {
        var world = World.of(0, 1);
        for (int i = 0; i < 5; i++) {
            world.hear(smarthost("sh1"), world.mail(GENERIC), said, i);
        }
        assertThat(world.events).filteredOn(event -> event.kind() == told).hasSize(1);

        world.after(Duration.ofHours(25));
        for (int i = 0; i < 3; i++) {
            world.egress.accepted(world.take(World.allowed(world.mail(GENERIC), Allowed.SMARTHOSTS_ONLY)));
        }
        world.hear(smarthost("sh1"), world.mail(GENERIC), said, 1);
        assertThat(world.events)
                .as("it was well, and says so again")
                .filteredOn(event -> event.kind() == told)
                .hasSize(2);
    }

    @Test
    void aDomainThatDoesNotProveItsMailIsToldOfOnceADayAndReceiver() {
        for (int i = 0; i < 3; i++) {
            world.hear(smarthost("sh1"), world.mail(GOOGLE), ReplyClass.AUTH, i);
        }
        world.hear(smarthost("sh1"), world.mail(MICROSOFT), ReplyClass.AUTH, 1);
        world.after(Duration.ofHours(24)).hear(smarthost("sh1"), world.mail(GOOGLE), ReplyClass.AUTH, 1);

        assertThat(world.events)
                .extracting(event -> event.provider().orElseThrow().id() + " " + event.what())
                .containsExactly(
                        "google finds that mail of shop.example does not prove whose it is (SPF, DKIM, DMARC)",
                        "microsoft finds that mail of shop.example does not prove whose it is (SPF, DKIM, DMARC)",
                        "google finds that mail of shop.example does not prove whose it is (SPF, DKIM, DMARC)");
        assertThat(world.choose(GOOGLE)).as("no way is closed for it").isEqualTo("direct T0");
    }

    private static void quotes(World world, ProviderId provider, String address) {
        var meaning = new Classification(
                ReplyClass.IP_BLOCK,
                Confidence.HIGH,
                "TEST",
                Classification.Extent.ADDRESS,
                Optional.empty(),
                List.of(World.address(address)));
        world.egress.heard(
                Permit.plain(source("a1"), provider),
                world.mail(provider),
                new Heard(meaning, ReplyPhase.RCPT, 1, "550 5.7.1 " + address + " is blocked"));
    }

    private static List<String> told(World world) {
        return world.events.stream()
                .filter(event -> event.kind() == RouteEvent.Kind.ADDRESS_MISMATCH
                        || event.kind() == RouteEvent.Kind.ADDRESS_MATCHED)
                .map(event -> event.provider().orElseThrow().id() + " " + event.what())
                .toList();
    }

    @Test
    void anAddressThatIsNotOursIsToldOfOnceADayAndReceiver() {
        var world = World.of(1, 0);
        for (int i = 0; i < 3; i++) {
            quotes(world, GOOGLE, "192.0.2.99");
        }
        quotes(world, MICROSOFT, "192.0.2.98");
        quotes(world.after(Duration.ofHours(24)), GOOGLE, "192.0.2.99");

        assertThat(told(world))
                .containsExactly(
                        "google quotes 192.0.2.99, an address that we did not mean to use",
                        "microsoft quotes 192.0.2.98, an address that we did not mean to use",
                        "google quotes 192.0.2.99, an address that we did not mean to use");
        assertThat(world.events).extracting(RouteEvent::address).containsOnly(Optional.of(World.address("198.51.1.1")));
    }

    /** Who quotes now one, now the other has a hop behind it that is meant: of that there is no end of news. */
    @Test
    void thatItQuotesTheRightOneEndsItAndTheDayGoesOn() {
        var world = World.of(1, 0);
        quotes(world, GOOGLE, "198.51.1.1");
        for (int i = 0; i < 3; i++) {
            quotes(world, GOOGLE, "192.0.2.99");
            quotes(world, MICROSOFT, "198.51.1.1");
            quotes(world, GOOGLE, "198.51.1.1");
        }
        assertThat(told(world))
                .containsExactly(
                        "google quotes 192.0.2.99, an address that we did not mean to use",
                        "google sees the address that we mean to use");
    }

    @Test
    void thatItSeesUsAtTheRightOneEndsItToo() {
        var world = World.of(1, 0);
        quotes(world, GOOGLE, "192.0.2.99");
        var host = new InetSocketAddress(World.address("192.0.2.1"), 25);
        world.egress.seen(Permit.plain(source("a1"), GOOGLE), new Echo(World.address("198.51.1.1"), host));
        assertThat(told(world)).hasSize(2).last().isEqualTo("google sees the address that we mean to use");
    }

    @Test
    void ofTooManyProvidersThoseNotHeardOfForLongestAreForgotten() {
        var world = World.of(1, 0);
        world.hear(source("a1"), world.mail(GOOGLE), ReplyClass.IP_BLOCK, 1);
        world.after(Duration.ofSeconds(1));
        world.hear(source("a1"), world.mail(MICROSOFT), ReplyClass.IP_BLOCK, 1);
        world.after(Duration.ofSeconds(1));
        world.egress.peerStrikes(IntStream.range(0, Changes.MOST_PROVIDERS - 1)
                .mapToObj(i -> new PeerStrike(new ProviderId("p" + i), "192.0.2.1", world.now()))
                .toList());
        assertThat(world.choose(MICROSOFT)).isEqualTo("hold NO_ROUTE PT15M1S");
        assertThat(world.choose(GOOGLE)).as("forgotten").isEqualTo("a1 T0");
    }

    /** They are told every two seconds, all of the last day. */
    @Test
    void strikesThatAreKnownChangeNothing() {
        var world = World.of(1, 0);
        var strikes = List.of(
                new PeerStrike(GOOGLE, "192.0.2.1", world.now()),
                new PeerStrike(GOOGLE, "192.0.2.1", world.now().minus(Duration.ofHours(1))),
                new PeerStrike(CISCO, "192.0.2.1", world.now().plus(Duration.ofHours(1))),
                new PeerStrike(GENERIC, "192.0.2.1", world.now().minus(Duration.ofDays(2))));
        var first =
                Changes.peerStrikes(Changes.first(World.setup(RoutingSettings.DEFAULT, 1, 0, 1)), strikes, world.now());

        assertThat(first.providers())
                .isEqualTo(Map.of(
                        GOOGLE,
                        new EgressView.AtProvider(Map.of(), Map.of("192.0.2.1", world.now())),
                        CISCO,
                        new EgressView.AtProvider(Map.of(), Map.of("192.0.2.1", world.now()))));
        assertThat(Changes.peerStrikes(first, strikes, world.now())).isSameAs(first);
    }
}
