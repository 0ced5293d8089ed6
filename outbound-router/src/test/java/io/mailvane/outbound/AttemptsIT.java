package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.SmtpReply;
import io.mailvane.outbound.OutboundSettings.RelayDomain;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** From the queue to scripted peers, and what the log says of each attempt. */
class AttemptsIT {
    private static final Duration RETRY = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(OutboundRouter.class);
    private MessageQueue queue;

    @BeforeEach
    void open() throws Exception {
        log.start();
        logger.setLevel(ch.qos.logback.classic.Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(log);
        queue = MessageQueue.open(
                new QueueSettings("zone-a", new RetrySchedule(List.of(RETRY), Duration.ofDays(5)), 1 << 20, 100),
                new FileSegmentStore(directory),
                new DsnWriter("mx-a.example", Mailbox.parse("postmaster@shop.example")),
                () -> RouterKit.NOW);
    }

    @AfterEach
    void close() throws Exception {
        logger.detachAppender(log);
        queue.close();
    }

    private static RelayDomain by(String transport, String... fallback) {
        return new RelayDomain(
                Optional.of(transport), List.of(fallback).stream().findFirst());
    }

    private OutboundRouter route(
            Map<String, RelayDomain> domains,
            Map<String, TransportSettings> transports,
            List<OutboundSettings.Smarthost> smarthosts) {
        var settings = RouterKit.settings(domains, transports, smarthosts, true);
        return OutboundRouter.start(settings, queue, RouterKit.surroundings(List.of()));
    }

    private QueueId accept(String... recipients) throws Exception {
        var octets = SmtpKit.CONTENT.getBytes(StandardCharsets.US_ASCII);
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(octets, 0, octets.length);
            incoming.commit(new Acceptance(SmtpKit.envelope(recipients), MessageState.ACTIVE, new byte[0], List.of()));
            return incoming.id();
        }
    }

