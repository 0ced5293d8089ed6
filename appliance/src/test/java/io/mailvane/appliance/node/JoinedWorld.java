package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.ScriptedNames;
import io.mailvane.dnsbl.SteppedMonitor;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SourceStanding;
import io.mailvane.outbound.DsnWriter;
import io.mailvane.outbound.Explanation;
import io.mailvane.outbound.HostAndPort;
import io.mailvane.outbound.OutboundRouter;
import io.mailvane.outbound.OutboundSettings;
import io.mailvane.outbound.OwnHosts;
import io.mailvane.outbound.Surroundings;
import io.mailvane.outbound.Timeouts;
import io.mailvane.outbound.TlsMode;
import io.mailvane.outbound.TransportSettings;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageDetail;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueFilter;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import io.mailvane.route.RouteEvent;
import io.mailvane.route.RoutingSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Monitor, queue and delivery joined as in a {@link Node}, before scripted blacklists and receivers, on a clock that the test moves.
 * Sources a1, a2 ... bind 127.0.0.11, 127.0.0.12 ...; the receivers' domains are those of {@link #RECEIVERS}.
 */
final class JoinedWorld implements AutoCloseable {
    static final String A = "203.0.113.7";
    static final String B = "198.51.100.7";
    static final String C = "192.0.2.7";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int MANY = 100;
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    /** Domains and the host that takes their mail: by that they are known. */
    private static final Map<String, String> RECEIVERS = Map.of(
            "google.example", "aspmx.l.google.com",
            "microsoft.example", "example.mail.protection.outlook.com",
            "cisco.example", "esa1.example.iphmx.com",
            "yahoo.example", "mta7.am0.yahoodns.net",
            "elsewhere.example", "mx.elsewhere.example");

    final SteppedMonitor monitor;
    final MessageQueue queue;
    final SmtpReceiver receivers = new SmtpReceiver(LOOPBACK);
    final SmtpReceiver smarthost = new SmtpReceiver(LOOPBACK);
    final OutboundRouter router;
    final List<RouteEvent> routeEvents = new ArrayList<>();
    private final Queue<ReplyEvidence> evidence = new ConcurrentLinkedQueue<>();
    private final Queue<RouteEvent> history = new ConcurrentLinkedQueue<>();

    /**
     * @param addresses of the sources
     * @param quota of the smarthost; absent: there is none
     * @param lists ids of the catalogue
     */
    JoinedWorld(Path folder, List<String> addresses, OptionalLong quota, String... lists) throws Exception {
        var names = new ScriptedNames();
        RECEIVERS.forEach((domain, host) -> names.receive(domain, host, LOOPBACK));
        monitor = new SteppedMonitor(
                1,
                addresses,
                new SteppedMonitor.Around(
                        names,
                        List.of(lists),
                        folder,
                        quota::isPresent,
                        this::taken,
                        standings -> standings(standings)));
        queue = MessageQueue.open(
                new QueueSettings(
                        "zone-a", new RetrySchedule(List.of(Duration.ofHours(1)), Duration.ofDays(5)), 1 << 20, 100),
                new FileSegmentStore(Files.createDirectory(folder.resolve("queue"))),
                new DsnWriter("mx-a.example", Mailbox.parse("postmaster@shop.example")),
                monitor::instant);
        router = OutboundRouter.start(
                settings(addresses, quota),
                queue,
                new Surroundings(
                        names,
                        monitor::instant,
                        monitor::nanos,
                        new Random(1),
                        List.of(),
                        _ -> false,
                        evidence::add,
                        history::add,
                        _ -> {},
                        Optional.empty()),
                monitor.reputation().standings());
    }

    private Map<ProviderId, Long> taken(String source) {
        return router == null ? Map.of() : router.taken(source);
    }

    /** Time stands still for what this calls back, as it hardly moves for a connection. */
    private void standings(Map<String, SourceStanding> standings) {
        if (router != null) {
            router.standings(standings);
            if (queue.counts().total() > 0) {
                Awaitility.await().pollDelay(Duration.ZERO).atMost(DEADLINE).until(this::isNothingDue);
            }
        }
    }

    private boolean isNothingDue() throws IOException {
        return queue.list(QueueFilter.ALL, Optional.empty(), MANY).stream()
                .flatMap(message -> message.recipients().stream())
                .flatMap(recipient -> recipient.nextAttempt().stream())
                .noneMatch(at -> !at.isAfter(monitor.instant()));
    }

