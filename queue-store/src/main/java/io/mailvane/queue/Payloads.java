package io.mailvane.queue;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.EnhancedStatusCode;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the payloads of BEGIN, COMMIT and UPDATE hold, and how. {@code docs/queue-format.md} is this class in prose. */
final class Payloads {
    // Places in these lists are part of the format: add at the end, never reorder.
    private static final List<MessageState> MESSAGE_STATES = List.of(
            MessageState.TO_SCAN,
            MessageState.ACTIVE,
            MessageState.DEFERRED,
            MessageState.HELD,
            MessageState.QUARANTINED,
            MessageState.SETTLED);
    private static final List<RecipientState> RECIPIENT_STATES = List.of(
            RecipientState.ACTIVE,
            RecipientState.DEFERRED,
            RecipientState.HELD,
            RecipientState.RELAYED,
            RecipientState.FAILED,
            RecipientState.EXPIRED,
            RecipientState.DELETED);
    private static final List<Recipient.Notify> NOTIFY =
            List.of(Recipient.Notify.NEVER, Recipient.Notify.SUCCESS, Recipient.Notify.FAILURE, Recipient.Notify.DELAY);
    private static final List<Envelope.Body> BODIES = List.of(Envelope.Body.SEVEN_BIT, Envelope.Body.EIGHT_BIT_MIME);
    private static final List<Envelope.Return> RETURNS = List.of(Envelope.Return.FULL, Envelope.Return.HEADERS);
    private static final List<DeliveryOutcome.Scope> SCOPES =
            List.of(DeliveryOutcome.Scope.RECIPIENT, DeliveryOutcome.Scope.MESSAGE, DeliveryOutcome.Scope.DESTINATION);

    private Payloads() {}

    /** BEGIN. */
    record Begin(Instant received) {}

    /**
     * COMMIT, and VERDICT in its place.
     *
     * @param standings where each recipient stands, when the message was copied forward; empty: all ACTIVE, never tried
     */
    record Commit(MessageState state, String client, Content content, Envelope envelope, List<Standing> standings) {
        Commit {
            standings = List.copyOf(standings);
        }

        /** The same message as it stands now, copied forward. */
        Commit at(MessageState now, List<Standing> reached) {
            return new Commit(now, client, content, envelope, reached);
        }

        /** The same message after its scan: fields before all others, for who handled it last stands first. */
        Commit judged(Judgement judgement, Instant received) {
            var reached = new ArrayList<>(standings);
            if (!judgement.why().isEmpty()) {
                reached.addAll(Standing.quarantined(envelope.recipients().size(), received, judgement.why()));
            }
            return new Commit(judgement.next(), client, content.behind(judgement.fields()), envelope, reached);
        }

        Commit with(Content written) {
            return new Commit(state, client, written, envelope, standings);
        }
    }

    /**
     * Which content a COMMIT means, and what of it is sent.
     *
     * @param length octets of all chunks
     * @param checksum over the payload checksums of all chunks in their order: those chunks and no others are the message
     * @param prologue octets sent before it
     * @param elisions ascending, without overlap
     */
    record Content(long length, int checksum, byte[] prologue, List<Elision> elisions) {
        Content {
            elisions = List.copyOf(elisions);
            long behind = 0;
            for (var elision : elisions) {
                if (elision.offset() < behind || elision.length() > length - elision.offset()) {
                    throw new IllegalArgumentException("elisions ascend, do not overlap and lie in the content");
                }
                behind = elision.offset() + elision.length();
            }
        }

        /** Of a message that is not written yet: its checksum comes with its last chunk. */
        static Content coming(long length, byte[] prologue, List<Elision> elisions) {
            return new Content(length, 0, prologue, elisions);
        }

        /** What came, all of it and nothing else. */
        static Content bare(long length) {
            return coming(length, new byte[0], List.of());
        }

        Content with(int computed) {
            return new Content(length, computed, prologue, elisions);
        }

        Content behind(byte[] fields) {
            var longer = Arrays.copyOf(fields, fields.length + prologue.length);
            System.arraycopy(prologue, 0, longer, fields.length, prologue.length);
            return new Content(length, checksum, longer, elisions);
        }

        long sentLength() {
            return prologue.length
                    + length
                    - elisions.stream().mapToLong(Elision::length).sum();
        }
    }

