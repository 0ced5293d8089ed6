package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.Refusals;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.appliance.reputation.RoutingAnswer;
import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.Secret;
import io.mailvane.mail.WorkerState;
import io.mailvane.outbound.Explanation;
import io.mailvane.outbound.OutboundStats;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DsnComposer;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.QueueUnavailableException;
import io.mailvane.queue.RetrySchedule;
import io.mailvane.reply.ReplyClass;
import io.mailvane.route.MailClass;
import io.mailvane.route.PeerStrike;
import io.mailvane.scaling.Crew;
import io.mailvane.scanning.NoWorker;
import io.mailvane.scanning.PoolLoad;
import io.mailvane.scanning.Room;
import io.mailvane.scanning.ScanStats;
import io.mailvane.storage.Copies;
import io.mailvane.storage.Space;
import io.mailvane.storage.VolumeState;
import io.mailvane.storage.VolumeStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** A web server on loopback over a real queue; what the node says of itself is what the test says. */
final class WebKit implements AutoCloseable {
    static final String TOKEN = "a-token-of-this-test";
    static final NodeStatus ACCEPTING = new NodeStatus(
            "zone-a",
            "a",
            NodeStatus.State.ACCEPTING,
            List.of(),
            7,
            SteppedClock.START,
            List.of(new NodeStatus.Listener("mx", "mx", "127.0.0.1:2525")),
            List.of("shop.example"),
            List.of(
                    new PartitionStatus("zone-a", "zone-a", 7, "zone-a", SteppedClock.START, Optional.empty()),
                    new PartitionStatus(
                            "zone-b",
                            "zone-b.1",
                            4,
                            "zone-a",
                            SteppedClock.START,
                            Optional.of(new PartitionStatus.Adopted("zone-b", SteppedClock.START, 12, 3, 0.25)))),
            new Takeovers(
                    2,
                    13,
                    3,
                    List.of(
                            new Takeovers.Takeover(
                                    "zone-b.1",
                                    4,
                                    new PartitionStatus.Adopted("zone-b", SteppedClock.START, 12, 3, 0.25),
                                    Optional.empty()),
                            new Takeovers.Takeover(
                                    "zone-b",
                                    2,
                                    new PartitionStatus.Adopted("zone-b", SteppedClock.START, 1, 0, 0.5),
                                    Optional.of(SteppedClock.START)))));
    static final Explanation SENT = new Explanation(
            "shop.example",
            Explanation.Decision.SEND,
            Optional.of("customer"),
            Optional.empty(),
            List.of(new Explanation.Candidate(
                    "customer", Explanation.Kind.HOST, "transport", true, List.of("the domain's transport"))));

    static final Explanation WAITS = new Explanation(
            "shop.example", Explanation.Decision.HOLD, Optional.empty(), Optional.of(SteppedClock.START), List.of());

    /** A null MX: no way is looked for. */
    static final Explanation FAILS = new Explanation(
            "nomail.example",
            Explanation.Decision.HOLD,
            Optional.empty(),
            Optional.of(SteppedClock.START),
            List.of(new Explanation.Candidate(
                    "nomail.example",
                    Explanation.Kind.HOST,
                    "T0",
                    false,
                    List.of("fails: by MX", "the domain takes no mail (RFC 7505)"))));

    static final Crew CREW = new Crew(
            2,
            "300.0 messages a second come and take 40 ms each: 2 are needed",
            List.of(
                    new Crew.Member("w1", Optional.of(4711L), WorkerState.READY, 3, ""),
                    new Crew.Member("w2", Optional.empty(), WorkerState.STARTING, 0, "it does not serve yet")));

    static final VolumeStatus VOLUME = new VolumeStatus(
            VolumeState.HEALTHY,
            List.of(),
            Optional.of(new Space(30L << 30, 40L << 30, 1000, 2000)),
            Optional.of(Duration.ofMillis(4)),
            Optional.of(new Copies(3, 3, 0, 0)));

    static final RoutingAnswer ROUTING = new RoutingAnswer(
            List.of(
                    new RoutingAnswer.ChoiceAnswer(
                            "*",
                            List.of("a1"),
                            Optional.of("T0"),
                            "T0: no list names it",
                            Optional.empty(),
                            List.of(),
                            true),
                    new RoutingAnswer.ChoiceAnswer(
                            "google",
                            List.of("sh1"),
                            Optional.of("T2"),
                            "T2: the first smarthost",
                            Optional.empty(),
                            List.of(
                                    new RoutingAnswer.ShareAnswer("sh1", 3, 0.75),
                                    new RoutingAnswer.ShareAnswer("a1", 1, 0.25)),
                            true)),
            List.of(
                    new RoutingAnswer.LaneAnswer(
                            "a1",
                            "google",
                            "BLOCKED",
                            SteppedClock.START,
                            Optional.of(SteppedClock.START.plus(Duration.ofHours(6)))),
                    new RoutingAnswer.LaneAnswer("sh1", "microsoft", "COOLDOWN", SteppedClock.START, Optional.empty())),
            List.of(
                    warmUp("google", 3, 100, 100, Optional.of(SteppedClock.START.plus(Duration.ofHours(6)))),
                    warmUp("*", 1, 0, 50, Optional.empty())),
            List.of(new RoutingAnswer.SmarthostAnswer(
                    "sh1", "CLOSED", Optional.empty(), 3, Optional.of(1000L), Optional.of(12L))),
            2,
            Map.of("no-route", 1, "rate", 1),
            List.of());

