package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.SmtpReply;
import io.mailvane.mail.StatusClass;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Echo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What became of one {@link Delivery}. */
public sealed interface DeliveryReport {
    /** Who was spoken to: {@code name[address]:port}, a local transport's own word, or "-". */
    String relay();

    Timing timing();

    /** Other hosts of the same next hop that were tried and left, in that order; what is reported is not theirs. */
    List<Passed> passed();

    /**
     * The next hop was reached and decided, or was lost on the way.
     *
     * @param outcomes one for each of the delivery's recipients, in their order
     * @param dsn what became of a NOTIFY=SUCCESS
     * @param heard what the reply that decided the whole message answered; empty if the connection was lost instead
     * @param echo at which address the next hop sees us, if it says so
     * @param greeting how long it took, with the connecting, if a connection was opened for it
     */
    record Attempted(
            String relay,
            List<DeliveryOutcome> outcomes,
            Dsn dsn,
            Timing timing,
            Optional<ReplyPhase> heard,
            Optional<Echo> echo,
            Optional<Duration> greeting,
            List<Passed> passed)
            implements DeliveryReport {
        public Attempted {
            outcomes = List.copyOf(outcomes);
            passed = List.copyOf(passed);
        }

        /** Of a transport that is no SMTP. */
        public Attempted(String relay, List<DeliveryOutcome> outcomes, Dsn dsn, Timing timing) {
            this(
                    relay,
                    outcomes,
                    dsn,
                    timing,
                    Optional.of(ReplyPhase.END_OF_DATA),
                    Optional.empty(),
                    Optional.empty(),
                    List.of());
        }

        /** Whether it took a recipient, or may have: its reply to the content was lost. */
        boolean mayHaveTaken(DeliveryOutcome outcome) {
            return switch (outcome) {
                case DeliveryOutcome.Relayed _ -> true;
                case DeliveryOutcome.Deferred deferred ->
                    heard.isEmpty() && deferred.scope() == DeliveryOutcome.Scope.MESSAGE;
                case DeliveryOutcome.Failed _ -> false;
            };
        }

        Attempted having(List<Passed> others) {
            return new Attempted(relay, outcomes, dsn, timing, heard, echo, greeting, others);
        }
    }

    /**
     * Nobody could be asked, whoever the recipient: another way may be taken at once, and whatever else waits for this
     * next hop need not try.
     *
     * @param reply of class 4, the reason
     * @param refusal what the next hop said, if it said something
     * @param side whose fault it is
     */
    record NoConnection(
            String relay, SmtpReply reply, Timing timing, Optional<Refusal> refusal, Side side, List<Passed> passed)
            implements DeliveryReport {
        public NoConnection(String relay, SmtpReply reply, Timing timing) {
            this(relay, reply, timing, Optional.empty(), Side.THEIRS, List.of());
        }

        public NoConnection {
            passed = List.copyOf(passed);
            if (reply.statusClass() != StatusClass.TEMPORARY) {
                throw new IllegalArgumentException("no connection is a temporary failure: " + reply);
            }
        }

        /** The same answer for what did not try by itself. */
        NoConnection untimed() {
            return new NoConnection(relay, reply, Timing.NONE, refusal, side, List.of());
        }
    }

    /**
     * A host that took no session, or went before any content did: the next one was tried at once.
     *
     * @param reply of class 4, the reason
     * @param reason the same where the relay is named beside it
     * @param leftNanos when it was left, by the ticker
     */
    record Passed(String relay, SmtpReply reply, String reason, Timing timing, long leftNanos) {}

    /** On which side there was no connection. */
    enum Side {
        THEIRS,
        /** Our address could not even set out: from another one the next hop may be reached. */
        OURS
    }

    /** A next hop that was reached took no session. */
    record Refusal(ReplyPhase phase, SmtpReply reply) {}

    /** Who answers a NOTIFY=SUCCESS (RFC 3461 section 5.2). */
    enum Dsn {
        /** The next hop understood the request and answers it. */
        HANDED_ON,
        /** The next hop knows no DSN: we say "relayed". */
        OURS_RELAYED,
        /** This was the final delivery: we say "delivered". */
        OURS_DELIVERED
    }

    /**
     * Where the time went.
     *
     * @param setup look-up, connection, greeting and TLS; zero on a connection that was open
     * @param transmission from MAIL to the last reply
     */
    record Timing(Duration setup, Duration transmission) {
        public static final Timing NONE = new Timing(Duration.ZERO, Duration.ZERO);

        Duration whole() {
            return setup.plus(transmission);
        }
    }
}
