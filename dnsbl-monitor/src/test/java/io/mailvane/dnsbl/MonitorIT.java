package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mailvane.dnsbl.IpAddress.Family;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.SimpleResolver;

/** The whole monitor over a real server on loopback, with the numbers of a demonstration. */
class MonitorIT {
    private static final String IP = "203.0.113.11";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @TempDir
    Path data;

    private final Set<String> listed = ConcurrentHashMap.newKeySet();
    private final List<Reputation> published = new CopyOnWriteArrayList<>();
    private volatile boolean mute;
    private volatile Function<String, Map<ProviderId, Long>> taken = _ -> Map.of();
    private volatile boolean broken;
    private ScriptedDns dns;

    @BeforeEach
    void start() throws IOException {
        listed.add("127.0.0.2");
        dns = ScriptedDns.start((query, tcp) -> mute ? Optional.empty() : Optional.of(answer(query)));
    }

    @AfterEach
    void stop() throws IOException {
        dns.close();
    }

    private Message answer(Message query) {
        var labels = ScriptedDns.asked(query).split("\\.");
        var address = labels[3] + "." + labels[2] + "." + labels[1] + "." + labels[0];
        return listed.contains(address)
                ? ScriptedDns.positive(query, SECOND, "127.0.0.2")
                : ScriptedDns.negative(query, SECOND);
    }

    @Test
    void aListingQuarantinesAndItsEndBringsTheAddressBackByTheRamp() {
        try (var monitor = started()) {
            awaitState(monitor, State.ACTIVE, "CLEAN none");
            listed.add(IP);
            awaitState(monitor, State.QUARANTINED, "LISTED none");
            assertThat(monitor.reputation().verdict().tone()).isEqualTo(Verdict.Tone.BAD);
            listed.remove(IP);
            awaitState(monitor, State.ACTIVE, "CLEAN none");

            assertThat(published).isNotEmpty();
            assertThat(monitor.events(filter(HistoryEvent.Kind.ADDRESS)).reversed())
                    .extracting(event -> event.from() + " " + event.to())
                    .containsExactly("NEW ACTIVE", "ACTIVE QUARANTINED", "QUARANTINED RECOVERING", "RECOVERING ACTIVE");
            assertThat(monitor.stats().faults()).isZero();
            assertThat(monitor.stats().answers()).containsOnlyKeys("test");
        }
    }

    @Test
    void aRestartShowsTheLastKnownAndNotClean() {
        listed.add(IP);
        try (var monitor = started()) {
            awaitState(monitor, State.QUARANTINED, "LISTED none");
        }
        mute = true;
        try (var monitor = started()) {
            assertThat(shown(monitor)).isEqualTo("LISTED unknown");
            assertThat(monitor.reputation().addresses().getFirst().state()).isEqualTo(State.QUARANTINED);
            assertThat(monitor.events(filter(HistoryEvent.Kind.ADDRESS))).isNotEmpty();
        }
    }

    @Test
    void whatAReceiverTakesOfWhatIsListedIsAskedForAndKeptOverARestart() {
        listed.add(IP);
        var totals = new AtomicLong();
        taken = source -> Map.of(new ProviderId("gmx.net"), source.equals("a1") ? totals.addAndGet(10) : 0);
        try (var monitor = started()) {
            await().atMost(DEADLINE).until(() -> affinity(monitor) < 1);
        }
        try (var monitor = DnsblMonitor.open(settings(), world())) {
            assertThat(affinity(monitor)).isLessThan(1);
            assertThat(monitor.events(filter(HistoryEvent.Kind.AFFINITY)))
                    .last()
                    .satisfies(event -> assertThat(
                                    event.subject() + " " + event.object() + " " + event.from() + " " + event.to())
                            .isEqualTo("test gmx.net 1.0 0.5"));
        }
    }

    private static double affinity(DnsblMonitor monitor) {
        return monitor.reputation().lists().getFirst().weighs().receivers().stream()
                .filter(receiver -> receiver.provider().equals("gmx.net"))
                .mapToDouble(Reputation.ReceiverView::affinity)
                .findFirst()
                .orElse(1);
    }

