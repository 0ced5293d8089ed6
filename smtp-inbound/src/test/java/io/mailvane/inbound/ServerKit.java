package io.mailvane.inbound;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.ScanOutcome;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import io.mailvane.queue.SegmentStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/** A server on loopback before a real queue in a temporary folder. 127.0.0.1 is a stranger, 127.0.0.2 is trusted. */
final class ServerKit implements AutoCloseable {
    /** So small that a test reaches them; no time runs out. */
    static final Limits SMALL = new Limits(
            5,
            3,
            512,
            2000,
            256 << 10,
            300_000,
            3,
            5,
            4,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            1_500_000);

    /** {@link #SMALL}, and time runs out. */
    static Limits impatient(Duration command, Duration data, Duration message) {
        return small(command, data, message, SMALL.held());
    }

    /** {@link #SMALL}, with so many octets in memory. */
    static Limits holding(long held) {
        return small(SMALL.commandTimeout(), SMALL.dataTimeout(), SMALL.messageTime(), held);
    }

    private static Limits small(Duration command, Duration data, Duration message, long held) {
        return new Limits(
                SMALL.sessions(),
                SMALL.sessionsPerClient(),
                SMALL.commandLine(),
                SMALL.contentLine(),
                SMALL.headerSection(),
                SMALL.messageSize(),
                SMALL.recipients(),
                SMALL.hops(),
                SMALL.errors(),
                command,
                data,
                message,
                held);
    }

    final MessageQueue queue;
    final SmtpServer server;
    /** Nothing is scanned until a test says so. */
    final AtomicReference<Function<Offered, ScanOutcome>> scan =
            new AtomicReference<>(offered -> new ScanOutcome.Unscanned(List.of()));

    final AtomicReference<Optional<String>> closedReason = new AtomicReference<>(Optional.empty());

    ServerKit(Path directory) throws IOException {
        this(directory, Limits.DEFAULT, Optional.empty());
    }

    ServerKit(Path directory, Limits limits, Optional<SSLContext> tls) throws IOException {
        this(new FileSegmentStore(directory), limits, tls);
    }

    ServerKit(SegmentStore store, Limits limits, Optional<SSLContext> tls) throws IOException {
        var retry = new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofDays(1));
        queue = MessageQueue.open(
                new QueueSettings("zone-a", retry, 1 << 20, 100),
                store,
                occasion -> Optional.empty(),
                InstantSource.system());
        server = SmtpServer.start(settings(limits, tls), surroundings());
    }

    private static InboundSettings settings(Limits limits, Optional<SSLContext> tls) throws IOException {
        var policy = new InboundSettings.Policy(
                List.of(Cidr.parse("127.0.0.2")),
                Map.of(
                        "shop.example",
                        new Recipients.Any(),
                        "listed.example",
                        Recipients.Listed.of(List.of(Mailbox.parse("a@listed.example"))),
                        "xn--grn-ioa.example",
                        Recipients.Listed.of(List.of(Mailbox.parse("info@grün.example"))),
                        "asked.example",
                        new Recipients.Ask()),
                Optional.of(Mailbox.parse("postmaster@shop.example")));
        return new InboundSettings(
                "mx.test",
                List.of(
                        mx(tls),
                        new InboundSettings.Listener(
                                "sub", InboundSettings.Role.SUBMISSION, anyPort(), Optional.empty())),
                policy,
                limits);
    }

    /** Without TLS. */
    static InboundSettings.Listener mx() {
        return mx(Optional.empty());
    }

    private static InboundSettings.Listener mx(Optional<SSLContext> tls) {
        return new InboundSettings.Listener("mx", InboundSettings.Role.MX, anyPort(), tls);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private SmtpServer.Surroundings surroundings() {
        return new SmtpServer.Surroundings(
                queue,
                closedReason::get,
                mailbox -> switch (mailbox.localPart()) {
                    case "yes" -> RecipientAnswer.EXISTS;
                    case "no" -> RecipientAnswer.UNKNOWN_RECIPIENT;
                    default -> RecipientAnswer.NO_ANSWER;
                },
                offered -> scan.get().apply(offered),
                InstantSource.system(),
                System::nanoTime);
    }

    Talk connect() throws IOException {
        return connect("mx");
    }

    Talk connect(String listener) throws IOException {
        return new Talk(Objects.requireNonNull(server.addresses().get(listener)));
    }

    /** A client with this address of loopback. */
    Talk connectFrom(String address) throws IOException {
        return new Talk(Objects.requireNonNull(server.addresses().get("mx")), address);
    }

    Optional<DueMessage> take() throws InterruptedException {
        return queue.takeDue(Duration.ZERO);
    }

    /** What would be sent, without the Received field that was put before it. */
    String contentBehindTrace(QueueId id) throws IOException {
        try (var content = queue.content(id)) {
            var text = new String(content.readAllBytes(), StandardCharsets.ISO_8859_1);
            int end = 0;
            do {
                end = text.indexOf("\r\n", end) + 2;
            } while (end < text.length() && text.charAt(end) == '\t');
            return text.substring(end);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        queue.close();
    }
}
