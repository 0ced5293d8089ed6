package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.SmtpReply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** SMTP to the hosts of one next hop, in their order. */
final class SmtpTransport implements Transport {
    /** Addresses tried for one delivery; a domain with hundreds of dead ones must not hold a worker for hours. */
    private static final int MAX_TRIES = 6;

    private static final Duration QUIT = Duration.ofSeconds(2);

    private final SmtpClientSettings settings;
    private final TargetSource source;
    private final Shared shared;

    /**
     * What all SMTP transports of a node share.
     *
     * @param ticker nanoseconds
     * @param connectionsOpened counts
     */
    record Shared(LongSupplier ticker, StallGuard guard, AtomicLong connectionsOpened) {}

    SmtpTransport(SmtpClientSettings settings, TargetSource source, Shared shared) {
        this.settings = settings;
        this.source = source;
        this.shared = shared;
    }

    @Override
    public Session open() {
        return new SmtpSession();
    }

    @Override
    public void close() {
        // Connections belong to the sessions.
    }

    /** Keeps its connection open between deliveries. */
    private final class SmtpSession implements Session {
        private volatile @Nullable SmtpConnection connection;
        private volatile boolean closed;

        @Override
        public DeliveryReport deliver(Delivery delivery) {
            long start = shared.ticker().getAsLong();
            var open = connection;
            if (open != null
                    && open.state() != SmtpConnection.State.BROKEN
                    && !open.wire().hasUnread()) {
                try {
                    return transact(open, delivery, Duration.ZERO, start);
                } catch (SmtpTransaction.StaleConnectionException e) {
                    // Closed by the peer while it was idle, most likely; the fresh connection decides.
                    disconnect();
                }
            }
            return deliverFresh(delivery, start);
        }

        private DeliveryReport deliverFresh(Delivery delivery, long start) {
            disconnect();
            SmtpConnection fresh;
            try {
                fresh = connect(delivery.deadline());
            } catch (NobodyException e) {
                return new DeliveryReport.NoConnection(
                        e.relay,
                        SmtpReply.of(451, "4.4.1", SmtpTransaction.oneLine(e.reason)),
                        new DeliveryReport.Timing(since(start), Duration.ZERO));
            }
            connection = fresh;
            long connected = shared.ticker().getAsLong();
            try {
                return transact(fresh, delivery, Duration.ofNanos(connected - start), connected);
            } catch (SmtpTransaction.StaleConnectionException e) {
                throw new IllegalStateException("a fresh connection is never stale", e);
            }
        }

        private DeliveryReport transact(SmtpConnection open, Delivery delivery, Duration setup, long start)
                throws SmtpTransaction.StaleConnectionException {
            List<DeliveryOutcome> outcomes = new SmtpTransaction(open, delivery).run();
            var dsn = open.capabilities().dsn() ? DeliveryReport.Dsn.HANDED_ON : DeliveryReport.Dsn.OURS_RELAYED;
            return new DeliveryReport.Attempted(
                    open.target().relay(), outcomes, dsn, new DeliveryReport.Timing(setup, since(start)));
        }

        private SmtpConnection connect(Deadline deadline) throws NobodyException {
            var targets = source.targets();
            if (targets.targets().isEmpty()) {
                throw new NobodyException("-", targets.problem());
            }
            var relay = "-";
            var reason = "no time was left to connect";
            for (var target : targets.targets()
                    .subList(0, Math.min(MAX_TRIES, targets.targets().size()))) {
                if (deadline.passed() || closed) {
                    break;
                }
                relay = target.relay();
                try {
                    var opened = SmtpConnection.open(target, settings, shared.guard(), deadline);
                    shared.connectionsOpened().incrementAndGet();
                    return opened;
                } catch (IOException e) {
                    reason = e.getMessage();
                }
            }
            throw new NobodyException(relay, "no connection with " + relay + ": " + reason);
        }

        private Duration since(long startNanos) {
            return Duration.ofNanos(shared.ticker().getAsLong() - startNanos);
        }

        private void disconnect() {
            var open = connection;
            connection = null;
            if (open != null) {
                open.close();
            }
        }

        @Override
        public void close() {
            closed = true;
            var open = connection;
            connection = null;
            if (open != null) {
                open.quit(Deadline.in(QUIT, shared.ticker()));
            }
        }
    }

    /** No host could be spoken to. */
    private static final class NobodyException extends Exception {
        private static final long serialVersionUID = 1;
        private final String relay;
        private final String reason;

        NobodyException(String relay, String reason) {
            super(reason);
            this.relay = relay;
            this.reason = reason;
        }
    }
}