    /** What is told before it begins is what it begins with. */
    @Test
    void anAddressThatWasOutComesBackOnlyAfterAllWasToldThatSpeaksAgainstIt() {
        try (var monitor = started()) {
            awaitState(monitor, State.ACTIVE, "CLEAN none");
            monitor.faulty("a1", "egress", "seen elsewhere");
            awaitState(monitor, State.QUARANTINED, "CLEAN none");
        }
        try (var monitor = DnsblMonitor.open(settings(), world())) {
            assertThat(monitor.reputation().addresses().getFirst().state()).isEqualTo(State.QUARANTINED);
            monitor.faulty("a1", "egress", "seen elsewhere");
            assertThat(monitor.operate("a1", order(Operation.DRAIN, Optional.empty())))
                    .contains(new Operated(Operated.Effect.UNANSWERED, State.QUARANTINED, false));
            monitor.begin();
            awaitState(monitor, State.DRAINING, "CLEAN none");

            assertThat(monitor.events(filter(HistoryEvent.Kind.ADDRESS)).reversed())
                    .extracting(event -> event.from() + " " + event.to())
                    .containsExactly("NEW ACTIVE", "ACTIVE QUARANTINED", "QUARANTINED DRAINING");
        }
    }

    @Test
    void aHistoryThatCannotBeReadIsSetAside() throws IOException {
        Files.writeString(data.resolve("reputation.mv.db"), "no store of ours".repeat(1000));
        try (var monitor = started()) {
            awaitState(monitor, State.ACTIVE, "CLEAN none");
        }
        try (var files = Files.list(data)) {
            assertThat(files.map(file -> file.getFileName().toString().replaceAll("\\d+$", "N")))
                    .containsExactlyInAnyOrder("reputation.mv.db", "reputation.mv.db.unreadable-N");
        }
    }

    @Test
    void whatIsNotKnownIsNotOrdered() {
        try (var monitor = started()) {
            assertThat(monitor.recheck(IP, "test")).contains(Recheck.ASKING);
            assertThat(monitor.recheck(IP, "test")).as("within a minute").contains(Recheck.ASKED);
            assertThat(monitor.recheck(IP, "other")).isEmpty();
            assertThat(monitor.recheck("203.0.113.12", "test")).isEmpty();
            var drain = order(Operation.DRAIN, Optional.empty());
            assertThat(monitor.operate("a2", drain)).isEmpty();
            assertThat(monitor.operate("a1", drain)).contains(new Operated(Operated.Effect.DONE, State.DRAINING, true));
            assertThat(card(monitor).state()).isEqualTo(State.DRAINING);
        }
    }

    @Test
    void anOrderIsJudgedByWhatTheOneBeforeItDid() {
        try (var monitor = started()) {
            for (int i = 0; i < 3; i++) {
                assertThat(effect(monitor, Operation.DRAIN)).contains(Operated.Effect.DONE);
                assertThat(effect(monitor, Operation.DRAIN)).contains(Operated.Effect.NONE);
                assertThat(effect(monitor, Operation.ENABLE)).contains(Operated.Effect.DONE);
                assertThat(effect(monitor, Operation.ENABLE)).contains(Operated.Effect.NONE);
            }
        }
    }

    private static Optional<Operated.Effect> effect(DnsblMonitor monitor, Operation operation) {
        return monitor.operate("a1", order(operation, Optional.empty())).map(Operated::effect);
    }

    @Test
    void anOrderIsAnsweredWhenItWouldSurviveACrash() throws IOException {
        try (var monitor = started()) {
            assertThat(effect(monitor, Operation.DISABLE)).contains(Operated.Effect.DONE);
            var crashed = Files.createDirectory(data.resolve("crashed"));
            Files.copy(data.resolve("reputation.mv.db"), crashed.resolve("reputation.mv.db"));

            var now = new Moment(System.nanoTime(), Instant.now());
            try (var store = ReputationStore.open(crashed, settings().keeping(), now.wall())) {
                assertThat(store.recall(settings().sources(), now).addresses().values())
                        .extracting(Address::state)
                        .containsExactly(State.DISABLED);
            }
        }
    }

