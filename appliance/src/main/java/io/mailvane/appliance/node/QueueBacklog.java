package io.mailvane.appliance.node;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ResultField;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.Verdict;
import io.mailvane.queue.Judgement;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueUnavailableException;
import io.mailvane.queue.ToScan;
import io.mailvane.scanning.Backlog;
import io.mailvane.scanning.ScanRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The queue's mail that is to be scanned, as scanning sees it. */
record QueueBacklog(MessageQueue queue, InstantSource clock) implements Backlog {
    private static final Duration UNREADABLE = Duration.ofMinutes(1);

    @Override
    public Optional<Waiting> take(Duration timeout) throws InterruptedException {
        var taken = queue.takeToScan(timeout);
        try {
            return taken.map(this::waiting);
        } catch (RuntimeException e) {
            taken.ifPresent(message -> queue.scanLater(message.id(), UNREADABLE));
            throw e;
        }
    }

    private Waiting waiting(ToScan message) {
        var id = message.id();
        var request = new ScanRequest(transaction(message), message.size(), () -> queue.received(id));
        return new Waiting(request, Duration.between(message.received(), clock.instant()));
    }

    /** The client was {@code helo[address]}. */
    private static ScanRequest.Transaction transaction(ToScan message) {
        var client = message.client();
        int bracket = client.lastIndexOf('[');
        return new ScanRequest.Transaction(
                message.id().text(),
                bracket < 0 ? "" : client.substring(0, bracket),
                bracket < 0 ? "" : client.substring(bracket + 1, client.length() - 1),
                reversePath(message.envelope().reversePath()),
                mailboxes(message.envelope().recipients()));
    }

    /** Without brackets. */
    static String reversePath(ReversePath path) {
        return path.mailbox().map(Object::toString).orElse("");
    }

    static List<String> mailboxes(List<Recipient> recipients) {
        return recipients.stream()
                .map(recipient -> recipient.mailbox().toString())
                .toList();
    }

    /** What is bad enough is kept, and never bounced. */
    @Override
    public void judge(String qid, Verdict verdict) throws IOException {
        var fields = ResultField.octets(verdict.fields());
        var judgement = verdict.action().keeps()
                ? new Judgement(MessageState.QUARANTINED, fields, why(verdict))
                : new Judgement(MessageState.ACTIVE, fields, "");
        try {
            queue.judge(new QueueId(qid), judgement);
        } catch (QueueUnavailableException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** A worker that gives none is believed all the same. */
    private static String why(Verdict verdict) {
        return verdict.why().isEmpty() ? verdict.action().label() : verdict.why();
    }

    @Override
    public void later(String qid, Duration wait) {
        queue.scanLater(new QueueId(qid), wait);
    }
}
