package io.mailvane.outbound;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** The addresses of a next hop, tried one after the other for one delivery. One thread. */
final class HostSearch {
    /** Addresses tried; a domain with hundreds of dead ones must not hold a worker for hours. */
    private static final int MAX_TRIES = 6;

    private final SmtpDialer dialer;
    private final Deadline deadline;
    private final Deque<Target> left;
    private String relay = "-";
    private String reason;

    HostSearch(SmtpDialer dialer, TargetSource.Targets targets, Deadline deadline) {
        this.dialer = dialer;
        this.deadline = deadline;
        this.left = new ArrayDeque<>(targets.targets().stream().limit(MAX_TRIES).toList());
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
            try {
                return dialer.connect(target, deadline);
            } catch (IOException e) {
                reason = "no connection with " + relay + ": " + e.getMessage();
            }
        }
        throw new NobodyException(relay, reason);
    }

    /** No host could be spoken to. */
    static final class NobodyException extends Exception {
        private static final long serialVersionUID = 1;
        private final String relay;

        NobodyException(String relay, String reason) {
            super(reason);
            this.relay = relay;
        }

        /** The last one that was tried, or "-". */
        String relay() {
            return relay;
        }

        String reason() {
            return SmtpTransaction.oneLine(String.valueOf(getMessage()));
        }
    }
}
