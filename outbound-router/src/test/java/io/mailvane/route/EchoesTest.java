package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What receivers say of where they see us. */
class EchoesTest {
    private static final String OURS = "198.51.1.1";
    private static final String OTHER = "192.0.2.99";
    private static final ProviderId YAHOO = new ProviderId("yahoo");
    private static final ProviderId APPLE = new ProviderId("apple");

    private final World world = World.of(1, 0);

    private void seen(String address, ProviderId... providers) {
        for (var provider : providers) {
            world.egress.seen(Permit.plain(source("a1"), provider), new Echo(World.address(address), host(provider)));
        }
    }

    private static InetSocketAddress host(ProviderId provider) {
        return new InetSocketAddress(World.address("192.0.2." + provider.id().length()), 25);
    }

    private List<String> told() {
        return told(world);
    }

    private static List<String> told(World world) {
        return world.events.stream()
                .map(event -> event.route().name() + " " + event.kind() + " " + event.what())
                .toList();
    }

    @Test
    void threeThatSeeAnotherAddressAreBelieved() {
        seen(OTHER, GOOGLE, MICROSOFT, GOOGLE);
        assertThat(told()).isEmpty();
        seen(OTHER, YAHOO, APPLE);
        assertThat(told()).containsExactly("a1 ADDRESS_CHANGED address changed: receivers see " + OTHER);

        seen(OURS, GOOGLE, MICROSOFT);
        assertThat(told())
                .containsExactly(
                        "a1 ADDRESS_CHANGED address changed: receivers see " + OTHER,
                        "a1 ADDRESS_CONFIRMED receivers see the address again");
    }

    @Test
    void anAddressIsOutUnlessThereIsNoOtherWay() {
        seen(OTHER, GOOGLE, MICROSOFT, YAHOO);
        world.standing("a1", State.LAST_RESORT, 1, 0, Map.of());
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T4");
    }

    @Test
    void strangersAreNot() {
        seen(OTHER, GENERIC, new ProviderId("one.example"), new ProviderId("two.example"), GOOGLE, MICROSOFT);
        assertThat(told()).isEmpty();
    }

    /** A host is cheaply rented, and three of them at three hosters are no three receivers. */
    @Test
    void norAreThoseWhoRentAHostWhereABigOneStands() {
        var providers = Providers.shipped();
        seen(
                OTHER,
                Stream.of(
                                "vps-1234.vps.ovh.net",
                                "ip-1-2-3-4.ip.secureserver.net",
                                "c-73-1-2-3.hsd1.ca.comcast.net",
                                "ec2-203-0-113-99.compute-1.amazonaws.com",
                                "evil.abo.wanadoo.fr")
                        .map(providers::of)
                        .toArray(ProviderId[]::new));
        assertThat(told()).isEmpty();
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T0");
    }

    /** Nor those who operate mail, but not for many. */
    @Test
    void norAreSmallOnes() {
        seen(OTHER, new ProviderId("godaddy"), new ProviderId("ovh"), new ProviderId("amazon"), GOOGLE, MICROSOFT);
        assertThat(told()).isEmpty();
    }

    @Test
    void whatWasSaidYesterdayIsNotSaidNow() {
        seen(OTHER, GOOGLE, MICROSOFT);
        world.after(Duration.ofHours(25));
        seen(OTHER, YAHOO);
        assertThat(told()).isEmpty();
    }

    @Test
    void whatIsForgottenConfirmsNothing() {
        seen(OTHER, GOOGLE, MICROSOFT, YAHOO);
        world.after(Duration.ofHours(25));
        seen(OTHER, GOOGLE);
        assertThat(told()).containsExactly("a1 ADDRESS_CHANGED address changed: receivers see " + OTHER);
        seen(OURS, GOOGLE);
        assertThat(told()).hasSize(2).last().isEqualTo("a1 ADDRESS_CONFIRMED receivers see the address again");
    }

    /** No mail leaves by it that could show that it is ours again. */
    @Test
    void thoseWhoSawItElsewhereAreAskedOneByOne() {
        seen(OTHER, GOOGLE, MICROSOFT, YAHOO);
        assertThat(world.egress.looks()).isEmpty();

        var asked = new ArrayList<EchoLook>();
        for (int i = 0; i < 4; i++) {
            world.after(Echoes.LOOK_AGAIN);
            assertThat(asked.addAll(world.egress.looks())).isTrue();
            assertThat(world.egress.looks()).isEmpty();
        }
        assertThat(asked).containsExactly(asked.getFirst(), asked.get(1), asked.get(2), asked.getFirst());
        assertThat(asked).containsOnly(look(GOOGLE), look(MICROSOFT), look(YAHOO));

        seen(OURS, asked.getFirst().permit().provider());
        assertThat(told()).last().isEqualTo("a1 ADDRESS_CONFIRMED receivers see the address again");
        world.after(Echoes.LOOK_AGAIN);
        assertThat(world.egress.looks()).isEmpty();
    }

