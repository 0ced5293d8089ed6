package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ReversePath;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.SimpleResolver;

class DeliveryIT {
    private static final String CONTENT = "Subject: x\r\n\r\n.dot\r\nbody\r\n";

    @TempDir
    Path directory;

    @Test
    void relaysToTheTransportOfTheRelayDomain() throws Exception {
        var greenMail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        greenMail.start();
        try {
            deliver(smtp(greenMail.getSmtp().getPort()), Set.of());

            assertThat(greenMail.getReceivedMessages()).hasSize(1);
            // GreenMail counts the last CRLF to the final dot.
            assertThat(greenMail.getReceivedMessages()[0].getContent().toString())
                    .isEqualTo(".dot\r\nbody");
        } finally {
            greenMail.stop();
        }
    }

    @Test
    void storesInTheMaildir() throws Exception {
        deliver(new TransportSettings.Maildir(directory.resolve("maildir"), 2), Set.of());

        try (var files = Files.list(directory.resolve("maildir/shop.example/you/new"))) {
            assertThat(files.map(DeliveryIT::read))
                    .containsExactly("Return-Path: <me@example.org>\nSubject: x\n\n.dot\nbody\n");
        }
    }

    @Test
    void bouncesToTheSenderAfterItsLifetime() throws Exception {
        int closed;
        try (var socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        deliver(smtp(closed), Set.of("example.org"));

        try (var files = Files.list(directory.resolve("bounces/example.org/me/new"))) {
            assertThat(files.map(DeliveryIT::read).toList().getFirst())
                    .startsWith("Return-Path: <>\n")
                    .contains("Final-Recipient: rfc822; you@shop.example\nAction: failed\nStatus: 4.4.7\n")
                    .contains("Subject: x\n");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static TransportSettings smtp(int port) {
        return new TransportSettings.Smtp(
                List.of(new HostAndPort("127.0.0.1", port)), TlsMode.MAY, Optional.empty(), Optional.empty(), 2);
    }

    private void deliver(TransportSettings customer, Set<String> bounceDomains) throws Exception {
        var relay = new java.util.HashMap<String, OutboundSettings.RelayDomain>();
        relay.put("shop.example", new OutboundSettings.RelayDomain(Optional.of("customer"), Optional.empty()));
        bounceDomains.forEach(domain ->
                relay.put(domain, new OutboundSettings.RelayDomain(Optional.of("bounces"), Optional.empty())));
        var settings = new OutboundSettings(
                "mx.example",
                true,
                new OwnHosts(Set.of("mx.example"), Set.of(), Set.of(), Set.of()),
                relay,
                Map.of("customer", customer, "bounces", new TransportSettings.Maildir(directory.resolve("bounces"), 1)),
                new OutboundSettings.Direct(true, 25, 20),
                List.of(),
                Timeouts.DEFAULT,
                OutboundSettings.Limits.DEFAULT,
                OutboundSettings.Leaving.DEFAULT);
        var surroundings = new Surroundings(
                new SimpleResolver("127.0.0.1"),
                InstantSource.system(),
                System::nanoTime,
                new java.util.Random(1),
                List.of(),
                address -> false);
        var retry = new RetrySchedule(List.of(Duration.ofMillis(50)), Duration.ofMillis(200));
        var writer = new DsnWriter("mx.example", Mailbox.parse("postmaster@shop.example"));
        try (var queue = MessageQueue.open(
                        new QueueSettings("zone-a", retry, 1 << 20, 100),
                        new FileSegmentStore(directory.resolve("queue")),
                        writer,
                        InstantSource.system());
                var router = OutboundRouter.start(settings, queue, surroundings)) {
            accept(queue);
            await().atMost(Duration.ofSeconds(20)).until(() -> queue.counts().total() == 0);
            assertThat(router.drain(Duration.ofSeconds(5))).isTrue();
        }
    }

    private static QueueId accept(MessageQueue queue) throws Exception {
        var octets = CONTENT.getBytes(StandardCharsets.US_ASCII);
        var envelope = Envelope.of(
                ReversePath.of(Mailbox.parse("me@example.org")),
                Stream.of("you@shop.example")
                        .map(r -> Recipient.of(Mailbox.parse(r)))
                        .toList());
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(octets, 0, octets.length);
            incoming.commit(new Acceptance(envelope, MessageState.ACTIVE, new byte[0], List.of()));
            return incoming.id();
        }
    }
}
