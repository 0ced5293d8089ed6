package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Lease;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SmtpReply;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.Adoption;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.ForwardingSegmentStore;
import io.mailvane.queue.MessageDetail.RecipientDetail;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import io.mailvane.queue.SegmentStore;
import io.mailvane.queue.Tenure;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Allowed;
import io.mailvane.route.Decision;
import io.mailvane.route.Egress;
import io.mailvane.route.MailFacts.Pin;
import io.mailvane.route.RoutingSettings;
import io.mailvane.route.Setup;
import io.mailvane.route.WaysOut;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Deliveries over a real queue and real ways out, with a session that reports what it is told. One thread; time stands still. */
abstract class DeliveriesKit {
    static final String BLOCKED = "550 5.7.1 Client host blocked using bl.test";
    static final String GREYLISTED = "450 4.7.1 Greylisted, come back later";
    static final String FULL = "452 4.2.2 Mailbox full";
    static final String NOT_YOU = "554 5.7.1 Client host blocked using bl.test";
    static final String OUR_FAULT = "451 4.3.0 an error of this mail system";
    static final String USED_UP = "454 4.7.0 Throttling failure: Daily message quota exceeded.";
    static final String TAKEN = "250 2.0.0 Taken";

    static final Instant IN_A_DAY = RouterKit.NOW.plus(Duration.ofDays(1));
    static final String RELAY = "mx.example[192.0.2.1]:25";
    static final DeliveryOutcome LOST = new DeliveryOutcome.Deferred(Scope.MESSAGE, reply("451 4.4.2 lost"));

    static final ProviderId PROVIDER = new ProviderId("customer");
    static final int PERMITS = 100;

    @TempDir
    Path directory;

    /** Of the partition's lease. */
    final AtomicBoolean holds = new AtomicBoolean(true);
    /** Whether the disk takes nothing. */
    final AtomicBoolean isFull = new AtomicBoolean();
    /** Rounds that look for another way. */
    final List<Round> goingOn = new ArrayList<>();

    /** How often it was told that a way is shut. */
    int shut;

    final List<ReplyEvidence> evidence = new ArrayList<>();
    /** Whoever is told of evidence, or is to look for another way, has a fault. */
    boolean isFaulty;

    final Reporting session = new Reporting();
    final Egress egress = new Egress(
            new Setup(
                    RoutingSettings.DEFAULT,
                    List.of(address(1), address(2), address(3)),
                    List.of(new Setup.Smarthost(
                            "sh1", 1, 1_000, Long.MAX_VALUE, new Setup.Account("sh1.example:587", "")))),
            () -> RouterKit.NOW,
            new Random(1),
            event -> {},
            opening -> {});
    final Rounds rounds = new Rounds(egress, () -> RouterKit.NOW, () -> Duration.ofDays(5));

    final Semaphore taken = new Semaphore(PERMITS);
    MessageQueue queue;
    Deliveries deliveries;

    private static Setup.OwnAddress address(int number) {
        return new Setup.OwnAddress("a" + number, InetAddress.ofLiteral("203.0.113.1" + number), 1);
    }

