package io.mailvane.mail;

import java.util.Optional;

/**
 * What one delivery attempt did for one recipient. The class of the reply and the case agree by construction.
 *
 * <p>Expiry is not an outcome of an attempt: the queue decides it for a deferred recipient past its lifetime.
 */
public sealed interface DeliveryOutcome {
    SmtpReply reply();

    /**
     * Who said the reply: a next hop, by SMTP. Empty where the words are this node's own, and of an outcome that was read back from the
     * queue, which does not keep it: whoever must be told is told as the outcome is written.
     */
    Optional<RemoteMta> saidBy();

    /**
     * The next hop took responsibility (RFC 5321 section 6.1).
     *
     * @param relay who took it, as logs show it: {@code name[address]:port}, or a local transport's own word
     */
    record Relayed(String relay, SmtpReply reply, Optional<RemoteMta> saidBy) implements DeliveryOutcome {
        public Relayed {
            requireClass(reply, StatusClass.SUCCESS);
        }

        public Relayed(String relay, SmtpReply reply) {
            this(relay, reply, Optional.empty());
        }
    }

    /** Worth another attempt: 4yz, no connection, or a fault of our own. */
    record Deferred(Scope scope, SmtpReply reply, Optional<RemoteMta> saidBy) implements DeliveryOutcome {
        public Deferred {
            requireClass(reply, StatusClass.TEMPORARY);
        }

        public Deferred(Scope scope, SmtpReply reply) {
            this(scope, reply, Optional.empty());
        }
    }

    /** Will never succeed: 5yz, null MX (RFC 7505). */
    record Failed(Scope scope, SmtpReply reply, Optional<RemoteMta> saidBy) implements DeliveryOutcome {
        public Failed {
            requireClass(reply, StatusClass.PERMANENT);
        }

        public Failed(Scope scope, SmtpReply reply) {
            this(scope, reply, Optional.empty());
        }
    }

    /** How far an outcome reaches; what throttles a destination needs it. */
    enum Scope {
        /** This recipient alone. */
        RECIPIENT,
        /** Every recipient of this message at this next hop. */
        MESSAGE,
        /** Whatever goes to this next hop just now. */
        DESTINATION
    }

    private static void requireClass(SmtpReply reply, StatusClass statusClass) {
        if (reply.statusClass() != statusClass) {
            throw new IllegalArgumentException("reply " + reply + " is not of class " + statusClass);
        }
    }
}