    private static EchoLook look(ProviderId provider) {
        return new EchoLook(Permit.plain(source("a1"), provider), host(provider));
    }

    @Test
    void nothingLeavesByItWhateverTheMonitorHasHeardYet() {
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T0");
        seen(OTHER, GOOGLE, MICROSOFT, YAHOO);
        assertThat(world.choose(GENERIC)).isEqualTo("hold NO_ROUTE");
        world.standing("a1", State.ACTIVE, 1, 0, Map.of());
        assertThat(world.choose(GENERIC)).isEqualTo("hold NO_ROUTE");

        seen(OURS, GOOGLE);
        world.standing("a1", State.ACTIVE, 1, 0, Map.of());
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T0");
    }

    @Test
    void aRestartForgetsNothingAndAsksAtOnce() throws Exception {
        seen(OTHER, GOOGLE, MICROSOFT, YAHOO);
        var kept = new ByteArrayOutputStream();
        world.egress.rememberMoved(new DataOutputStream(kept));

        var next = World.of(1, 0);
        next.egress.recallMoved(new DataInputStream(new ByteArrayInputStream(kept.toByteArray())));

        assertThat(told(next)).containsExactly("a1 ADDRESS_STILL_CHANGED address changed: receivers see " + OTHER);
        next.standing("a1", State.ACTIVE, 1, 0, Map.of());
        assertThat(next.choose(GENERIC)).isEqualTo("hold NO_ROUTE");
        assertThat(next.egress.looks()).hasSize(1);
    }

    /** Nobody is left who could be asked: it is tried again, and out again if three say so again. */
    @Test
    void aWitnessOfThreeDaysAgoIsNoneAndWithoutOneTheAddressIsTriedAgain() {
        seen(OTHER, GOOGLE, MICROSOFT, YAHOO);
        world.after(Duration.ofHours(71));
        seen(OTHER, GOOGLE);
        world.after(Duration.ofHours(1));
        assertThat(asked(3)).containsOnly(look(GOOGLE));
        assertThat(told()).hasSize(1);

        world.after(Duration.ofHours(71));
        assertThat(world.egress.looks()).isEmpty();
        assertThat(told())
                .hasSize(2)
                .last()
                .isEqualTo("a1 ADDRESS_CONFIRMED no receiver has seen another address for 72 h");
        world.standing("a1", State.ACTIVE, 1, 0, Map.of());
        assertThat(world.choose(GENERIC)).isEqualTo("a1 T0");
        seen(OTHER, GOOGLE, MICROSOFT, YAHOO);
        assertThat(told()).hasSize(3);
    }

    private List<EchoLook> asked(int looks) {
        var asked = new ArrayList<EchoLook>();
        for (int i = 0; i < looks; i++) {
            asked.addAll(world.egress.looks());
            world.after(Echoes.LOOK_AGAIN);
        }
        return asked;
    }

    @Test
    void ofManyWitnessesEightAreAsked() {
        var many = Providers.shipped().big().stream()
                .sorted(Comparator.comparing(ProviderId::id))
                .toArray(ProviderId[]::new);
        assertThat(many).hasSizeGreaterThan(Echoes.MOST_WITNESSES);
        seen(OTHER, many);
        world.after(Echoes.LOOK_AGAIN);
        assertThat(Set.copyOf(asked(many.length))).hasSize(Echoes.MOST_WITNESSES);
    }

    @Test
    void aRestartMakesNobodyAWitnessForLonger() throws Exception {
        seen(OTHER, GOOGLE, MICROSOFT, YAHOO);
        var kept = new ByteArrayOutputStream();
        world.egress.rememberMoved(new DataOutputStream(kept));

        var next = World.of(1, 0).after(Echoes.WITNESS_AGES);
        next.egress.recallMoved(new DataInputStream(new ByteArrayInputStream(kept.toByteArray())));
        assertThat(next.events).isEmpty();
        assertThat(next.choose(GENERIC)).isEqualTo("a1 T0");
    }

    /** Whoever configures it again means it. */
    @Test
    void whatWasSeenOfAnAddressThatIsConfiguredNoMoreIsForgotten() {
        seen(OTHER, GOOGLE, MICROSOFT, YAHOO);
        var a1 = World.setup(RoutingSettings.DEFAULT, 1, 0, 1);
        world.egress.reload(World.setup(RoutingSettings.DEFAULT, 0, 0, 1), Map.of());
        world.egress.reload(a1, Map.of());

        assertThat(world.choose(GENERIC)).isEqualTo("a1 T0");
        world.after(Echoes.LOOK_AGAIN);
        assertThat(world.egress.looks()).isEmpty();
    }

    @Test
    void theAddressThatWeBelieveInIsNoNews() {
        seen(OURS, GOOGLE, MICROSOFT, YAHOO, APPLE);
        assertThat(told()).isEmpty();
    }
}