    /**
     * UPDATE.
     *
     * @param previous location of this message's update before, or {@link Location#NONE}
     */
    record Update(long previous, MessageState state, List<Standing> standings) {
        Update {
            standings = List.copyOf(standings);
        }
    }

    /**
     * Where one recipient stands, and the attempt that brought it there.
     *
     * @param attempts made so far
     * @param next when it is due
     */
    record Standing(
            int recipient, RecipientState state, int attempts, Instant next, String why, Optional<Attempt> attempt) {
        /** Each of so many recipients of a message that is quarantined before it was tried, and why. */
        static List<Standing> quarantined(int recipients, Instant received, String why) {
            return IntStream.range(0, recipients)
                    .mapToObj(i -> new Standing(i, RecipientState.ACTIVE, 0, received, why, Optional.empty()))
                    .toList();
        }
    }

    static void write(RecordBuffer to, Begin begin) {
        to.putLong(begin.received().toEpochMilli());
    }

    static Begin begin(PayloadReader from) throws IOException {
        return new Begin(Instant.ofEpochMilli(from.getLong()));
    }

    static void write(RecordBuffer to, Commit commit) {
        to.putByte(MESSAGE_STATES.indexOf(commit.state())).putText(commit.client());
        write(to, commit.content());
        write(to, commit.envelope());
        writeStandings(to, commit.standings());
    }

    static Commit commit(PayloadReader from) throws IOException {
        try {
            var state = pick(MESSAGE_STATES, from.getByte());
            return new Commit(state, from.getText(), content(from), envelope(from), standings(from));
        } catch (IllegalArgumentException e) {
            throw new IOException("a COMMIT holds what no message has", e);
        }
    }

    private static void write(RecordBuffer to, Content content) {
        to.putLong(content.length()).putInt(content.checksum());
        to.putOctets(content.prologue()).putInt(content.elisions().size());
        content.elisions().forEach(e -> to.putLong(e.offset()).putLong(e.length()));
    }

    private static Content content(PayloadReader from) throws IOException {
        long length = from.getLong();
        int checksum = from.getInt();
        var prologue = from.getOctets();
        var elisions = new ArrayList<Elision>();
        for (int left = from.getCount(); left > 0; left--) {
            elisions.add(new Elision(from.getLong(), from.getLong()));
        }
        return new Content(length, checksum, prologue, elisions);
    }

    static void write(RecordBuffer to, Update update) {
        to.putLong(update.previous()).putByte(MESSAGE_STATES.indexOf(update.state()));
        writeStandings(to, update.standings());
    }

    static Update update(PayloadReader from) throws IOException {
        try {
            return new Update(from.getLong(), pick(MESSAGE_STATES, from.getByte()), standings(from));
        } catch (IllegalArgumentException e) {
            throw new IOException("an UPDATE holds what no recipient has", e);
        }
    }

    private static void write(RecordBuffer to, Envelope envelope) {
        to.putText(envelope.reversePath().text());
        to.putByte(BODIES.indexOf(envelope.body())).putByte(envelope.smtpUtf8() ? 1 : 0);
        to.putByte(envelope.ret().map(r -> RETURNS.indexOf(r) + 1).orElse(0));
        writeOptional(to, envelope.envelopeId());
        to.putInt(envelope.recipients().size());
        for (var recipient : envelope.recipients()) {
            int notify = 0;
            for (var on : recipient.notifyOn()) {
                notify |= 1 << NOTIFY.indexOf(on);
            }
            to.putText(recipient.mailbox().toString()).putByte(notify);
            writeOptional(to, recipient.originalRecipient());
        }
    }

    private static Envelope envelope(PayloadReader from) throws IOException {
        var reversePath = from.getText();
        var body = pick(BODIES, from.getByte());
        boolean smtpUtf8 = from.getByte() == 1;
        int ret = from.getByte();
        var envelopeId = optional(from);
        var recipients = new ArrayList<Recipient>();
        for (int left = from.getCount(); left > 0; left--) {
            var mailbox = Mailbox.parse(from.getText());
            recipients.add(new Recipient(mailbox, notifyOn(from.getByte()), optional(from)));
        }
        return new Envelope(
                reversePath.isEmpty() ? ReversePath.nullPath() : ReversePath.of(Mailbox.parse(reversePath)),
                recipients,
                body,
                smtpUtf8,
                ret == 0 ? Optional.empty() : Optional.of(pick(RETURNS, ret - 1)),
                envelopeId);
    }

