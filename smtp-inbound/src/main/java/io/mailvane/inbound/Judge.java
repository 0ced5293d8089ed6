package io.mailvane.inbound;

import io.mailvane.inbound.EsmtpParameters.RefusedException;
import io.mailvane.mail.Ascii;
import io.mailvane.mail.MailHost;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.SmtpReply;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Who may send to whom, and whether mail is taken at all just now. Any number of threads.
 *
 * <p>Replies are bland on purpose: what a stranger learns here is what a spammer learns.
 */
final class Judge {
    private static final SmtpReply TROUBLE = SmtpReply.of(451, "4.3.0", "Trouble here, try again later");

    private final Limits limits;
    private final Supplier<InboundSettings.Policy> policy;
    private final Supplier<Optional<String>> closedReason;
    private final Function<Mailbox, RecipientAnswer> ask;

    Judge(
            Limits limits,
            Supplier<InboundSettings.Policy> policy,
            Supplier<Optional<String>> closedReason,
            Function<Mailbox, RecipientAnswer> ask) {
        this.limits = limits;
        this.policy = policy;
        this.closedReason = closedReason;
        this.ask = ask;
    }

    /** Whether this client may begin a transaction now. */
    void admit(Session session) throws RefusedException {
        requireOpen(session);
        if (session.listener().role() == InboundSettings.Role.SUBMISSION && !trusts(session)) {
            throw RefusedException.of(550, "5.7.1", "Not for this client");
        }
    }

    /** Whether mail is taken just now: also asked before content, since it may have ended after the envelope began. */
    void requireOpen(Session session) throws RefusedException {
        if (closedReason.get().isPresent()) {
            throw session.tellClosed()
                    ? RefusedException.of(421, "4.3.1", "Still no mail is taken, try again later")
                    : RefusedException.of(452, "4.3.1", "No mail is taken just now, try again later");
        }
    }

    /** As {@link #requireOpen}: what is said if none is taken. */
    Optional<SmtpReply> closed(Session session) {
        try {
            requireOpen(session);
            return Optional.empty();
        } catch (RefusedException e) {
            return Optional.of(e.reply());
        }
    }

    /** What is said of content that could not be stored: if no mail is taken since, as to who begins now. */
    SmtpReply notStored(Session session) {
        return closed(session).orElse(TROUBLE);
    }

    void requireSize(long octets) throws RefusedException {
        if (octets > limits.messageSize()) {
            throw new RefusedException(Refusal.MESSAGE_TOO_LARGE.reply());
        }
    }

    void requireRoom(Transaction transaction) throws RefusedException {
        if (transaction.recipients().size() >= limits.recipients()) {
            throw RefusedException.of(452, "4.5.3", "Too many recipients");
        }
    }

    Mailbox postmaster() throws RefusedException {
        return policy.get().postmaster().orElseThrow(() -> RefusedException.of(550, "5.1.1", "No such recipient"));
    }

    void requireAllowed(Session session, Mailbox mailbox) throws RefusedException {
        if (trusts(session) || policy.get().postmaster().filter(mailbox::equals).isPresent()) {
            return;
        }
        var recipients = mailbox.domain() instanceof MailHost.Domain domain
                ? Optional.ofNullable(policy.get().relayDomains().get(domain.key()))
                : Optional.<Recipients>empty();
        if (recipients.isEmpty()) {
            throw RefusedException.of(550, "5.7.1", "Relaying denied");
        }
        switch (recipients.get()) {
            case Recipients.Any any -> requirePlain(mailbox);
            case Recipients.Listed listed -> requireListed(listed, mailbox);
            case Recipients.Ask asked -> requireExists(mailbox);
        }
    }

    /** RFC 5321 section 4.5.1: every domain that takes mail takes its postmaster's, in any case of letters. */
    static boolean isPostmaster(Mailbox mailbox) {
        return Ascii.equalsIgnoringCase(mailbox.localPart(), "postmaster");
    }

    private boolean trusts(Session session) {
        return policy.get().trusts(session.client());
    }

    /** Old routing tricks: the customer's server might take what is left of the percent sign for a mailbox elsewhere. */
    private static void requirePlain(Mailbox mailbox) throws RefusedException {
        if (mailbox.localPart().chars().anyMatch(c -> c == '%' || c == '!' || c == '@')) {
            throw RefusedException.of(550, "5.7.1", "Relaying denied");
        }
    }

    private static void requireListed(Recipients.Listed listed, Mailbox mailbox) throws RefusedException {
        if (!isPostmaster(mailbox) && !listed.has(mailbox)) {
            throw RefusedException.of(550, "5.1.1", "No such recipient");
        }
    }

    private void requireExists(Mailbox mailbox) throws RefusedException {
        requirePlain(mailbox);
        switch (ask.apply(mailbox)) {
            case EXISTS -> {}
            case UNKNOWN_RECIPIENT -> throw RefusedException.of(550, "5.1.1", "No such recipient");
            case NO_ANSWER -> throw RefusedException.of(451, "4.4.3", "Recipient cannot be verified just now");
        }
    }
}