    @Test
    void whatAnOperatorSaidHoldsOverARestartUntilItsEnd() {
        var until = Optional.of(Instant.now().plus(Duration.ofDays(1)));
        Withdrawal said;
        try (var monitor = started()) {
            awaitState(monitor, State.ACTIVE, "CLEAN none");
            monitor.operate("a1", order(Operation.DRAIN, until));
            awaitState(monitor, State.DRAINING, "CLEAN none");
            monitor.drained("a1");
            awaitState(monitor, State.DISABLED, "CLEAN none");
            said = card(monitor).withdrawal().orElseThrow();
            assertThat(monitor.operate("a1", order(Operation.DRAIN, until)))
                    .contains(new Operated(Operated.Effect.NONE, State.DISABLED, true));
            assertThat(monitor.reputation().verdict().summary())
                    .isEqualTo("Nothing leaves by an address of ours, 1 disabled by the operator");
        }
        try (var monitor = started()) {
            assertThat(card(monitor).withdrawal()).contains(said);
            monitor.operate(
                    "a1", order(Operation.DISABLE, Optional.of(Instant.now().plus(SECOND))));
            awaitState(monitor, State.ACTIVE, "CLEAN none");
            assertThat(monitor.events(filter(HistoryEvent.Kind.ADDRESS)).reversed())
                    .extracting(event -> event.from() + " " + event.to())
                    .containsExactly(
                            "NEW ACTIVE",
                            "ACTIVE DRAINING",
                            "DRAINING DISABLED",
                            "DISABLED DISABLED",
                            "DISABLED RECOVERING",
                            "RECOVERING ACTIVE");
        }
    }

    /** The file is not edited to overrule whoever took the address out. */
    @Test
    void whatAnOperatorTookOutStaysOutUnderAnotherName() {
        try (var monitor = started()) {
            monitor.operate("a1", order(Operation.DISABLE, Optional.empty()));
        }
        try (var monitor = started("a9")) {
            assertThat(card(monitor).state()).isEqualTo(State.DISABLED);
            await().atMost(DEADLINE)
                    .until(() -> shown(monitor).equals("CLEAN none")
                            && !monitor.events(filter(HistoryEvent.Kind.ADDRESS))
                                    .isEmpty());
            assertThat(card(monitor).state()).isEqualTo(State.DISABLED);
            assertThat(monitor.events(filter(HistoryEvent.Kind.ADDRESS)).getFirst())
                    .extracting(HistoryEvent::object, HistoryEvent::to, HistoryEvent::cause)
                    .containsExactly("a9", "DISABLED", "disabled as a1 by the operator (admin): a new PTR");
            assertThat(monitor.operate("a9", order(Operation.ENABLE, Optional.empty())))
                    .map(Operated::effect)
                    .contains(Operated.Effect.DONE);
        }
    }

    /** An order that was taken is done, also if the settings change right behind it. */
    @Test
    void whatWasOrderedJustBeforeItEndsIsKnownToItsSuccessor() {
        try (var monitor = started()) {
            awaitState(monitor, State.ACTIVE, "CLEAN none");
            monitor.operate("a1", order(Operation.RETIRE, Optional.empty()));
        }
        try (var monitor = started()) {
            assertThat(card(monitor).state()).isEqualTo(State.RETIRED);
            assertThat(monitor.operate("a1", order(Operation.ENABLE, Optional.empty())))
                    .contains(new Operated(Operated.Effect.REFUSED, State.RETIRED, true));
            assertThat(monitor.reputation().cells()).isEmpty();
            assertThat(monitor.reputation().verdict().summary())
                    .isEqualTo("No source address is in use: nothing is monitored, 1 retired");
        }
    }

    private static OperatorOrder order(Operation operation, Optional<Instant> until) {
        return new OperatorOrder(operation, "admin", "a new PTR", until);
    }

