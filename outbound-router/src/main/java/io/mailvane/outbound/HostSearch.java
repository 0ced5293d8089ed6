package io.mailvane.outbound;

import io.mailvane.mail.SmtpReply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The addresses of a next hop, tried one after the other for one delivery. One thread. */
final class HostSearch {
    /** Addresses tried; a domain with hundreds of dead ones must not hold a worker for hours. */
    private static final int MAX_TRIES = 6;

    private final SmtpDialer dialer;
    private final Deadline deadline;
    private final AuthTurns.Attempt auth;
    private final Deque<Target> left;
    private final List<DeliveryReport.Passed> passed = new ArrayList<>();
    private String relay = "-";
    private String reason;
    private Optional<DeliveryReport.Refusal> refusal = Optional.empty();
    private DeliveryReport.Side side;

    HostSearch(SmtpDialer dialer, TargetSource.Targets targets, Deadline deadline) {
        this.dialer = dialer;
        this.deadline = deadline;
        this.auth = dialer.begin();
        this.left = new ArrayDeque<>(targets.targets().stream().limit(MAX_TRIES).toList());
        this.side = targets.side();
        this.reason = left.isEmpty() ? targets.problem() : "no time was left to connect";
    }

    /**
     * Connects to the next address that can be used.
     *
     * @throws NobodyException if there is none
     */
    SmtpConnection next() throws NobodyException {
        while (!left.isEmpty() && !deadline.passed()) {
            var target = left.remove();
            relay = target.relay();
            long before = deadline.remainingNanos();
            try {
                return dialer.connect(target, deadline, auth);
            } catch (IOException e) {
                reason = "no connection with " + relay + ": " + e.getMessage();
                var took = Duration.ofNanos(before - deadline.remainingNanos());
                pass(new DeliveryReport.Passed(
                        relay,
                        noConnection(SmtpTransaction.oneLine(reason)),
                        SmtpTransaction.oneLine(String.valueOf(e.getMessage())),
                        new DeliveryReport.Timing(took, Duration.ZERO),
                        deadline.nowNanos()));
                if (e instanceof UnusableHostException unusable) {
                    refusal = unusable.refusal();
                    stopIf(unusable.isRefusedForGood());
                }
                side = e instanceof SmtpDialer.UnusableAddressException
                        ? DeliveryReport.Side.OURS
                        : DeliveryReport.Side.THEIRS;
            }
        }
        throw new NobodyException(relay, reason, refusal, side);
    }

    /** Every host of an account knows its password. */
    private void stopIf(boolean isRefusedForGood) {
        if (isRefusedForGood) {
            left.clear();
        }
    }

    private static SmtpReply noConnection(String reason) {
        return SmtpReply.of(451, "4.4.1", reason);
    }

    /** The next one follows. */
    void pass(DeliveryReport.Passed host) {
        passed.add(host);
    }

    /** All that were tried and left but {@code relay}. */
    List<DeliveryReport.Passed> passedBut(String relay) {
        return passed.stream().filter(host -> !host.relay().equals(relay)).toList();
    }

    /** No host could be spoken to. */
    static final class NobodyException extends Exception {
        private static final long serialVersionUID = 1;
        private final String relay;
        private final transient Optional<DeliveryReport.Refusal> refusal;
        private final DeliveryReport.Side side;

        NobodyException(
                String relay, String reason, Optional<DeliveryReport.Refusal> refusal, DeliveryReport.Side side) {
            super(reason);
            this.relay = relay;
            this.refusal = refusal;
            this.side = side;
        }

        /** Of the last one that was tried. */
        DeliveryReport.Side side() {
            return side;
        }

        /** The last word of a host that was reached. */
        Optional<DeliveryReport.Refusal> refusal() {
            return refusal;
        }

        /** The last one that was tried, or "-". */
        String relay() {
            return relay;
        }

        SmtpReply reply() {
            return noConnection(SmtpTransaction.oneLine(String.valueOf(getMessage())));
        }
    }
}
