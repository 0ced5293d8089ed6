package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.DeliveryOutcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Transport} keeps to, whatever stands behind it. */
abstract class TransportContract {
    final SmtpKit kit = new SmtpKit();
    private Transport transport;

    /** A transport whose world takes everything. */
    abstract Transport open() throws Exception;

    /** A transport whose world takes nothing; or {@link #open} where there is no such world. */
    abstract Transport refusing() throws Exception;

    /** Whether what is delivered is read at all. */
    boolean readsContent() {
        return true;
    }

    @BeforeEach
    void begin() throws Exception {
        transport = open();
    }

    @AfterEach
    void end() {
        transport.close();
        kit.close();
    }

    @Test
    void oneOutcomeForEachRecipientInTheirOrder() {
        try (var session = transport.open()) {
            var report = attempted(session.deliver(kit.mail("a@x.example", "b@x.example", "a@y.example")));

            assertThat(report.outcomes()).hasSize(3).allMatch(DeliveryOutcome.Relayed.class::isInstance);
            assertThat(report.relay()).isNotBlank();
        }
    }

    @Test
    void aSessionTakesOneDeliveryAfterTheOther() {
        try (var session = transport.open()) {
            for (int i = 0; i < 3; i++) {
                assertThat(attempted(session.deliver(kit.mail("a@x.example"))).outcomes())
                        .singleElement()
                        .isInstanceOf(DeliveryOutcome.Relayed.class);
            }
        }
    }

    @Test
    void severalSessionsAreOpenAtOnce() {
        try (var one = transport.open();
                var two = transport.open()) {
            assertThat(attempted(one.deliver(kit.mail("a@x.example"))).outcomes())
                    .hasSize(1);
            assertThat(attempted(two.deliver(kit.mail("b@x.example"))).outcomes())
                    .hasSize(1);
        }
    }

    @Test
    void openingDoesNothingYet() {
        transport.open().close();
    }

    @Test
    void whatTheWorldRefusesIsAnOutcomeAndNoException() throws Exception {
        var closed = refusing();
        try (var session = closed.open()) {
            var report = session.deliver(kit.mail("a@x.example"));

            assertThat(report).isInstanceOfAny(DeliveryReport.Attempted.class, DeliveryReport.NoConnection.class);
        } finally {
            closed.close();
        }
    }

    @Test
    void contentThatCannotBeReadIsAnExceptionAndClosed() {
        if (!readsContent()) {
            return;
        }
        var closed = new AtomicInteger();
        var mail = kit.mail("a@x.example");
        var broken = new Delivery(
                mail.id(),
                mail.envelope(),
                mail.recipients(),
                mail.size(),
                () -> new Broken(closed),
                mail.deadline(),
                mail.last());
        try (var session = transport.open()) {
            assertThatThrownBy(() -> session.deliver(broken)).isInstanceOf(UncheckedIOException.class);
            assertThat(closed).hasValue(1);

            assertThat(attempted(session.deliver(kit.mail("a@x.example"))).outcomes())
                    .singleElement()
                    .isInstanceOf(DeliveryOutcome.Relayed.class);
        }
    }

    private static DeliveryReport.Attempted attempted(DeliveryReport report) {
        assertThat(report).isInstanceOf(DeliveryReport.Attempted.class);
        return (DeliveryReport.Attempted) report;
    }

    /** A begin, and then damage. */
    private static final class Broken extends InputStream {
        private final InputStream begin =
                new ByteArrayInputStream("Subject: x\r\n".getBytes(StandardCharsets.US_ASCII));
        private final AtomicInteger closed;

        Broken(AtomicInteger closed) {
            this.closed = closed;
        }

        @Override
        public int read() throws IOException {
            return damaged(begin.read());
        }

        @Override
        public int read(byte[] octets, int offset, int length) throws IOException {
            return damaged(begin.read(octets, offset, length));
        }

        private static int damaged(int read) {
            if (read < 0) {
                throw new UncheckedIOException(new IOException("the record is damaged"));
            }
            return read;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