    private static RoutingAnswer.WarmUpAnswer warmUp(
            String provider, int step, long used, long ceiling, Optional<Instant> until) {
        return new RoutingAnswer.WarmUpAnswer("a3", provider, step, 20, used, Optional.of(ceiling), until);
    }

    static final Map<Refusals.Refused, Long> REFUSED =
            Map.of(new Refusals.Refused("203.0.113.11", new ProviderId("microsoft"), ReplyClass.IP_BLOCK), 2L);

    /** Called at settlements, before anything is written. */
    final AtomicReference<DsnComposer> composer = new AtomicReference<>(occasion -> Optional.empty());

    final SteppedClock clock = new SteppedClock();
    final AtomicReference<VolumeStatus> volume = new AtomicReference<>(VOLUME);
    final AtomicReference<Crew> crew = new AtomicReference<>(CREW);
    final AtomicReference<List<PeerStrike>> peerStrikes = new AtomicReference<>(List.of());
    final SampleReputation reputation;
    final AtomicReference<NodeStatus> status = new AtomicReference<>(ACCEPTING);
    final AtomicReference<List<String>> reloadProblems = new AtomicReference<>(List.of());
    final AtomicInteger drains = new AtomicInteger();
    final MessageQueue queue;
    final WebServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    WebKit(Path folder) throws IOException {
        this(folder, List.of());
    }

    WebKit(Path folder, List<PeerSettings> peers) throws IOException {
        this(folder, peers, SampleReputation.full("zone-a", SteppedClock.START));
    }

    WebKit(Path folder, List<PeerSettings> peers, SampleReputation reputation) throws IOException {
        this.reputation = reputation;
        var retry = new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofDays(5));
        queue = MessageQueue.open(
                new QueueSettings("zone-a", retry, 1 << 16, 100),
                new FileSegmentStore(folder),
                occasion -> composer.get().compose(occasion),
                clock);
        server = WebServer.start(
                new WebSettings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new Secret(TOKEN),
                        Optional.empty(),
                        peers),
                parts());
    }

    WebParts parts() {
        return new WebParts(
                status::get,
                () -> new Traffic(new Traffic.Incoming(1, 9, 8, 2, 1, 4096), new OutboundStats(5, 2, 1, 3, 0, 0, 1)),
                queue,
                (from, to, mailClass) -> explained(to, mailClass),
                new ReputationDesk(reputation, () -> ROUTING, clock),
                new WebParts.Strikes(List::of, peerStrikes::set, () -> REFUSED),
                () -> new ScanView(
                        List.of(), NoWorker.QUEUE, Room.NONE, new PoolLoad(0, 0, 0, Duration.ZERO), new ScanStats()),
                crew::get,
                volume::get,
                new WebParts.Operations(
                        reloadProblems::get,
                        drains::incrementAndGet,
                        partition -> partition.equals("zone-b") ? Optional.empty() : Optional.of("it lives")),
                clock);
    }

    private static Explanation explained(Mailbox to, Optional<MailClass> mailClass) {
        if (to.domain().text().equals("nomail.example")) {
            return FAILS;
        }
        return mailClass.equals(Optional.of(MailClass.BULK)) ? WAITS : SENT;
    }

    QueueId accept(String from, String... recipients) throws QueueUnavailableException {
        return accept(MessageState.ACTIVE, from, recipients);
    }

    QueueId accept(MessageState state, String from, String... recipients) throws QueueUnavailableException {
        var envelope = Envelope.of(
                from.isEmpty() ? ReversePath.nullPath() : ReversePath.of(Mailbox.parse(from)),
                Stream.of(recipients).map(r -> Recipient.of(Mailbox.parse(r))).toList());
        var content = "Subject: hello\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII);
        try (var incoming = queue.begin("client.example[192.0.2.7]")) {
            incoming.write(content, 0, content.length);
            incoming.commit(new Acceptance(envelope, state, new byte[0], List.of()));
            return incoming.id();
        }
    }

    /** Settles every recipient of the next due message with {@code outcome}. */
    void deliver(DeliveryOutcome outcome) throws QueueUnavailableException, InterruptedException {
        var due = queue.takeDue(Duration.ZERO).orElseThrow();
        queue.settle(
                due.id(),
                due.recipients().stream()
                        .map(i -> new Attempt(
                                i, clock.instant(), "customer", "mx.shop.example[192.0.2.1]:25", outcome, "by route"))
                        .toList());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder request(String path) {
        return anonymous(path).header("Authorization", "Bearer " + TOKEN);
    }

    HttpRequest.Builder anonymous(String path) {
        return HttpRequest.newBuilder(uri(path));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws IOException {
        client.shutdownNow();
        server.close();
        queue.close();
    }
}