    private static EnumSet<Recipient.Notify> notifyOn(int bits) {
        var on = EnumSet.noneOf(Recipient.Notify.class);
        for (var notify : NOTIFY) {
            if ((bits & (1 << NOTIFY.indexOf(notify))) != 0) {
                on.add(notify);
            }
        }
        return on;
    }

    private static void writeStandings(RecordBuffer to, List<Standing> standings) {
        to.putInt(standings.size());
        for (var standing : standings) {
            to.putInt(standing.recipient())
                    .putByte(RECIPIENT_STATES.indexOf(standing.state()))
                    .putInt(standing.attempts());
            to.putLong(standing.next().toEpochMilli()).putText(standing.why());
            to.putByte(standing.attempt().isPresent() ? 1 : 0);
            standing.attempt().ifPresent(attempt -> write(to, attempt));
        }
    }

    private static List<Standing> standings(PayloadReader from) throws IOException {
        var standings = new ArrayList<Standing>();
        for (int left = from.getCount(); left > 0; left--) {
            int recipient = from.getInt();
            var state = pick(RECIPIENT_STATES, from.getByte());
            int attempts = from.getInt();
            var next = Instant.ofEpochMilli(from.getLong());
            var why = from.getText();
            Optional<Attempt> attempt = from.getByte() == 1 ? Optional.of(attempt(recipient, from)) : Optional.empty();
            standings.add(new Standing(recipient, state, attempts, next, why, attempt));
        }
        return standings;
    }

    private static void write(RecordBuffer to, Attempt attempt) {
        to.putLong(attempt.at().toEpochMilli()).putText(attempt.route()).putText(attempt.relay());
        switch (attempt.outcome()) {
            case DeliveryOutcome.Relayed relayed -> to.putByte(0).putText(relayed.relay());
            case DeliveryOutcome.Deferred deferred -> to.putByte(1).putByte(SCOPES.indexOf(deferred.scope()));
            case DeliveryOutcome.Failed failed -> to.putByte(2).putByte(SCOPES.indexOf(failed.scope()));
        }
        var reply = attempt.outcome().reply();
        to.putInt(reply.code());
        writeOptional(to, reply.status().map(EnhancedStatusCode::toString));
        to.putInt(reply.lines().size());
        reply.lines().forEach(to::putText);
        to.putText(attempt.why());
    }

    private static Attempt attempt(int recipient, PayloadReader from) throws IOException {
        var at = Instant.ofEpochMilli(from.getLong());
        var route = from.getText();
        var relay = from.getText();
        int kind = from.getByte();
        var tookIt = kind == 0 ? from.getText() : "";
        var scope = kind == 0 ? DeliveryOutcome.Scope.RECIPIENT : pick(SCOPES, from.getByte());
        var reply = reply(from);
        var outcome = switch (kind) {
            case 0 -> new DeliveryOutcome.Relayed(tookIt, reply);
            case 1 -> new DeliveryOutcome.Deferred(scope, reply);
            case 2 -> new DeliveryOutcome.Failed(scope, reply);
            default -> throw new IOException("no outcome of kind " + kind);
        };
        return new Attempt(recipient, at, route, relay, outcome, from.getText());
    }

    private static SmtpReply reply(PayloadReader from) throws IOException {
        int code = from.getInt();
        var status = optional(from).map(EnhancedStatusCode::of);
        var lines = new ArrayList<String>();
        for (int left = from.getCount(); left > 0; left--) {
            lines.add(from.getText());
        }
        return new SmtpReply(code, status, lines);
    }

    private static void writeOptional(RecordBuffer to, Optional<String> text) {
        to.putByte(text.isPresent() ? 1 : 0);
        text.ifPresent(to::putText);
    }

    private static Optional<String> optional(PayloadReader from) throws IOException {
        return from.getByte() == 1 ? Optional.of(from.getText()) : Optional.empty();
    }

    private static <T> T pick(List<T> values, int code) throws IOException {
        if (code < 0 || code >= values.size()) {
            throw new IOException("no value of code " + code);
        }
        return values.get(code);
    }
}
