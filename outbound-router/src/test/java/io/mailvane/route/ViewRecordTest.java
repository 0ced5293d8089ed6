package io.mailvane.route;

import static io.mailvane.route.World.GENERIC;
import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.START;
import static io.mailvane.route.World.smarthost;
import static io.mailvane.route.World.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.ProviderId;
import io.mailvane.reply.ReplyClass;
import io.mailvane.reply.ReplyPhase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a restart leaves of the ways out. */
class ViewRecordTest {
    private static final Setup SETUP = World.setup(RoutingSettings.DEFAULT, 3, 2, 1_000);
    private static final Instant RESTART = START.plusSeconds(20);

    private static final Map<ProviderId, Map<String, WarmUp>> WARM_UPS = Map.of(
            GOOGLE,
            Map.of(
                    "a1", new WarmUp(3, START, 43, 2, true, false),
                    "a2", new WarmUp(0, START.minus(Duration.ofHours(1)), 7, 0, false, true)),
            MICROSOFT,
            Map.of("a1", new WarmUp(20, START, 43_000, 0, false, false)));

    private static EgressView hear(EgressView view, Route route, ProviderId provider, ReplyClass meaning, Instant now) {
        var heard = new Heard(World.meaning(meaning), ReplyPhase.RCPT, 7, "450 what it said");
        return Changes.heard(
                view, Permit.plain(route, provider), MailFacts.of(1, provider, World.SENDER), heard, 12, now);
    }

