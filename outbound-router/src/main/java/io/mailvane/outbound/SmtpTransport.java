package io.mailvane.outbound;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SMTP to the hosts of one next hop, in their order. */
final class SmtpTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpTransport.class);
    private static final Duration QUIT = Duration.ofSeconds(2);
    /** After so long a better host than the one that is connected is given its chance. */
    private static final Duration REUSE = Duration.ofMinutes(5);

    private final SmtpClientSettings settings;
    private final TargetSource source;
    private final Shared shared;
    private final AuthTurns turns = new AuthTurns();

    /**
     * What all SMTP transports of a node share.
     *
     * @param ticker nanoseconds
     * @param connectionsOpened counts
     * @param peer whether a peer takes mail at an address: it is never a next hop
     */
    record Shared(
            LongSupplier ticker, StallGuard guard, AtomicLong connectionsOpened, Predicate<InetSocketAddress> peer) {
        /** Without what would come back. */
        TargetSource.Targets withoutPeers(TargetSource.Targets found) {
            var others = found.targets().stream()
                    .filter(target -> !peer.test(target.address()))
                    .toList();
            return others.isEmpty() && !found.targets().isEmpty()
                    ? new TargetSource.Targets(others, "the next hop is a peer: mail would go in a loop")
                    : new TargetSource.Targets(others, found.problem(), found.side());
        }
    }

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
        private final SmtpDialer dialer = new SmtpDialer(settings, shared.guard(), turns);
        private final AtomicBoolean busy = new AtomicBoolean();
        private volatile @Nullable SmtpConnection connection;
        /** Whether the connection is none that mail without a last host begins with. */
        private boolean isTurned;

        private Deadline reuse = Deadline.in(REUSE, shared.ticker());

        @Override
        public DeliveryReport deliver(Delivery delivery) {
            if (!busy.compareAndSet(false, true)) {
                throw new IllegalStateException("a session is used by one thread, until it is closed");
            }
            try {
                var report = deliverAgain(delivery);
                return report.isPresent() ? report.get() : deliverFresh(delivery);
            } finally {
                busy.set(false);
            }
        }

        /** Over the connection that is open, if the peer did not leave it while it was idle. */
        private Optional<DeliveryReport> deliverAgain(Delivery delivery) {
            var open = connection;
            if (open == null) {
                return Optional.empty();
            }
            if (reuse.passed() || !isFirst(open.target(), delivery)) {
                open.quit(Deadline.in(QUIT, shared.ticker()));
                return Optional.empty();
            }
            try {
                return isReady(open)
                        ? Optional.of(transact(open, delivery, Duration.ZERO, Optional.empty()))
                        : Optional.empty();
            } catch (SmtpTransaction.NothingTakenException e) {
                LOG.debug("an idle connection was lost", e);
                return Optional.empty();
            }
        }

        /** Whether the delivery begins with this host. */
        private boolean isFirst(Target host, Delivery delivery) {
            return delivery.last()
                    .map(last -> targets(delivery).behind(last).targets().stream()
                            .limit(1)
                            .anyMatch(host::isSameHost))
                    .orElse(!isTurned);
        }

        private TargetSource.Targets targets(Delivery delivery) {
            return shared.withoutPeers(source.targets(delivery.id()));
        }

        /** What a peer says unasked would be taken for the reply to MAIL. */
        private static boolean isReady(SmtpConnection open) {
            try {
                return open.state() != SmtpConnection.State.BROKEN
                        && !open.wire().hasUnreadInSocket();
            } catch (IOException e) {
                LOG.debug("an idle connection was lost", e);
                return false;
            }
        }

        private DeliveryReport deliverFresh(Delivery delivery) {
            disconnect();
            long start = shared.ticker().getAsLong();
            var targets = targets(delivery);
            var turned = delivery.last().map(targets::behind).orElse(targets);
            isTurned = !turned.equals(targets);
            var search = new HostSearch(dialer, turned, delivery.deadline());
            Optional<DeliveryReport.Attempted> last = Optional.empty();
            while (true) {
                try {
                    connect(search);
                } catch (HostSearch.NobodyException e) {
                    return last.<DeliveryReport>map(report -> report.having(search.passedBut(report.relay())))
                            .orElse(nobody(e, search.passedBut(e.relay()), start));
                }
                var fresh = java.util.Objects.requireNonNull(connection);
                var relay = fresh.target().relay();
                var setup = since(start);
                try {
                    return transact(fresh, delivery, setup, Optional.of(fresh.greeting()))
                            .having(search.passedBut(relay));
                } catch (SmtpTransaction.NothingTakenException e) {
                    var timing = new DeliveryReport.Timing(setup, since(start).minus(setup));
                    last = Optional.of(report(fresh, e.told(), timing, Optional.of(fresh.greeting())));
                    search.pass(new DeliveryReport.Passed(
                            relay,
                            e.reply(),
                            e.reply().text(),
                            timing,
                            shared.ticker().getAsLong()));
                }
            }
        }

        private void connect(HostSearch search) throws HostSearch.NobodyException {
            connection = search.next();
            shared.connectionsOpened().incrementAndGet();
            reuse = Deadline.in(REUSE, shared.ticker());
        }

        private DeliveryReport nobody(HostSearch.NobodyException e, List<DeliveryReport.Passed> passed, long start) {
            return new DeliveryReport.NoConnection(
                    e.relay(),
                    e.reply(),
                    new DeliveryReport.Timing(since(start), Duration.ZERO),
                    e.refusal(),
                    e.side(),
                    passed);
        }

        /** @param greeting if the connection was opened for it */
        private DeliveryReport.Attempted transact(
                SmtpConnection open, Delivery delivery, Duration setup, Optional<Duration> greeting)
                throws SmtpTransaction.NothingTakenException {
            long start = shared.ticker().getAsLong();
            var told = new SmtpTransaction(open, delivery).run();
            return report(open, told, new DeliveryReport.Timing(setup, since(start)), greeting);
        }

        private static DeliveryReport.Attempted report(
                SmtpConnection open,
                SmtpTransaction.Told told,
                DeliveryReport.Timing timing,
                Optional<Duration> greeting) {
            var dsn = open.capabilities().dsn() ? DeliveryReport.Dsn.HANDED_ON : DeliveryReport.Dsn.OURS_RELAYED;
            return new DeliveryReport.Attempted(
                    open.target().relay(),
                    told.outcomes(),
                    dsn,
                    timing,
                    told.heard(),
                    open.echo(),
                    greeting,
                    List.of());
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
            if (!busy.compareAndSet(false, true)) {
                cut();
                return;
            }
            var open = connection;
            connection = null;
            if (open != null) {
                open.quit(Deadline.in(QUIT, shared.ticker()));
            }
        }

        /** A delivery runs in another thread: not one octet may get into what it writes. */
        private void cut() {
            try {
                dialer.abort();
            } catch (IOException e) {
                LOG.debug("close", e);
            }
            var open = connection;
            if (open != null) {
                open.close();
            }
        }
    }
}
