package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.appliance.reputation.Refusals;
import io.mailvane.dnsbl.AdmissionItem;
import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.HistoryFilter;
import io.mailvane.dnsbl.Operated;
import io.mailvane.dnsbl.Operation;
import io.mailvane.dnsbl.OperatorOrder;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceProbe;
import io.mailvane.mail.SourceStanding;
import io.mailvane.route.Route;
import io.mailvane.route.RouteEvent;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitoringTest {
    /** A thread in one of these goes no further by itself. */
    private static final EnumSet<Thread.State> STILL =
            EnumSet.of(Thread.State.WAITING, Thread.State.BLOCKED, Thread.State.TERMINATED);

    private static final String NODE = """
            [node]
            name = "zone-a"
            hostname = "mx-a.example"
            data = "data"
            [[listener]]
            name = "mx"
            role = "mx"
            address = "127.0.0.1:0"
            """;

    /** Of the source a2. */
    private static final String SECOND = "203.0.113.99";

    @TempDir
    Path folder;

    private Configuration configuration(String catalogue) throws Exception {
        return read(catalogue, """
                [dnsbl]
                catalogue = "%s"
                """.formatted(catalogue));
    }

    private Configuration read(String name, String further) throws Exception {
        var file = Files.writeString(folder.resolve(name + ".toml"), NODE + further);
        return ConfigurationFile.read(file, List.of());
    }

    /** With a source of this public address, and a second one. */
    private Configuration watching(String address, String interval) throws Exception {
        return read("watching", """
                [dns]
                resolvers = ["127.0.0.1:1"]
                [[source]]
                name = "a1"
                local = "127.0.0.11"
                public = "%s"
                admitted = true
                warm = true
                [[source]]
                name = "a2"
                local = "127.0.0.12"
                public = "%s"
                admitted = true
                warm = true
                [dnsbl]
                catalogue = "none"
                spamhaus = "off"
                interval = "%s"
                """.formatted(address, SECOND, interval));
    }

    /** With a source that receivers do not know, or one of which the operator says that they do. */
    private Configuration cold(boolean warm) throws Exception {
        return read("cold", """
                [dns]
                resolvers = ["127.0.0.1:1"]
                [[source]]
                name = "a1"
                local = "127.0.0.11"
                public = "203.0.113.11"
                admitted = true
                warm = %b
                [dnsbl]
                catalogue = "none"
                spamhaus = "off"
                """.formatted(warm));
    }

    private static Monitoring started(Configuration configuration) {
        var monitoring = Monitoring.open(configuration, () -> true, _ -> Map.of());
        monitoring.begin();
        return monitoring;
    }

    private static void await(Monitoring monitoring, SourceStanding.State state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> standing(monitoring).state() == state);
    }

    private static SourceStanding standing(Monitoring monitoring) {
        return Optional.ofNullable(monitoring.reputation().standings().get("a1"))
                .orElseThrow();
    }

    private static RouteEvent event(RouteEvent.Kind kind, String address) {
        return new RouteEvent(
                Instant.EPOCH,
                kind,
                new Route(Route.Kind.SOURCE, address.equals(SECOND) ? "a2" : "a1"),
                Optional.of(InetAddress.ofLiteral(address)),
                Optional.empty(),
                "seen elsewhere",
                Optional.empty());
    }

    private static RouteEvent said(RouteEvent.Kind kind, String provider, Instant at) {
        return new RouteEvent(
                at,
                kind,
                new Route(Route.Kind.SOURCE, "a1"),
                Optional.of(InetAddress.ofLiteral("203.0.113.11")),
                Optional.of(new ProviderId(provider)),
                "quotes 192.0.2.99, an address that we did not mean to use",
                Optional.empty());
    }

    private static List<String> alarms(Monitoring monitoring) {
        return monitoring.reputation().alarms();
    }

    @Test
    void anAddressThatReceiversMisquoteIsAnAlarmUntilTheyDoNotOrADayIsOver() throws Exception {
        var now = Instant.now();
        try (var monitoring = started(watching("203.0.113.11", "15m"))) {
            await(monitoring, SourceStanding.State.ACTIVE);
            monitoring.seen(said(RouteEvent.Kind.ADDRESS_MISMATCH, "yahoo", now.minus(Duration.ofHours(24))));
            assertThat(alarms(monitoring)).isEmpty();

            monitoring.seen(said(RouteEvent.Kind.ADDRESS_MISMATCH, "google", now));
            monitoring.seen(said(RouteEvent.Kind.ADDRESS_MISMATCH, "microsoft", now));
            assertThat(alarms(monitoring))
                    .containsExactly(
                            "a1 (203.0.113.11): microsoft quotes 192.0.2.99, an address that we did not mean to"
                                    + " use, and so does one more.");
            assertThat(standing(monitoring).state()).isEqualTo(SourceStanding.State.ACTIVE);

            monitoring.seen(said(RouteEvent.Kind.ADDRESS_MATCHED, "microsoft", now));
            assertThat(alarms(monitoring))
                    .containsExactly(
                            "a1 (203.0.113.11): google quotes 192.0.2.99, an address that we did not mean to use.");
            monitoring.reload(watching("203.0.113.12", "15m"));
            assertThat(alarms(monitoring)).noneMatch(alarm -> alarm.contains("quotes"));
        }
    }

    @Test
    void anAddressIsNewUntilABigReceiverKnowsIt() throws Exception {
        try (var monitoring = started(cold(false))) {
            await(monitoring, SourceStanding.State.WARMING);
            monitoring.seen(event(RouteEvent.Kind.WARMED_UP, "203.0.113.12"));
            // It is done in the order it came: what was seen before has been judged when this is answered.
            var order = new OperatorOrder(Operation.ENABLE, "eva", "", Optional.empty());
            assertThat(monitoring.operate("a1", order))
                    .contains(new Operated(Operated.Effect.NONE, SourceStanding.State.WARMING, true));
            monitoring.seen(event(RouteEvent.Kind.WARMED_UP, "203.0.113.11"));
            await(monitoring, SourceStanding.State.ACTIVE);
        }
    }

    @Test
    void anAddressIsNewUntilTheOperatorSaysOtherwise() throws Exception {
        try (var monitoring = started(cold(false))) {
            await(monitoring, SourceStanding.State.WARMING);
            monitoring.reload(cold(true));
            await(monitoring, SourceStanding.State.ACTIVE);
        }
    }

    /** Only those who see it can mend it; other settings cannot. */
    @Test
    void anAddressThatIsNotOursAnyMoreStaysOutWhenTheSettingsChange() throws Exception {
        try (var monitoring = started(watching("203.0.113.11", "15m"))) {
            await(monitoring, SourceStanding.State.ACTIVE);
            monitoring.seen(event(RouteEvent.Kind.ADDRESS_CHANGED, "203.0.113.11"));
            await(monitoring, SourceStanding.State.QUARANTINED);

            monitoring.reload(watching("203.0.113.11", "20m"));
            assertThat(standing(monitoring).state()).isEqualTo(SourceStanding.State.QUARANTINED);
            Awaitility.await().until(() -> standing(monitoring).why().equals("seen elsewhere"));

            monitoring.reload(watching("203.0.113.12", "20m"));
            await(monitoring, SourceStanding.State.ACTIVE);
        }
    }

    /** Whoever greeted it is not asked again for a day. */
    @Test
    void whatWasTriedOfAnAddressIsKnownWhenTheSettingsChange() throws Exception {
        var seen = InetAddress.ofLiteral("203.0.113.11");
        try (var monitoring = started(waiting("15m"))) {
            monitoring.probed(new SourceProbe(seen, new SourceProbe.Finding.Greeted("mx1.example", Optional.of(seen))));
            Awaitility.await().until(() -> item(monitoring, "port-25") == AdmissionItem.State.RIGHT);

            monitoring.reload(waiting("20m"));
            Awaitility.await().until(() -> item(monitoring, "port-25") == AdmissionItem.State.RIGHT);
            assertThat(item(monitoring, "echo")).isEqualTo(AdmissionItem.State.RIGHT);
            assertThat(standing(monitoring).state()).isEqualTo(SourceStanding.State.ADMISSION);
        }
    }

    /** Of which no name is ever looked up. */
    private Configuration waiting(String interval) throws Exception {
        return read("waiting", """
                [dns]
                resolvers = ["127.0.0.1:1"]
                [direct]
                probe = ["mx1.example"]
                [[source]]
                name = "a1"
                local = "127.0.0.11"
                public = "203.0.113.11"
                [dnsbl]
                catalogue = "none"
                spamhaus = "off"
                interval = "%s"
                """.formatted(interval));
    }

    private static AdmissionItem.State item(Monitoring monitoring, String item) {
        return monitoring.reputation().addresses().getFirst().admission().stream()
                .filter(each -> each.item().equals(item))
                .map(AdmissionItem::state)
                .findFirst()
                .orElse(AdmissionItem.State.UNKNOWN);
    }

    /** Who saw it is remembered elsewhere, and said before anything is judged: it does not come back for a moment meanwhile. */
    @Test
    void anAddressThatIsNotOursAnyMoreIsOutFromTheFirstAfterARestart() throws Exception {
        try (var monitoring = started(watching("203.0.113.11", "15m"))) {
            await(monitoring, SourceStanding.State.ACTIVE);
            monitoring.seen(event(RouteEvent.Kind.ADDRESS_CHANGED, "203.0.113.11"));
            await(monitoring, SourceStanding.State.QUARANTINED);
        }
        try (var monitoring = Monitoring.open(watching("203.0.113.11", "15m"), () -> true, _ -> Map.of())) {
            assertThat(standing(monitoring).state()).isEqualTo(SourceStanding.State.QUARANTINED);
            assertThat(standing(monitoring).why()).isEqualTo("out as it was last known");
            monitoring.seen(event(RouteEvent.Kind.ADDRESS_STILL_CHANGED, "203.0.113.11"));
            monitoring.begin();
            monitoring.seen(event(RouteEvent.Kind.ADDRESS_CHANGED, SECOND));

            var standings = Awaitility.await()
                    .until(
                            () -> monitoring.reputation().standings(),
                            each -> state(each, "a2") == SourceStanding.State.QUARANTINED);
            assertThat(state(standings, "a1")).isEqualTo(SourceStanding.State.QUARANTINED);
            assertThat(monitoring.events(HistoryFilter.ALL))
                    .filteredOn(event -> event.object().equals("a1") && event.kind() == HistoryEvent.Kind.ADDRESS)
                    .extracting(HistoryEvent::to)
                    .containsExactly("QUARANTINED", "ACTIVE");
        }
    }

    /** A restart is no change; who operates the node is told of it all the same. */
    @Test
    void thatAnAddressIsNotOursAnyMoreIsWrittenDownOnceHoweverOftenTheNodeBegins() throws Exception {
        var configuration = watching("203.0.113.11", "15m");
        try (var lines = new Lines(RouteEvents.class)) {
            tell(configuration, RouteEvent.Kind.ADDRESS_CHANGED);
            tell(configuration, RouteEvent.Kind.ADDRESS_STILL_CHANGED);
            var history = tell(configuration, RouteEvent.Kind.ADDRESS_STILL_CHANGED);

            assertThat(history).extracting(HistoryEvent::to).containsExactly("address-changed");
            assertThat(lines.lines())
                    .hasSize(3)
                    .containsOnly("event=alarm what=route-fault route=a1 reason=\"seen elsewhere\"");
        }
    }

    /** A process that ends when the monitor has acted on it; as in a node, what is remembered is told before anything is judged. */
    private static List<HistoryEvent> tell(Configuration configuration, RouteEvent.Kind kind) {
        try (var monitoring = Monitoring.open(configuration, () -> true, _ -> Map.of())) {
            new RouteEvents(() -> configuration, monitoring, new Refusals()).remember(event(kind, "203.0.113.11"));
            monitoring.begin();
            Awaitility.await().until(() -> standing(monitoring).why().equals("seen elsewhere"));
            return monitoring.events(new HistoryFilter(
                    Optional.empty(), Set.of(HistoryEvent.Kind.ROUTE), Optional.empty(), Optional.empty(), 100));
        }
    }

    /** It was under way when the settings changed: the name is another address's by now. */
    @Test
    void whatWasSeenOfAnAddressIsNotHeldAgainstTheNextOneOfItsName() throws Exception {
        try (var monitoring = started(watching("203.0.113.11", "15m"))) {
            monitoring.reload(watching("203.0.113.12", "15m"));
            await(monitoring, SourceStanding.State.ACTIVE);

            monitoring.seen(event(RouteEvent.Kind.ADDRESS_CHANGED, "203.0.113.11"));
            monitoring.seen(event(RouteEvent.Kind.ADDRESS_CHANGED, SECOND));
            var standings = Awaitility.await()
                    .until(
                            () -> monitoring.reputation().standings(),
                            each -> state(each, "a2") == SourceStanding.State.QUARANTINED);
            assertThat(state(standings, "a1")).isEqualTo(SourceStanding.State.ACTIVE);
        }
    }

    private static SourceStanding.State state(Map<String, SourceStanding> standings, String source) {
        return Optional.ofNullable(standings.get(source)).orElseThrow().state();
    }

    @Test
    void whatIsSeenWhileAReloadIsUnderWayHoldsAfterIt() throws Exception {
        var told = new CountDownLatch(1);
        var goesOn = new CountDownLatch(1);
        var changed = watching("203.0.113.11", "20m");
        try (var monitoring = started(watching("203.0.113.11", "15m"))) {
            await(monitoring, SourceStanding.State.ACTIVE);
            monitoring.listen(reputation -> {
                if (Thread.currentThread().getName().equals("dnsbl")) {
                    told.countDown();
                    await(goesOn);
                }
            });
            monitoring.seen(event(RouteEvent.Kind.ADDRESS_CHANGED, SECOND));
            await(told);
            var reloader = Thread.ofPlatform().start(() -> monitoring.reload(changed));
            Awaitility.await().until(() -> reloader.getState() == Thread.State.TIMED_WAITING);

            monitoring.seen(event(RouteEvent.Kind.ADDRESS_CHANGED, "203.0.113.11"));
            monitoring.seen(event(RouteEvent.Kind.ADDRESS_CONFIRMED, SECOND));
            goesOn.countDown();
            reloader.join();

            await(monitoring, SourceStanding.State.QUARANTINED);
            assertThat(state(monitoring.reputation().standings(), "a2")).isNotEqualTo(SourceStanding.State.QUARANTINED);
        }
    }

    private static void await(CountDownLatch latch) {
        Awaitility.await().until(() -> latch.getCount() == 0);
    }

    /** While it hears what was, what is comes: it must not take the first for the newer one. */
    @Test
    void aListenerHearsTheLatestLast() throws Exception {
        var other = configuration("none");
        var heard = new CopyOnWriteArrayList<Instant>();
        var teller = new AtomicReference<Thread>();
        try (var monitoring = started(configuration("shipped"))) {
            monitoring.listen(reputation -> {
                if (teller.get() == null) {
                    teller.set(Thread.ofPlatform().start(() -> monitoring.reload(other)));
                    Awaitility.await().until(() -> STILL.contains(teller.get().getState()));
                }
                heard.add(reputation.asOf());
            });
            teller.get().join();

            assertThat(heard).hasSize(2);
            assertThat(heard.getLast()).isEqualTo(monitoring.reputation().asOf());
        }
    }
}