    @BeforeEach
    void open() throws Exception {
        var lease = new Lease("zone-a", 1, 1);
        queue = MessageQueue.open(
                new QueueSettings(
                        "zone-a", new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofDays(5)), 1 << 20, 100),
                new FullStore(new FileSegmentStore(directory)),
                new DsnWriter("mx-a.example", Mailbox.parse("postmaster@shop.example")),
                () -> RouterKit.NOW,
                new Tenure(() -> lease, () -> holds.get() ? 0 : 1),
                Adoption.Ending.IN_ORDER);
        var surroundings = new Surroundings(
                RouterKit.noNameServer(),
                () -> RouterKit.NOW,
                () -> 0,
                new Random(1),
                List.of(),
                address -> false,
                this::hear,
                event -> {},
                probe -> {},
                Optional.empty());
        deliveries = new Deliveries(queue, surroundings, Timeouts.DEFAULT, taken, egress, rounds, new Router());
    }

    private final class FullStore extends ForwardingSegmentStore {
        FullStore(SegmentStore store) {
            super(store);
        }

        @Override
        public Appender create(String name) throws IOException {
            requireRoom();
            return new ForwardingAppender(super.create(name)) {
                @Override
                public void force() throws IOException {
                    requireRoom();
                    super.force();
                }
            };
        }

        private void requireRoom() throws IOException {
            if (isFull.get()) {
                throw new IOException("full");
            }
        }
    }

    private void hear(ReplyEvidence heard) {
        if (isFaulty) {
            throw new IllegalStateException("a fault of this test");
        }
        evidence.add(heard);
    }

    private final class Router implements Outcomes.Router {
        @Override
        public void route(Round round) {
            if (isFaulty) {
                throw new IllegalStateException("a fault of this test");
            }
            goingOn.add(round);
        }

        @Override
        public void shut() {
            shut++;
        }
    }

    /** From now on mail leaves from this address of ours alone. */
    void leaveBy(String source) {
        leaveBy(source, State.ACTIVE);
    }

    void leaveBy(String source, State state) {
        var standings = new HashMap<String, SourceStanding>();
        for (var each : List.of("a1", "a2", "a3")) {
            standings.put(each, WaysOutKit.standing(each, each.equals(source) ? state : State.QUARANTINED));
        }
        egress.standings(standings);
    }

    @AfterEach
    void close() throws Exception {
        queue.close();
    }

    /** Says what it is told, and keeps what it was asked. */
    static final class Reporting extends OneSession {
        final List<Delivery> asked = new ArrayList<>();
        Runnable meanwhile = () -> {};
        private Optional<DeliveryReport> next = Optional.empty();

        Reporting() {
            super("reporting");
        }

        @Override
        public DeliveryReport deliver(Delivery delivery) {
            asked.add(delivery);
            meanwhile.run();
            return next.orElseThrow();
        }
    }

    /** A message that is due, with the way that was chosen for it. */
    Job job(Allowed allowed, String... recipients) throws Exception {
        return job(allowed, SmtpKit.envelope(recipients));
    }

    Job job(Allowed allowed, Envelope envelope) throws Exception {
        var message = accepted(envelope);
        return job(allowed, message, message.recipients());
    }

    /** A message with all its recipients, taken from the queue. */
    DueMessage accepted(Envelope envelope) throws Exception {
        var octets = SmtpKit.CONTENT.getBytes(StandardCharsets.US_ASCII);
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(octets, 0, octets.length);
            incoming.commit(new Acceptance(envelope, MessageState.ACTIVE, new byte[0], List.of()));
        }
        return take(IntStream.range(0, envelope.recipients().size()).boxed().toList());
    }

    /** The same message once more, after it was deferred. */
    Job again(Job before) throws Exception {
        queue.apply(before.message().id(), MessageQueue.Action.RETRY);
        var choice = before.choice().orElseThrow().round().choice();
        return job(choice.allowed(), take(before.recipients()), before.recipients());
    }

    /** Those of a job that are to be delivered; the others stay taken. */
    Job part(Job whole, Integer... recipients) {
        var choice = whole.choice().orElseThrow().round().choice();
        return job(choice.allowed(), whole.message(), List.of(recipients));
    }

    private DueMessage take(List<Integer> recipients) throws InterruptedException {
        var due = queue.takeDue(Duration.ZERO).orElseThrow();
        assertThat(due.recipients()).isEqualTo(recipients);
        taken.acquire(recipients.size());
        return due;
    }

    private Job job(Allowed allowed, DueMessage message, List<Integer> recipients) {
        var choice = new Routing.Choice(
                PROVIDER, Optional.empty(), allowed, route -> Optional.of(way(route.name())), "MX of shop.example");
        var round = rounds.begin(message, recipients, choice, 0);
        var send = (Decision.Send) egress.choose(round.facts());
        return new Job(
                message,
                recipients,
                PROVIDER,
                way(send.chosen().route().name()),
                Optional.of(new Job.Chosen(round, send.permit(), send.chosen().tier(), send.why())),
                Optional.empty(),
                round.why(send.why()),
                0);
    }

    private Routing.Way way(String route) {
        return new Routing.Way(
                route, Optional.of(route), new Routing.SiteKey(0, route, Optional.empty(), ""), session, 1);
    }

    /** Until what comes of it is written. */
    Optional<DeliveryReport.NoConnection> deliver(Job job, DeliveryReport report) throws InterruptedException {
        session.next = Optional.of(report);
        var none = deliveries.deliver(job, session);
        assertThat(deliveries.awaitSettled(Duration.ofMinutes(1))).isTrue();
        return none;
    }

    static DeliveryOutcome outcome(String said) {
        var reply = reply(said);
        return switch (reply.statusClass()) {
            case SUCCESS, INTERMEDIATE -> new DeliveryOutcome.Relayed(RELAY, reply);
            case TEMPORARY -> new DeliveryOutcome.Deferred(Scope.RECIPIENT, reply);
            case PERMANENT -> new DeliveryOutcome.Failed(Scope.RECIPIENT, reply);
        };
    }

    static SmtpReply reply(String said) {
        var words = said.split(" ", 3);
        return SmtpReply.of(Integer.parseInt(words[0]), words[1], words[2]);
    }

    /** A transaction that went to its end. */
    static DeliveryReport.Attempted attempted(String... said) {
        return attempted(
                Optional.of(ReplyPhase.END_OF_DATA),
                Stream.of(said).map(DeliveriesKit::outcome).toList());
    }

    /** One whose last reply was lost. */
    static DeliveryReport.Attempted lost(DeliveryOutcome... outcomes) {
        return attempted(Optional.empty(), List.of(outcomes));
    }

    static DeliveryReport.Attempted attempted(Optional<ReplyPhase> heard, List<DeliveryOutcome> outcomes) {
        return new DeliveryReport.Attempted(
                RELAY,
                outcomes,
                DeliveryReport.Dsn.HANDED_ON,
                DeliveryReport.Timing.NONE,
                heard,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** Over a connection that was opened for it, and was greeted after so long. */
    static DeliveryReport.Attempted greeted(Duration after, String... said) {
        var report = attempted(said);
        return new DeliveryReport.Attempted(
                report.relay(),
                report.outcomes(),
                report.dsn(),
                report.timing(),
                report.heard(),
                report.echo(),
                Optional.of(after),
                report.passed());
    }

    /** What a host said that took no session. */
    static DeliveryReport.NoConnection refused(ReplyPhase phase, String said) {
        return noConnection(Optional.of(new DeliveryReport.Refusal(phase, reply(said))), DeliveryReport.Side.THEIRS);
    }

    static DeliveryReport.NoConnection noConnection(DeliveryReport.Side side) {
        return noConnection(Optional.empty(), side);
    }

    private static DeliveryReport.NoConnection noConnection(
            Optional<DeliveryReport.Refusal> refusal, DeliveryReport.Side side) {
        return new DeliveryReport.NoConnection(
                RELAY, reply("451 4.4.1 nobody is there"), DeliveryReport.Timing.NONE, refusal, side, List.of());
    }

    List<String> replies(Job job, int recipient) throws Exception {
        return recipient(job, recipient).attempts().stream()
                .map(attempt -> attempt.outcome().reply().text())
                .toList();
    }

    RecipientDetail recipient(Job job, int recipient) throws Exception {
        return queue.show(job.message().id()).orElseThrow().recipients().get(recipient);
    }

    Optional<Pin> pin(Job job) {
        return rounds.pins().find(job.message().id(), job.provider(), RouterKit.NOW);
    }

    WaysOut.SmarthostNow smarthost() {
        return egress.ways(Allowed.ANY).smarthosts().getFirst();
    }
}