    private OutboundSettings settings(List<String> addresses, OptionalLong quota) {
        var sources = new ArrayList<OutboundSettings.Source>();
        for (var address : addresses) {
            int number = sources.size() + 1;
            sources.add(new OutboundSettings.Source(
                    "a" + number,
                    InetAddress.ofLiteral("127.0.0.1" + number),
                    InetAddress.ofLiteral(address),
                    "out" + number + ".example"));
        }
        var ses = new TransportSettings.Smtp(
                List.of(new HostAndPort("127.0.0.1", smarthost.port())),
                TlsMode.NONE,
                Optional.empty(),
                Optional.empty(),
                2);
        return new OutboundSettings(
                "mx-a.example",
                true,
                new OwnHosts(Set.of("mx-a.example"), Set.of(), Set.of(), Set.of()),
                Map.of("shop.example", new OutboundSettings.RelayDomain(Optional.of("ours"), Optional.empty())),
                Map.of("ours", new TransportSettings.Discard(2)),
                new OutboundSettings.Direct(true, receivers.port(), 20),
                quota.isPresent() ? List.of(new OutboundSettings.Smarthost("ses", ses, 1, quota)) : List.of(),
                Timeouts.DEFAULT,
                OutboundSettings.Limits.DEFAULT,
                new OutboundSettings.Leaving(sources, RoutingSettings.DEFAULT, Duration.ofDays(5)));
    }

    void pass(Duration duration) {
        monitor.pass(duration);
    }

    /** The whole decision for a message to one of {@link #RECEIVERS}, as it would be made now. */
    String decision(String domain) {
        return decision("me@shop.example", "you@" + domain);
    }

    /**
     * @param from "" is the null reverse-path
     * @param to tells messages apart, as their queue ids do
     */
    String decision(String from, String to) {
        var told = router.explain(reversePath(from), Mailbox.parse(to), Optional.empty());
        var until = told.until()
                .map(at -> " until " + Duration.between(monitor.instant(), at))
                .orElse("");
        return told.candidates().stream()
                .map(JoinedWorld::line)
                .collect(Collectors.joining(
                        "\n",
                        told.provider() + ": "
                                + told.chosen().map(by -> "send by " + by).orElse("hold") + until + "\n",
                        "\n"));
    }

    private static String line(Explanation.Candidate way) {
        return "  " + way.route() + " " + way.tier() + (way.eligible() ? " open: " : " shut: ")
                + String.join("; ", way.reasons());
    }

    private static ReversePath reversePath(String from) {
        return from.isEmpty() ? ReversePath.nullPath() : ReversePath.of(Mailbox.parse(from));
    }

    QueueId accept(String from, String recipient) throws Exception {
        var content = "Subject: hello\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII);
        var envelope = Envelope.of(reversePath(from), List.of(Recipient.of(Mailbox.parse(recipient))));
        try (var incoming = queue.begin("client.example[192.0.2.9]")) {
            incoming.write(content, 0, content.length);
            incoming.commit(new Acceptance(envelope, MessageState.ACTIVE, new byte[0], List.of()));
            return incoming.id();
        }
    }

    /** A message, until what becomes of it is known; the monitor has heard of it then. */
    MessageDetail.RecipientDetail deliver(String from, String recipient) throws Exception {
        return settled(accept(from, recipient));
    }

    MessageDetail.RecipientDetail deliver(String recipient) throws Exception {
        return deliver("me@shop.example", recipient);
    }

    MessageDetail.RecipientDetail settled(QueueId id) {
        return until(id, recipient -> recipient.state() != RecipientState.ACTIVE);
    }

    MessageDetail.RecipientDetail until(QueueId id, Predicate<MessageDetail.RecipientDetail> condition) {
        var recipient = Awaitility.await()
                .atMost(DEADLINE)
                .until(() -> queue.show(id).orElseThrow().recipients().getFirst(), condition);
        hand();
        return recipient;
    }

    /** What delivery heard reaches the monitor, as by its inbox. */
    private void hand() {
        for (var reply = evidence.poll(); reply != null; reply = evidence.poll()) {
            monitor.evidence(reply);
        }
        for (var event = history.poll(); event != null; event = history.poll()) {
            routeEvents.add(event);
            seen(event);
            RouteHistory.of(event).ifPresent(monitor::record);
        }
    }

    /** As {@link Monitoring} does. */
    private void seen(RouteEvent event) {
        if (event.kind() == RouteEvent.Kind.ADDRESS_CHANGED || event.kind() == RouteEvent.Kind.ADDRESS_CONFIRMED) {
            boolean isOut = event.kind() == RouteEvent.Kind.ADDRESS_CHANGED;
            monitor.fault(event.route().name(), "egress", isOut ? event.what() : "");
        }
    }

    /** Until one who was asked has said where he sees us. */
    void lookAtAddresses() {
        router.lookAtAddresses();
        Awaitility.await().atMost(DEADLINE).until(() -> !history.isEmpty());
        hand();
    }

    @Override
    public void close() throws IOException {
        assertThat(router.drain(DEADLINE)).isTrue();
        router.close();
        receivers.close();
        smarthost.close();
        queue.close();
        monitor.close();
    }
}
