package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Lease;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import io.mailvane.outbound.OutboundSettings.RelayDomain;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.Adoption;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import io.mailvane.queue.Tenure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lease that lapses while a connection comes about: another node may deliver the message by then. */
class LeaseLapsesIT {
    @TempDir
    Path directory;

    private final AtomicBoolean holds = new AtomicBoolean(true);
    private final CountDownLatch refused = new CountDownLatch(1);

    /** It is connected when the lease has lapsed, and asks for the content. */
    private final class LateTransport extends OneSession {
        LateTransport() {
            super("late");
        }

        @Override
        public DeliveryReport deliver(Delivery delivery) {
            holds.set(false);
            try (var content = delivery.content().open()) {
                throw new IllegalStateException("content was given: " + content);
            } catch (UncheckedIOException e) {
                refused.countDown();
                throw e;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private MessageQueue open() throws IOException {
        var lease = new Lease("zone-a", 1, 1);
        return MessageQueue.open(
                new QueueSettings(
                        "zone-a", new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofDays(5)), 1 << 20, 100),
                new FileSegmentStore(directory),
                new DsnWriter("mx-a.example", Mailbox.parse("postmaster@shop.example")),
                () -> RouterKit.NOW,
                new Tenure(() -> lease, () -> holds.get() ? 0 : 1),
                Adoption.Ending.IN_ORDER);
    }

    private static QueueId accept(MessageQueue queue) throws Exception {
        var octets = SmtpKit.CONTENT.getBytes(StandardCharsets.US_ASCII);
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(octets, 0, octets.length);
            incoming.commit(
                    new Acceptance(SmtpKit.envelope("a@shop.example"), MessageState.ACTIVE, new byte[0], List.of()));
            return incoming.id();
        }
    }

    @Test
    void nothingOfTheMessageIsSentAndNoAttemptIsWritten() throws Exception {
        var settings = RouterKit.settings(
                Map.of("shop.example", new RelayDomain(Optional.of("own"), Optional.empty())),
                Map.of("own", new TransportSettings.Plugin("late", Map.of(), 2)),
                List.of(),
                true);
        try (var queue = open()) {
            var id = accept(queue);
            var router = OutboundRouter.start(settings, queue, RouterKit.surroundings(List.of(new LateTransport())));

            assertThat(refused.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(router.drain(Duration.ofSeconds(10)))
                    .as("nothing is in doubt")
                    .isTrue();
            var recipient = queue.show(id).orElseThrow().recipients().getFirst();
            assertThat(recipient.state()).isEqualTo(RecipientState.ACTIVE);
            assertThat(recipient.attempts()).isEmpty();
            assertThat(router.stats().faults()).isZero();
            router.close();
        }
    }
}
