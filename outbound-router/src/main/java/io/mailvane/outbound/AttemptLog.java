package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.ProviderId;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DueMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes and counts a line for each recipient and attempt. Any number of threads. */
final class AttemptLog {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);

    final AtomicLong relayed = new AtomicLong();
    final AtomicLong deferred = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    private final LongSupplier ticker;

    AttemptLog(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /** Where an attempt was made. */
    private record Place(ProviderId provider, String tier, String source) {}

    /** Nobody was asked. */
    void write(DueMessage message, Attempt attempt, ProviderId provider) {
        write(message, attempt, new Place(provider, "-", "-"), Duration.ZERO, DeliveryReport.Timing.NONE);
    }

    void write(Round round, Attempt attempt) {
        var tried = round.tried();
        var taken = Duration.ofNanos(ticker.getAsLong() - round.takenNanos());
        var place = new Place(round.choice().provider(), tried.tier(), tried.source());
        write(round.message(), attempt, place, taken.minus(tried.timing().whole()), tried.timing());
    }

    void write(Job job, Attempt attempt, DeliveryReport.Timing timing) {
        write(job, attempt, timing, ticker.getAsLong());
    }

    private void write(Job job, Attempt attempt, DeliveryReport.Timing timing, long endNanos) {
        var taken = Duration.ofNanos(endNanos - job.takenNanos());
        var place = new Place(job.provider(), job.tier(), job.way().source().orElse("-"));
        write(job.message(), attempt, place, taken.minus(timing.whole()), timing);
    }

    /** Hosts that others of the same way followed: each was an attempt, and the job that is returned has them behind it. */
    Job past(Job job, List<DeliveryReport.Passed> hosts, Instant now) {
        var behind = job;
        for (var host : hosts) {
            var outcome = new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.DESTINATION, host.reply());
            var left = now.minusNanos(ticker.getAsLong() - host.leftNanos());
            var attempts = new ArrayList<Attempt>();
            for (int recipient : job.recipients()) {
                var attempt = new Attempt(recipient, left, job.way().route(), host.relay(), outcome, behind.why());
                attempts.add(attempt);
                write(job, attempt, host.timing(), host.leftNanos());
            }
            behind = behind.past(host, attempts);
        }
        return behind;
    }

    private void write(
            DueMessage message, Attempt attempt, Place place, Duration waited, DeliveryReport.Timing timing) {
        var reply = attempt.outcome().reply();
        var spent = waited.plus(timing.whole());
        var before = Duration.between(message.received(), attempt.at()).minus(spent);
        LOG.info(
                "{}",
                LogLine.event("attempt")
                        .field("qid", message.id())
                        .field("from", message.envelope().reversePath())
                        .field(
                                "to",
                                message.envelope()
                                        .recipients()
                                        .get(attempt.recipient())
                                        .mailbox())
                        .field("provider", place.provider())
                        .field("route", attempt.route())
                        .field("tier", place.tier())
                        .field("source", place.source())
                        .field("relay", attempt.relay())
                        .field("outcome", count(attempt.outcome()))
                        .field("code", reply.code())
                        .field("status", reply.effectiveStatus())
                        .seconds("before", before)
                        .seconds("queue", waited)
                        .seconds("setup", timing.setup())
                        .seconds("transmission", timing.transmission())
                        .field("reply", reply.text()));
    }

    private String count(DeliveryOutcome outcome) {
        return switch (outcome) {
            case DeliveryOutcome.Relayed r -> word(relayed, "relayed");
            case DeliveryOutcome.Deferred d -> word(deferred, "deferred");
            case DeliveryOutcome.Failed f -> word(failed, "failed");
        };
    }

    private static String word(AtomicLong counter, String word) {
        counter.incrementAndGet();
        return word;
    }
}