    private static Reputation.AddressCard card(DnsblMonitor monitor) {
        return monitor.reputation().addresses().getFirst();
    }

    @Test
    void aPrivateAddressIsRefused() {
        var settings = DnsblSettings.of(
                List.of(new Source("a1", IpAddress.parse("10.0.0.1"), true, true)),
                settings().choice());

        assertThatThrownBy(() -> DnsblMonitor.open(settings, world()))
                .hasMessage("source.a1.public: 10.0.0.1 is a private address (RFC 1918): no DNSBL can know it");
    }

    /** It would fill the disk with its log. */
    @Test
    void afterAFaultOfItsOwnItWaitsBeforeItGoesOn() {
        try (var monitor = started()) {
            awaitState(monitor, State.ACTIVE, "CLEAN none");

            broken = true;
            await().atMost(DEADLINE).until(() -> monitor.stats().faults() > 0);
            await().atMost(DEADLINE).until(MonitorIT::isAtRest);

            broken = false;
            listed.add(IP);
            awaitState(monitor, State.QUARANTINED, "LISTED none");
        }
    }

    private static boolean isAtRest() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("dnsbl"))
                .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING);
    }

    private boolean otherRoute() {
        if (broken) {
            throw new IllegalStateException("a fault, as the test wants one");
        }
        return true;
    }

    private DnsblMonitor started() {
        return started("a1");
    }

    private DnsblMonitor started(String source) {
        var monitor = DnsblMonitor.open(settings(source), world());
        monitor.begin();
        return monitor;
    }

    private void awaitState(DnsblMonitor monitor, State state, String cell) {
        await().atMost(DEADLINE)
                .until(() -> monitor.reputation().addresses().getFirst().state() == state
                        && shown(monitor).equals(cell));
    }

    private static String shown(DnsblMonitor monitor) {
        return monitor.reputation()
                .cell(IP, "test")
                .map(cell -> cell.state() + " " + cell.overlay())
                .orElse("missing");
    }

    private static HistoryFilter filter(HistoryEvent.Kind kind) {
        return new HistoryFilter(Optional.empty(), Set.of(kind), Optional.empty(), Optional.empty(), 100);
    }

    private Surroundings world() {
        return new Surroundings(
                new SimpleResolver(dns.address()),
                SimpleResolver::new,
                InstantSource.system(),
                System::nanoTime,
                new Random(1),
                this::otherRoute,
                taken,
                data,
                published::add);
    }

    private DnsblSettings settings() {
        return settings("a1");
    }

    private DnsblSettings settings(String source) {
        var list = new OwnList(
                "test",
                "bl.test",
                Optional.empty(),
                Set.of(Family.IPV4),
                List.of(dns.address()),
                100,
                Map.of("127.0.0.2", "listed"),
                Optional.of(IpAddress.parse("127.0.0.2")),
                Optional.of(IpAddress.parse("127.0.0.1")),
                "");
        var choice =
                new ListChoice(false, new ListChoice.Spamhaus.Undecided(), Map.of(), Set.of(), Set.of(), List.of(list));
        var judging = new JudgingSettings(
                Optional.of(SECOND),
                SECOND,
                SECOND.multipliedBy(60),
                SECOND,
                SECOND,
                SECOND,
                2,
                Duration.ofMinutes(15),
                SECOND.multipliedBy(2),
                3,
                SECOND.multipliedBy(2),
                JudgingSettings.Ageing.DEFAULT);
        var routing = new RoutingSettings(
                100,
                40,
                10,
                35,
                List.of(5, 50, 100),
                SECOND,
                SECOND,
                true,
                RoutingSettings.Flap.DEFAULT,
                new RoutingSettings.Learning(true, Duration.ofHours(1), 10, SECOND.multipliedBy(2), 0.1));
        return new DnsblSettings(
                List.of(new Source(source, IpAddress.parse(IP), true, true)),
                choice,
                AskingSettings.DEFAULT,
                judging,
                GuardSettings.DEFAULT,
                routing,
                DnsblSettings.Keeping.DEFAULT);
    }
}
