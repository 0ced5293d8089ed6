package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Deferred;
import io.mailvane.mail.DeliveryOutcome.Failed;
import io.mailvane.mail.DeliveryOutcome.Relayed;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SmtpReply;
import io.mailvane.reply.Classification;
import io.mailvane.reply.HeardReply;
import io.mailvane.reply.ReplyClass.Bearing;
import io.mailvane.reply.ReplyClassifier;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Egress;
import io.mailvane.route.Heard;
import io.mailvane.route.MailClass;
import io.mailvane.route.Route;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Understands what a next hop said, tells those whom it concerns, and says what is to become of the recipient. */
final class Verdicts {
    private final ReplyClassifier classifier = ReplyClassifier.shipped();
    private final Egress egress;
    private final Consumer<ReplyEvidence> evidence;

    /** What is to become of a recipient in this round. */
    enum Verdict {
        /** The outcome stands. */
        FINAL,
        /** It stands, and the next attempt is to take the same way. */
        SAME_WAY,
        /** Whether it was taken is not known: no attempt is made for a while, and the next takes the same way. */
        UNSURE,
        /** It stands, and waits for a better view of our addresses. */
        OUR_ADDRESS,
        /** Another way may be welcome now. */
        NEXT_WAY
    }

    Verdicts(Egress egress, Consumer<ReplyEvidence> evidence) {
        this.egress = egress;
        this.evidence = evidence;
    }

    /** @param heard what a reply to the whole message answered; empty if the connection was lost */
    Hearing hearing(Job job, String relay, Optional<ReplyPhase> heard, Instant now) {
        return new Hearing(job, relay, heard, now);
    }

    /**
     * One transaction with a next hop. What was said once, to the message with all its recipients, is heard once: one refusal of three
     * recipients is no three refusals. One thread.
     */
    final class Hearing {
        private final Job job;
        private final String relay;
        private final Optional<ReplyPhase> heard;
        private final Instant now;
        private final Map<SmtpReply, Bearing> toTheMessage = new HashMap<>(2);
        private boolean isAccepted;

        private Hearing(Job job, String relay, Optional<ReplyPhase> heard, Instant now) {
            this.job = job;
            this.relay = relay;
            this.heard = heard;
            this.now = now;
        }

        /** What is to become of one of its recipients. */
        Verdict judge(int recipient, DeliveryOutcome outcome) {
            if (job.choice().isEmpty()) {
                boolean isLost = heard.isEmpty() && outcome instanceof Deferred lost && lost.scope() == Scope.MESSAGE;
                return isLost ? Verdict.UNSURE : Verdict.FINAL;
            }
            return switch (outcome) {
                case Relayed relayed -> accepted();
                case Deferred deferred -> refused(recipient, deferred, deferred.scope());
                case Failed failed -> refused(recipient, failed, failed.scope());
            };
        }

        private Verdict accepted() {
            if (!isAccepted) {
                egress.accepted(job.choice().orElseThrow().permit());
                isAccepted = true;
            }
            return Verdict.FINAL;
        }

        private Verdict refused(int recipient, DeliveryOutcome outcome, Scope scope) {
            if (scope == Scope.RECIPIENT) {
                return verdict(job, bearing(recipient, outcome.reply(), ReplyPhase.RCPT), outcome);
            }
            if (heard.isEmpty()) {
                return scope == Scope.MESSAGE ? Verdict.UNSURE : Verdict.FINAL;
            }
            var bearing =
                    toTheMessage.computeIfAbsent(outcome.reply(), reply -> bearing(recipient, reply, heard.get()));
            return verdict(job, bearing, outcome);
        }

        private Bearing bearing(int recipient, SmtpReply reply, ReplyPhase phase) {
            return hear(job, recipient, reply, relay, phase, now).replyClass().bearing();
        }
    }

    private static Verdict verdict(Job job, Bearing bearing, DeliveryOutcome outcome) {
        boolean failed = outcome instanceof Failed;
        boolean urgent = job.choice().orElseThrow().round().facts().mailClass() == MailClass.URGENT;
        return switch (bearing) {
            case ADDRESS_REFUSED, ADDRESS_FAULTY, RELAY_USED_UP, RELAY_SLOWED, RELAY_REFUSES_SENDER, RELAY_REFUSES_US ->
                Verdict.NEXT_WAY;
            case ADDRESS_SLOWED -> failed || urgent ? Verdict.NEXT_WAY : Verdict.OUR_ADDRESS;
            case SAME_WAY -> failed ? Verdict.FINAL : Verdict.SAME_WAY;
            case MESSAGE -> Verdict.FINAL;
        };
    }

    /** Says what a reply means, after those whom it concerns were told. */
    Classification hear(Job job, int recipient, SmtpReply reply, String relay, ReplyPhase phase, Instant now) {
        var chosen = job.choice().orElseThrow();
        var route = chosen.route();
        var nextHop = route.kind() == Route.Kind.SMARTHOST ? HeardReply.NextHop.SMARTHOST : HeardReply.NextHop.MX;
        var reversePath = job.message().envelope().reversePath();
        var meaning = classifier.classify(new HeardReply(reply, host(relay), nextHop, phase, reversePath));
        var text = bounded(reply.text());
        boolean counts = egress.heard(
                chosen.permit(), chosen.round().facts(), new Heard(meaning, phase, recipientOf(job, recipient), text));
        if (counts && route.kind() == Route.Kind.SOURCE) {
            evidence.accept(new ReplyEvidence(route.name(), job.provider(), meaning.citedList(), now, text));
        }
        return meaning;
    }

    /** Whether a host that took no session did so for our address; nobody is told. */
    boolean isAboutOurAddress(Job job, DeliveryReport.Refusal refusal, String relay) {
        var reversePath = job.message().envelope().reversePath();
        return classifier
                .classify(new HeardReply(
                        refusal.reply(), host(relay), HeardReply.NextHop.MX, refusal.phase(), reversePath))
                .replyClass()
                .bearing()
                .isAboutOurAddress();
    }

    private static int recipientOf(Job job, int recipient) {
        return job.message().envelope().recipients().get(recipient).mailbox().hashCode();
    }

    private static String bounded(String reply) {
        return reply.length() > ReplyEvidence.MAX_REPLY ? reply.substring(0, ReplyEvidence.MAX_REPLY) : reply;
    }

    /** Of {@code name[address]:port} the name. */
    private static String host(String relay) {
        int bracket = relay.indexOf('[');
        return bracket > 0 ? relay.substring(0, bracket) : relay;
    }

    /** What the sender is not to be told of: a refusal that another way may yet undo. */
    static DeliveryOutcome temporary(DeliveryOutcome outcome) {
        return outcome instanceof Failed failed
                ? new Deferred(
                        failed.scope(),
                        SmtpReply.of(
                                451,
                                "4.7.0",
                                SmtpTransaction.oneLine(failed.reply().text())))
                : outcome;
    }
}