    private List<String> lines() {
        return List.copyOf(log.list).stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Test
    void oneLineForEachRecipientWithTheFieldsOfTheContract() throws Exception {
        try (var peer =
                ScriptedPeer.of(Answers.offering("PIPELINING").to("RCPT TO:<b@", "451 4.2.1 \"Busy\" just now"))) {
            var transports = Map.<String, TransportSettings>of("customer", RouterKit.smtp(peer.port()));
            try (var router = route(Map.of("shop.example", by("customer")), transports, List.of())) {
                var id = accept("a@shop.example", "b@shop.example");

                await().until(() -> lines().size() == 2);
                var begin = "INFO event=attempt qid=" + id + " from=<me@example.org> to=";
                var way = "@shop.example provider=customer route=customer tier=T0 source=- relay=127.0.0.1[127.0.0.1]:"
                        + peer.port();
                var delays = " before=0.000 queue=0.000 setup=0.000 transmission=0.000 reply=";
                assertThat(lines())
                        .containsExactly(
                                begin + "a" + way + " outcome=relayed code=250 status=2.0.0" + delays
                                        + "\"250 2.0.0 Taken\"",
                                begin + "b" + way + " outcome=deferred code=451 status=4.2.1" + delays
                                        + "\"451 4.2.1 \\\"Busy\\\" just now\"");
                assertThat(router.drain(Duration.ofSeconds(10))).isTrue();
                assertThat(router.stats().relayed()).isEqualTo(1);
                assertThat(router.stats().deferred()).isEqualTo(1);
            }
        }
    }

    @Test
    void theFallbackIsTakenInTheRoundInWhichTheTransportGaveNoConnection() throws Exception {
        try (var closed = ScriptedPeer.of(Answers.offering().to(Answers.GREETING, "421 Closed"));
                var fallback = ScriptedPeer.of(Answers.offering())) {
            var transports = Map.<String, TransportSettings>of("customer", RouterKit.smtp(closed.port()));
            var smarthosts = List.of(new OutboundSettings.Smarthost("sh1", RouterKit.smtp(fallback.port()), 1));
            try (var router = route(Map.of("shop.example", by("customer", "sh1")), transports, smarthosts)) {
                var id = accept("a@shop.example");

                await().until(() -> lines().size() == 2);
                assertThat(lines().getFirst())
                        .contains(
                                " provider=customer route=customer tier=T0 ",
                                " outcome=deferred code=451 status=4.4.1 ");
                assertThat(lines().getLast()).contains(" provider=customer route=sh1 tier=T2 ", " outcome=relayed ");
                assertThat(routesAndWhy(id))
                        .containsExactly(
                                "customer: transport of the relay domain; T0: the host's own choice of address, "
                                        + "nothing is monitored",
                                "sh1: transport of the relay domain; T2: the first smarthost (before, customer: "
                                        + "451 4.4.1 no connection with 127.0.0.1[127.0.0.1]:" + closed.port()
                                        + ": refused at the greeting: 421 Closed)");
                assertThat(router.drain(Duration.ofSeconds(10))).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "(greeting), refused at the greeting: 421 4.3.2 Closed, '451 4.4.1 no connection with %s: '",
        "MAIL, 421 4.3.2 Closed, ''"
    })
    void aHostThatIsLeftForTheNextLeavesItsTrace(String phase, String reason, String begin) throws Exception {
        try (var closed = ScriptedPeer.of(Answers.offering().to(phase, "421 4.3.2 Closed"));
                var next = ScriptedPeer.of(Answers.offering())) {
            var transports = Map.<String, TransportSettings>of("customer", RouterKit.smtp(closed.port(), next.port()));
            try (var router = route(Map.of("shop.example", by("customer")), transports, List.of())) {
                var id = accept("a@shop.example");

                var first = "127.0.0.1[127.0.0.1]:" + closed.port();
                var why = "customer: transport of the relay domain; T0: the host's own choice of address, "
                        + "nothing is monitored";
                assertThat(routesAndWhy(id)).containsExactly(why, why + " (before, " + first + ": " + reason + ")");
                assertThat(lines())
                        .filteredOn(line -> line.contains(" to=a@shop.example "))
                        .map(line -> line.replaceFirst(".* relay=(.*) code=.* reply=(.*)", "$1 $2"))
                        .containsExactly(
                                first + " outcome=deferred \"" + begin.formatted(first) + reason + '"',
                                "127.0.0.1[127.0.0.1]:" + next.port() + " outcome=relayed \"250 2.0.0 Taken\"");
                assertThat(router.drain(Duration.ofSeconds(10))).isTrue();
            }
        }
    }

    @Test
    void whereNoHostTakesASessionEachIsNamed() throws Exception {
        try (var one = ScriptedPeer.of(Answers.offering().to(Answers.GREETING, "421 One"));
                var two = ScriptedPeer.of(Answers.offering().to("EHLO", "421 Two"))) {
            var transports = Map.<String, TransportSettings>of("customer", RouterKit.smtp(one.port(), two.port()));
            try (var router = route(Map.of("shop.example", by("customer")), transports, List.of())) {
                var id = accept("a@shop.example");

                var first = "127.0.0.1[127.0.0.1]:" + one.port() + ": refused at the greeting: 421 One";
                var second = "127.0.0.1[127.0.0.1]:" + two.port() + ": refused at EHLO: 421 Two";
                assertThat(routesAndWhy(id))
                        .hasSize(2)
                        .last(InstanceOfAssertFactories.STRING)
                        .endsWith("(before, " + first + "; customer: 451 4.4.1 no connection with " + second + ")");
                assertThat(lines())
                        .filteredOn(line -> line.contains(" to=a@shop.example "))
                        .map(line -> line.replaceFirst(".* outcome=(\\S+) .* reply=", "$1 "))
                        .containsExactly(
                                "deferred \"451 4.4.1 no connection with " + first + '"',
                                "deferred \"451 4.4.1 no connection with " + second + '"');
                assertThat(router.drain(Duration.ofSeconds(10))).isTrue();
            }
        }
    }

    private List<String> routesAndWhy(QueueId id) {
        return await().until(() -> attempts(id), attempts -> !attempts.isEmpty()).stream()
                .map(attempt -> attempt.route() + ": " + attempt.why())
                .toList();
    }

    /** Nobody is ever there. */
    private static final TransportProvider DEAD = new TransportProvider() {
        @Override
        public String type() {
            return "dead";
        }

        @Override
        public List<String> problems(Map<String, Object> settings) {
            return List.of();
        }

        @Override
        public Transport create(Map<String, Object> settings, String hostname) {
            return new DeadTransport();
        }
    };

    private record DeadTransport() implements Transport, Transport.Session {
        @Override
        public Session open() {
            return this;
        }

        @Override
        public DeliveryReport deliver(Delivery delivery) {
            return new DeliveryReport.NoConnection(
                    "dead", SmtpReply.of(451, "4.4.1", "nobody is there"), DeliveryReport.Timing.NONE);
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    }

    @Test
    void aTransportThatChoosesNoAddressHasItsAttemptAndItsFallbackToo() throws Exception {
        try (var fallback = ScriptedPeer.of(Answers.offering())) {
            var transports =
                    Map.<String, TransportSettings>of("own", new TransportSettings.Plugin("dead", Map.of(), 1));
            var smarthosts = List.of(new OutboundSettings.Smarthost("sh1", RouterKit.smtp(fallback.port()), 1));
            var settings = RouterKit.settings(Map.of("shop.example", by("own", "sh1")), transports, smarthosts, true);
            try (var router = OutboundRouter.start(settings, queue, RouterKit.surroundings(List.of(DEAD)))) {
                var id = accept("a@shop.example");

                assertThat(routesAndWhy(id))
                        .containsExactly(
                                "own: transport of the relay domain",
                                "sh1: transport of the relay domain; T2: the first smarthost "
                                        + "(before, own: 451 4.4.1 nobody is there)");
                assertThat(lines())
                        .filteredOn(line -> line.contains("qid=" + id + " from=<me@example.org>")
                                && line.contains(" provider=own "))
                        .map(line -> line.replaceFirst(".* (provider=.*) outcome.* queue=(\\S+) .*", "$1 $2"))
                        .containsExactly(
                                "provider=own route=own tier=T0 source=- relay=dead 0.000",
                                "provider=own route=sh1 tier=T2 source=- relay=127.0.0.1[127.0.0.1]:" + fallback.port()
                                        + " 0.000");
                assertThat(router.drain(Duration.ofSeconds(10))).isTrue();
            }
        }
    }

    /** After each attempt but the last an operator shortens the {@code wait}. */
    private List<Integer> portsOfAttempts(int attempts, Duration wait, ScriptedPeer first, ScriptedPeer second)
            throws Exception {
        var transports = Map.<String, TransportSettings>of("customer", RouterKit.smtp(first.port(), second.port()));
        try (var router = route(Map.of("shop.example", by("customer")), transports, List.of())) {
            var id = accept("a@shop.example");
            for (int made = 1; made < attempts; made++) {
                int now = made;
                await().until(() -> attempts(id).size() == now && isDueIn(wait, id));
                assertThat(queue.apply(id, MessageQueue.Action.RETRY)).isEqualTo(MessageQueue.Effect.CHANGED);
            }
            await().until(() -> attempts(id).size() == attempts);
            assertThat(router.drain(Duration.ofSeconds(10))).isTrue();
            return attempts(id).stream()
                    .map(attempt -> Integer.valueOf(attempt.relay().replaceFirst(".*:", "")))
                    .toList();
        }
    }

    private List<Attempt> attempts(QueueId id) throws IOException {
        return queue.show(id).orElseThrow().recipients().getFirst().attempts();
    }

    private boolean isDueIn(Duration wait, QueueId id) throws IOException {
        var next = queue.show(id).orElseThrow().recipients().getFirst().nextAttempt();
        return next.equals(Optional.of(RouterKit.NOW.plus(wait)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "DATA", Answers.CONTENT})
    void whatAFullHostDefersIsTakenByTheNextAtTheRetry(String phase) throws Exception {
        try (var full = ScriptedPeer.of(Answers.offering().to(phase, "452 4.3.1 Insufficient system storage"));
                var next = ScriptedPeer.of(Answers.offering())) {
            assertThat(portsOfAttempts(2, RETRY, full, next)).containsExactly(full.port(), next.port());
            assertThat(next.contents()).hasSize(1);
        }
    }

    @Test
    void whereEveryHostGreylistsTheFirstIsAskedAgain() throws Exception {
        var greylisting = Answers.offering().to("RCPT", "450 4.7.1 Greylisted");
        try (var first = ScriptedPeer.of(greylisting, Answers.offering());
                var second = ScriptedPeer.of(greylisting, Answers.offering())) {
            assertThat(portsOfAttempts(3, RETRY, first, second))
                    .containsExactly(first.port(), second.port(), first.port());
            assertThat(first.contents()).hasSize(1);
        }
    }

    @Test
    void aHostWhoseLastReplyWasLostIsAskedAgainForItMayKnowTheMessage() throws Exception {
        try (var first = ScriptedPeer.of(Answers.offering().to(Answers.CONTENT, Answers.DROP), Answers.offering());
                var second = ScriptedPeer.of(Answers.offering())) {
            assertThat(portsOfAttempts(2, Duration.ofMinutes(10), first, second))
                    .containsExactly(first.port(), first.port());
            assertThat(second.connections()).isZero();
        }
    }

    @Test
    void withoutFallbackWhatGotNoConnectionWaitsThoughThereIsASmarthost() throws Exception {
        try (var closed = ScriptedPeer.of(Answers.offering().to(Answers.GREETING, "421 Closed"));
                var smarthost = ScriptedPeer.of(Answers.offering())) {
            var transports = Map.<String, TransportSettings>of("customer", RouterKit.smtp(closed.port()));
            var smarthosts = List.of(new OutboundSettings.Smarthost("sh1", RouterKit.smtp(smarthost.port()), 1));
            try (var router = route(Map.of("shop.example", by("customer")), transports, smarthosts)) {
                accept("a@shop.example");

                await().until(() -> lines().size() == 1);
                assertThat(lines().getFirst()).contains(" route=customer ", " outcome=deferred code=451 status=4.4.1 ");
                assertThat(router.drain(Duration.ofSeconds(10))).isTrue();
                assertThat(smarthost.connections()).isZero();
            }
        }
    }

    @Test
    void aLostReplyIsFollowedTenMinutesLaterByWhateverTransport() throws Exception {
        var settings = RouterKit.settings(
                Map.of("shop.example", by("own")), Map.of("own", LosingTransport.SETTINGS), List.of(), true);
        try (var router =
                OutboundRouter.start(settings, queue, RouterKit.surroundings(List.of(new LosingTransport())))) {
            var id = accept("a@shop.example");

            await().until(() -> queue.show(id)
                    .orElseThrow()
                    .recipients()
                    .getFirst()
                    .nextAttempt()
                    .equals(Optional.of(RouterKit.NOW.plus(Duration.ofMinutes(10)))));
            assertThat(router.drain(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void aSlowSiteDelaysNoOther() throws Exception {
        try (var slow = ScriptedPeer.of(Answers.offering().to("MAIL", Answers.SILENCE));
                var quick = ScriptedPeer.of(Answers.offering())) {
            var domains = Map.of("slow.example", by("slow"), "quick.example", by("quick"));
            var transports = Map.<String, TransportSettings>of(
                    "slow", RouterKit.smtp(slow.port()), "quick", RouterKit.smtp(quick.port()));
            try (var router = route(domains, transports, List.of())) {
                for (int i = 0; i < 20; i++) {
                    accept("a@slow.example");
                }
                accept("a@quick.example");

                await().until(() -> router.stats().relayed() == 1);
                assertThat(slow.connections()).isLessThanOrEqualTo(2);
            }
        }
    }

    @Test
    void largeListsGoInTransactionsThatEveryServerTakes() throws Exception {
        try (var peer = ScriptedPeer.of(Answers.offering("PIPELINING"))) {
            var transports = Map.<String, TransportSettings>of("customer", RouterKit.smtp(peer.port()));
            try (var router = route(Map.of("shop.example", by("customer")), transports, List.of())) {
                accept(java.util.stream.IntStream.range(0, 250)
                        .mapToObj(i -> "r" + i + "@shop.example")
                        .toArray(String[]::new));

                await().until(() -> router.stats().relayed() == 250);
                assertThat(peer.heard()).filteredOn("DATA"::equals).hasSize(3);
                assertThat(router.drain(Duration.ofSeconds(10))).isTrue();
            }
        }
    }
}
