package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.ScriptedNames;
import io.mailvane.dnsbl.ScriptedNames.Temper;
import io.mailvane.dnsbl.SteppedMonitor;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.reply.HeardReply;
import io.mailvane.reply.ReplyClass;
import io.mailvane.reply.ReplyClassifier;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Candidate;
import io.mailvane.route.Decision;
import io.mailvane.route.Decision.Hold;
import io.mailvane.route.Decision.Send;
import io.mailvane.route.Egress;
import io.mailvane.route.Heard;
import io.mailvane.route.MailClass;
import io.mailvane.route.MailFacts;
import io.mailvane.route.Permit;
import io.mailvane.route.Route;
import io.mailvane.route.RoutingSettings;
import io.mailvane.route.Setup;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must hold whatever lists and receivers do (the design's section 6.5, below its table): days of mail at random through monitor
 * and decision joined. The seed makes a failure repeatable.
 */
class JoinedInvariantsTest {
    private static final List<String> ADDRESSES = List.of(JoinedWorld.A, JoinedWorld.B, JoinedWorld.C);
    private static final List<String> LISTS = List.of("spamhaus-zen", "spamcop", "psbl", "uceprotect-3");
    private static final List<String> CODES = List.of("127.0.0.2", "127.0.0.3", "127.0.0.10");
    private static final List<Temper> FAULTS =
            List.of(Temper.SILENT, Temper.SERVFAIL, Temper.REFUSING, Temper.EMPTIED, Temper.PARKED);
    private static final Set<State> FALLEN = Set.of(State.DEGRADED, State.QUARANTINED, State.LAST_RESORT);
    private static final int STRUCK_AT_MOST = 2;
    private static final int QUOTA = 60;
    private static final List<MailClass> CLASSES = List.of(MailClass.values());
    private static final Duration DAY = Duration.ofHours(24);
    private static final ReversePath SENDER = ReversePath.of(Mailbox.parse("me@shop.example"));
    private static final Map<ProviderId, String> RECEIVERS = Map.of(
            new ProviderId("google"), "aspmx.l.google.com",
            new ProviderId("microsoft"), "example.mail.protection.outlook.com",
            new ProviderId("elsewhere.example"), "mx.elsewhere.example");

    /** In an order that a seed can rely on. */
    private static final List<ProviderId> PROVIDERS = RECEIVERS.keySet().stream()
            .sorted(Comparator.comparing(ProviderId::id))
            .toList();

    /** What receivers say: a refusal of our address, of our haste, of the recipient, of the first try. */
    private static final List<SmtpReply> REPLIES = List.of(
            SmtpReply.of(
                    550,
                    "5.7.1",
                    "Unfortunately, messages from your address weren't sent. Please contact your Internet service provider"
                            + " since part of their network is on our block list (S3150)."),
            SmtpReply.of(
                    421, "4.7.28", "Our system has detected an unusual rate of mail originating from your IP address."),
            SmtpReply.of(550, "5.1.1", "user unknown"),
            SmtpReply.of(451, "4.7.1", "Greylisted, please try again later"));

    @TempDir
    Path folder;

    /** As many as take a few seconds. Who changes monitor or decision tries thousands: {@code -Dmailvane.seeds=1000}. */
    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("mailvane.seeds", 4));
    }

    /** Days of one pair of parts. */
    private final class History implements AutoCloseable {
        private final ReplyClassifier classifier = ReplyClassifier.shipped();
        private final Map<ProviderId, Map<String, Instant>> struck = new HashMap<>();
        private final List<Instant> given = new ArrayList<>();
        private final Random random;
        private final SteppedMonitor monitor;
        private final Egress egress;
        private Map<String, SourceStanding> standings = Map.of();
        private long messages;

        History(long seed) {
            random = new Random(seed);
            var around = new SteppedMonitor.Around(
                    new ScriptedNames(), LISTS, folder, () -> true, _ -> Map.of(), this::told);
            monitor = new SteppedMonitor(seed, ADDRESSES, around);
            egress = new Egress(setup(), monitor::instant, random, event -> {}, opening -> {});
            told(monitor.reputation().standings());
            pass(10);
        }

        private static Setup setup() {
            var own = new ArrayList<Setup.OwnAddress>();
            ADDRESSES.forEach(address ->
                    own.add(new Setup.OwnAddress("a" + (own.size() + 1), InetAddress.ofLiteral(address), 1)));
            return new Setup(
                    RoutingSettings.DEFAULT,
                    own,
                    List.of(new Setup.Smarthost(
                            "ses", 1, QUOTA, Long.MAX_VALUE, new Setup.Account("ses.example:587", ""))));
        }

        private void told(Map<String, SourceStanding> latest) {
            standings = latest;
            if (egress != null) {
                egress.standings(latest);
            }
        }

        SourceStanding standing(String source) {
            return Objects.requireNonNull(standings.get(source), source);
        }

        void pass(int minutes) {
            monitor.pass(Duration.ofMinutes(minutes));
        }

        void stir() {
            var address = ADDRESSES.get(random.nextInt(ADDRESSES.size()));
            var list = LISTS.get(random.nextInt(LISTS.size()));
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    var code = list.equals("spamhaus-zen") ? CODES.get(random.nextInt(CODES.size())) : "127.0.0.2";
                    monitor.list(address, list, code);
                }
                case 2, 3 -> monitor.delist(address, list);
                default -> {
                    boolean mended = random.nextBoolean();
                    monitor.temper(list, mended ? Temper.WORKING : FAULTS.get(random.nextInt(FAULTS.size())));
                }
            }
        }

        MailFacts mail() {
            return mail(PROVIDERS.get(random.nextInt(PROVIDERS.size())));
        }

        MailFacts mail(ProviderId provider) {
            return MailFacts.of(++messages, provider, SENDER).of(CLASSES.get(random.nextInt(CLASSES.size())));
        }

        /** One round: until it is taken, is about the message, or waits. */
        void deliver(MailFacts mail) {
            var tried = new HashSet<String>();
            for (var facts = mail; ; ) {
                var decision = egress.choose(facts);
                if (decision instanceof Hold hold) {
                    assertHeldForAReason(hold, tried);
                    return;
                }
                var send = (Send) decision;
                var permit = send.permit();
                var route = permit.route();
                assertThat(tried.add(route.name())).as("tried twice in a round").isTrue();
                assertMayBeUsed(route, facts.provider());
                assertNoBulkBeyondTheShare(send, facts);
                boolean isRefused = isRefused(permit, facts);
                egress.ended(permit);
                if (!isRefused) {
                    return;
                }
                facts = facts.refusedBy(route.name());
            }
        }

        private void assertMayBeUsed(Route route, ProviderId provider) {
            if (route.kind() == Route.Kind.SMARTHOST) {
                given.add(monitor.instant());
                given.removeIf(at -> at.isBefore(monitor.instant().minus(DAY)));
                assertThat(given).hasSizeLessThanOrEqualTo(QUOTA);
                return;
            }
            assertThat(standing(route.name()).state()).isNotEqualTo(State.QUARANTINED);
            var there = struck.computeIfAbsent(provider, _ -> new HashMap<>());
            there.values().removeIf(at -> !at.plus(DAY).isAfter(monitor.instant()));
            assertThat(there.size() < STRUCK_AT_MOST || there.containsKey(route.name()))
                    .as("%s at %s, where %s were struck", route.name(), provider, there.keySet())
                    .isTrue();
        }

        private void assertNoBulkBeyondTheShare(Send send, MailFacts facts) {
            assertThat(send.chosen().reasons())
                    .as("of %s", facts)
                    .allMatch(reason -> facts.mailClass() != MailClass.BULK || !reason.contains("on the way back"));
        }

        /** Nothing is returned for a refused address: what waits has tried, or must not use, every way there is. */
        private void assertHeldForAReason(Hold hold, Set<String> tried) {
            boolean byItself = hold.reason() == Decision.HoldReason.NO_ROUTE;
            assertThat(hold.why()).isNotBlank();
            assertThat(hold.candidates())
                    .hasSize(ADDRESSES.size() + 1)
                    .allSatisfy(each -> assertThat(each.reasons()).isNotEmpty())
                    .filteredOn(each -> !tried.contains(each.route().name()))
                    .allMatch(each -> !byItself || each.fitness() != Candidate.Fitness.ELIGIBLE);
            assertThat(hold.until().isPresent()
                            || !byItself
                            || hold.candidates().stream()
                                    .allMatch(each -> each.from().equals(Instant.MAX)))
                    .as("a time, where time helps")
                    .isTrue();
        }

        private boolean isRefused(Permit permit, MailFacts facts) {
            var route = permit.route();
            int chance = random.nextInt(10);
            if (chance >= REPLIES.size()) {
                egress.accepted(permit);
                return false;
            }
            var reply = REPLIES.get(chance);
            var smarthost = route.kind() == Route.Kind.SMARTHOST;
            var meaning = classifier.classify(new HeardReply(
                    reply,
                    smarthost ? "smtp.ses.example" : RECEIVERS.getOrDefault(facts.provider(), ""),
                    smarthost ? HeardReply.NextHop.SMARTHOST : HeardReply.NextHop.MX,
                    ReplyPhase.RCPT,
                    SENDER));
            var heard = new Heard(meaning, ReplyPhase.RCPT, random.nextInt(50), reply.text());
            if (egress.heard(permit, facts, heard) && !smarthost) {
                if (meaning.replyClass() == ReplyClass.IP_BLOCK) {
                    struck.computeIfAbsent(facts.provider(), _ -> new HashMap<>())
                            .put(route.name(), monitor.instant());
                }
                monitor.evidence(new ReplyEvidence(
                        route.name(), facts.provider(), Optional.empty(), monitor.instant(), reply.text()));
            }
            return meaning.replyClass().bearing().isAboutOurAddress();
        }

        /** How often a source crossed between the tiers of healthy and of fallen addresses. */
        long crossings(String source) {
            return monitor.events().stream()
                    .filter(event -> event.kind() == HistoryEvent.Kind.ADDRESS
                            && event.object().equals(source))
                    .filter(event ->
                            FALLEN.contains(State.valueOf(event.from())) != FALLEN.contains(State.valueOf(event.to())))
                    .count();
        }

        Map<String, Boolean> fallen() {
            var fallen = new HashMap<String, Boolean>();
            standings.forEach((source, standing) -> fallen.put(source, FALLEN.contains(standing.state())));
            return fallen;
        }

        @Override
        public void close() {
            monitor.close();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noHistoryBreaksAnInvariant(long seed) {
        try (var history = new History(seed)) {
            int minutes = 10;
            for (int i = 0; i < 200; i++) {
                int more = history.random.nextInt(8);
                minutes += more;
                history.pass(more);
                if (i % 4 == 0) {
                    history.stir();
                }
                history.deliver(history.mail());
                for (int source = 1; source <= ADDRESSES.size(); source++) {
                    assertThat(history.crossings("a" + source)).isLessThanOrEqualTo(2 + minutes / 60);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noAnswerAloneMovesNothing(long seed) {
        try (var history = new History(seed)) {
            for (int i = 0; i < 30; i++) {
                history.stir();
                history.pass(10);
            }
            for (var list : LISTS) {
                history.monitor.temper(list, FAULTS.get(history.random.nextInt(FAULTS.size())));
            }
            int changes = history.monitor.events().size();
            var before = history.fallen();
            history.pass(12 * 60);

            assertThat(history.fallen()).isEqualTo(before);
            assertThat(history.monitor.events().stream()
                            .skip(changes)
                            .filter(event -> event.kind() == HistoryEvent.Kind.CELL)
                            .map(HistoryEvent::to))
                    .isSubsetOf("unknown", "refused", "blind", "broken");
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anAddressOnItsWayBackCarriesNoMoreThanItsStep(long seed) {
        try (var history = new History(seed)) {
            history.monitor.fault("a2", "egress", "not ours");
            history.monitor.fault("a3", "egress", "not ours");
            history.monitor.list(JoinedWorld.A, "spamhaus-zen", "127.0.0.3");
            history.pass(70);
            history.monitor.delist(JoinedWorld.A, "spamhaus-zen");
            int steps = 0;
            for (int hour = 0; hour < 16; hour++) {
                history.pass(60);
                var standing = history.standing("a1");
                if (standing.state() == State.RECOVERING) {
                    steps++;
                    assertThat(carried(history)).isLessThanOrEqualTo(standing.share() + 0.05);
                }
            }
            assertThat(steps).isPositive();
            assertThat(history.standing("a1").state()).isEqualTo(State.ACTIVE);
        }
    }

    /** The part of a thousand messages of all classes that leave by it: others can by the smarthost, and bulk mail waits. */
    private static double carried(History history) {
        int carried = 0;
        for (int i = 0; i < 1000; i++) {
            var decision = history.egress.explain(history.mail(new ProviderId("elsewhere.example")));
            carried += decision instanceof Send send
                            && send.chosen().route().name().equals("a1")
                    ? 1
                    : 0;
        }
        return carried / 1000.0;
    }
}