    /** A view of which everything can be lost. */
    private static EgressView learned() {
        var view = Changes.first(SETUP);
        view = hear(view, source("a1"), MICROSOFT, ReplyClass.IP_BLOCK, START);
        view = hear(view, source("a2"), GOOGLE, ReplyClass.IP_RATE, START.plusSeconds(1));
        view = hear(view, source("a3"), GENERIC, ReplyClass.IP_CONFIG, START.plusSeconds(2));
        view = hear(view, smarthost("sh1"), GENERIC, ReplyClass.SMARTHOST_RATE, START.plusSeconds(3));
        view = hear(view, smarthost("sh1"), GENERIC, ReplyClass.SMARTHOST_CONFIG, START.plusSeconds(4));
        view = Changes.taken(view, smarthost("sh1"), MailFacts.of(2, GOOGLE, World.SENDER), START.plusSeconds(5));
        view = Changes.unreached(view, Permit.plain(smarthost("sh1"), GENERIC), START.plusSeconds(6), 0);
        view = hear(view, smarthost("sh2"), GENERIC, ReplyClass.SMARTHOST_QUOTA, START.plusSeconds(7));
        view = hear(view, smarthost("sh2"), GENERIC, ReplyClass.SMARTHOST_AUTH, START.plusSeconds(8));
        view = Changes.greeted(view, Permit.plain(smarthost("sh2"), GENERIC), Duration.ofSeconds(12), START);
        var later = START.plus(Duration.ofMinutes(15));
        var probed = Lane.open(START)
                .struck(new Lane.Strike(START, 1), Lane.Weight.ONE, view.settings())
                .taken(later, view.settings());
        var probe = new Permit(
                source("a1"),
                GOOGLE,
                Optional.of(probed.until()),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
        var back = probed.accepted(probe, later, view.settings());
        return Changes.lane(view, source("a1"), GOOGLE, START, lane -> back);
    }

    private static DataInputStream written(EgressView view, Instant at) throws IOException {
        return written(view, at, WARM_UPS);
    }

    private static DataInputStream written(EgressView view, Instant at, Map<ProviderId, Map<String, WarmUp>> warmUps)
            throws IOException {
        var octets = new ByteArrayOutputStream();
        ViewRecord.write(new DataOutputStream(octets), view, warmUps, at);
        return new DataInputStream(new ByteArrayInputStream(octets.toByteArray()));
    }

    @Test
    void allThatReceiversSaidComesBack() throws Exception {
        var view = learned();

        assertThat(ViewRecord.recalled(written(view, RESTART), Changes.first(SETUP), RESTART)
                        .view())
                .isEqualTo(view);
    }

    @Test
    void howFarReceiversKnowOurAddressesComesBackAsFarAsItMatters() throws Exception {
        assertThat(ViewRecord.recalled(written(learned(), RESTART), Changes.first(SETUP), RESTART)
                        .warmUps())
                .isEqualTo(WARM_UPS);
        var first = Changes.first(World.setup(RoutingSettings.DEFAULT, 1, 0, 1));
        assertThat(ViewRecord.recalled(written(learned(), RESTART), first, RESTART)
                        .warmUps()
                        .get(GOOGLE))
                .isEqualTo(Map.of("a1", new WarmUp(3, START, 43, 2, true, false)));
        var hour = Duration.ofHours(1);
        assertThat(ViewRecord.recalled(written(learned(), RESTART), first, RESTART.minus(hour))
                        .warmUps()
                        .get(GOOGLE))
                .as("by a clock that ran back")
                .isEqualTo(Map.of("a1", new WarmUp(3, START.minus(hour), 43, 2, true, false)));
    }

    /** {@link #learned}, as format 4 knew it, which ended where the warm-ups begin, and as format 5 did. */
    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void whatVersionsBeforeWroteIsRead(int format) throws Exception {
        try (var octets = ViewRecordTest.class.getResourceAsStream("format-" + format + ".view")) {
            var in = new DataInputStream(octets);

            var recalled = ViewRecord.recalled(in, Changes.first(SETUP), RESTART);
            assertThat(recalled.view()).isEqualTo(asBefore(learned()));
            assertThat(recalled.warmUps()).isEqualTo(format == 4 ? Map.of() : WARM_UPS);
            assertThat(in.available()).isZero();
        }
    }

    /** Formats 4 and 5 did not know outages and greetings. */
    private static EgressView asBefore(EgressView view) {
        var providers = new HashMap<ProviderId, EgressView.AtProvider>();
        view.providers().forEach((id, there) -> {
            var lanes = new HashMap<String, Lane>();
            there.lanes().forEach((route, lane) -> lanes.put(route, withoutOutage(lane)));
            providers.put(id, new EgressView.AtProvider(lanes, there.struck()));
        });
        var relays = view.relays().stream()
                .map(each -> new Relay(
                        each.route(),
                        each.account(),
                        each.place(),
                        each.maxSize(),
                        each.breaker(),
                        each.throttle(),
                        each.quota(),
                        Greetings.NONE,
                        each.refusedSenders()))
                .toList();
        return new EgressView(view.sources(), relays, providers, view.settings());
    }

    private static Lane withoutOutage(Lane lane) {
        return new Lane(
                lane.state(),
                lane.since(),
                lane.until(),
                lane.rung(),
                lane.probed(),
                lane.rampStep(),
                lane.strikes(),
                lane.rateReplies(),
                lane.throttle(),
                lane.ramp(),
                Optional.empty());
    }

    @Test
    void ofADeliveryThatWasToShowWhetherASmarthostIsWellNothingWasHeard() throws Exception {
        var view = Changes.first(SETUP);
        for (int i = 0; i < 5; i++) {
            view = Changes.unreached(view, Permit.plain(smarthost("sh1"), GENERIC), START, 0);
        }
        var now = START.plusSeconds(30);
        view = Changes.taken(view, smarthost("sh1"), MailFacts.of(2, GOOGLE, World.SENDER), now);
        assertThat(view.relays().getFirst().breaker().lets(now)).isFalse();

        var recalled = ViewRecord.recalled(written(view, now), Changes.first(SETUP), now)
                .view();
        assertThat(recalled.relays().getFirst().breaker())
                .isEqualTo(view.relays().getFirst().breaker().withoutTrial(now));
        assertThat(recalled.relays().getFirst().breaker().lets(now)).isTrue();
    }

    @Test
    void waysThatAreNoLongerConfiguredAndWhatHasNoEffectAnyMoreAreForgotten() throws Exception {
        var fewer = Changes.first(World.setup(RoutingSettings.DEFAULT, 1, 0, 1));
        var recalled =
                ViewRecord.recalled(written(learned(), RESTART), fewer, RESTART).view();
        assertThat(recalled.relays()).isEmpty();
        assertThat(recalled.at(MICROSOFT).lanes()).containsOnlyKeys("a1");
        assertThat(recalled.at(GENERIC).lanes()).isEmpty();

        var late = START.plus(Duration.ofDays(3));
        var stale =
                ViewRecord.recalled(written(learned(), RESTART), fewer, late).view();
        assertThat(stale.at(MICROSOFT).struck()).isEmpty();
    }

    /** Lanes are the address's: the new one begins without them, and a refusal of the old one is still one of ours. */
    @Test
    void anotherAddressOfTheSameNameHasNoPast() throws Exception {
        var moved = new ArrayList<>(SETUP.sources());
        moved.set(0, new Setup.OwnAddress("a1", World.address("192.0.2.1"), 1));
        var setup = new Setup(SETUP.settings(), moved, SETUP.smarthosts());

        var recalled = ViewRecord.recalled(written(learned(), RESTART), Changes.first(setup), RESTART);
        assertThat(recalled.same()).containsExactlyInAnyOrder("a2", "a3", "sh1", "sh2");
        assertThat(recalled.view().at(MICROSOFT))
                .isEqualTo(new EgressView.AtProvider(Map.of(), Map.of("198.51.1.1", START)));
        assertThat(recalled.view().at(GOOGLE).lanes()).containsOnlyKeys("a2");

        var renewed = Changes.renewed(learned(), setup);
        assertThat(renewed.at(MICROSOFT)).isEqualTo(recalled.view().at(MICROSOFT));
        assertThat(renewed.at(GOOGLE).lanes()).containsOnlyKeys("a2");
    }

    /** Nothing is closed for longer than was said. */
    @Test
    void aWallClockThatRanBackClosesNothingForLonger() throws Exception {
        var year = Duration.ofDays(365);
        var recalled = ViewRecord.recalled(written(learned(), RESTART), Changes.first(SETUP), RESTART.minus(year))
                .view();

        assertThat(recalled.at(MICROSOFT))
                .isEqualTo(new EgressView.AtProvider(
                        Map.of(
                                "a1",
                                Lane.open(START.minus(year))
                                        .struck(
                                                new Lane.Strike(START.minus(year), 7),
                                                Lane.Weight.ONE,
                                                RoutingSettings.DEFAULT)),
                        Map.of("198.51.1.1", START.minus(year))));
    }

    @Test
    void anotherFormatIsNotGuessedAt() {
        var in = new DataInputStream(new ByteArrayInputStream(new byte[] {0, 0, 0, 9}));
        assertThatThrownBy(() -> ViewRecord.recalled(in, Changes.first(SETUP), START))
                .isInstanceOf(IOException.class)
                .hasMessage("it is of format 9, and 4 to 6 are read");
    }
}
