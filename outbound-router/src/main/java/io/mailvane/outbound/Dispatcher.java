package io.mailvane.outbound;

import io.mailvane.mail.MailHost;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.MessageQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Takes what is due from the queue, as far as there are permits, and finds where each recipient's mail may go. One thread, and one more
 * for each domain that DNS must be asked about.
 */
final class Dispatcher {
    private static final Duration POLL = Duration.ofMillis(500);
    /** Of one transaction: what every SMTP server must take (RFC 5321 section 4.5.3.1.8). */
    private static final int MAX_RECIPIENTS = 100;

    private final MessageQueue queue;
    private final Permits permits;
    private final Supplier<RouteTable> table;
    private final Deliveries deliveries;
    private final Rounds rounds;
    private final LongSupplier ticker;
    private final Next next;
    private final Thread thread = Thread.ofVirtual().name("dispatcher").unstarted(this::run);
    private volatile boolean stopping;

    /**
     * For the recipients in our hands.
     *
     * @param taken gives them out
     * @param most of them that there are
     */
    record Permits(Semaphore taken, int most) {}

    /**
     * Who goes on with what was found.
     *
     * @param only takes what has one way
     * @param choice takes what has several
     */
    record Next(Consumer<Job> only, Consumer<Round> choice) {}

    Dispatcher(
            MessageQueue queue,
            Permits permits,
            Supplier<RouteTable> table,
            Deliveries deliveries,
            Rounds rounds,
            LongSupplier ticker,
            Next next) {
        this.queue = queue;
        this.permits = permits;
        this.table = table;
        this.deliveries = deliveries;
        this.rounds = rounds;
        this.ticker = ticker;
        this.next = next;
    }

    void start() {
        thread.start();
    }

    /** Takes nothing more. */
    void stop() {
        stopping = true;
        thread.interrupt();
    }

    private void run() {
        while (!stopping) {
            permits.taken().acquireUninterruptibly();
            var due = takeDue();
            if (due.isPresent()) {
                dispatch(due.get());
            } else {
                permits.taken().release();
            }
        }
    }

    private Optional<DueMessage> takeDue() {
        try {
            return queue.takeDue(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
            return Optional.empty();
        }
    }

    /** One of its recipients has its permit already. */
    private void dispatch(DueMessage message) {
        var due = message.recipients();
        var now = due.subList(0, Math.min(due.size(), permits.most()));
        if (now.size() < due.size()) {
            queue.handBack(message.id(), due.subList(now.size(), due.size()));
        }
        permits.taken().acquireUninterruptibly(now.size() - 1);
        deliveries.held.begins(message, now);
        byDomain(message, now).forEach((domain, recipients) -> route(message, domain, recipients));
    }

    private static Map<MailHost, List<Integer>> byDomain(DueMessage message, List<Integer> recipients) {
        var byDomain = new LinkedHashMap<MailHost, List<Integer>>();
        for (int recipient : recipients) {
            var domain =
                    message.envelope().recipients().get(recipient).mailbox().domain();
            byDomain.computeIfAbsent(domain, d -> new ArrayList<>()).add(recipient);
        }
        return byDomain;
    }

    private void route(DueMessage message, MailHost domain, List<Integer> recipients) {
        var known = table.get().routeAtOnce(domain);
        if (known.isPresent()) {
            follow(message, recipients, known.get());
        } else {
            Thread.ofVirtual().name("route").start(() -> routeByDns(message, recipients, domain));
        }
    }

    private void routeByDns(DueMessage message, List<Integer> recipients, MailHost domain) {
        try {
            follow(message, recipients, table.get().route(domain));
        } catch (RuntimeException e) {
            deliveries.fault(message, e);
            queue.postpone(message.id(), recipients, Duration.ofMinutes(1));
            permits.taken().release(recipients.size());
        }
    }

    private void follow(DueMessage message, List<Integer> recipients, Routing routing) {
        switch (routing) {
            case Routing.Decided decided -> deliveries.decide(message, recipients, decided);
            case Routing.Only only ->
                parts(recipients).forEach(part -> next.only().accept(only(message, part, only)));
            case Routing.Choice choice ->
                parts(recipients)
                        .forEach(part -> next.choice().accept(rounds.begin(message, part, choice, ticker.getAsLong())));
        }
    }

    private static List<List<Integer>> parts(List<Integer> recipients) {
        var parts = new ArrayList<List<Integer>>();
        for (int from = 0; from < recipients.size(); from += MAX_RECIPIENTS) {
            parts.add(List.copyOf(recipients.subList(from, Math.min(from + MAX_RECIPIENTS, recipients.size()))));
        }
        return parts;
    }

    private Job only(DueMessage message, List<Integer> recipients, Routing.Only only) {
        return new Job(
                message,
                recipients,
                only.provider(),
                only.way(),
                Optional.empty(),
                only.next(),
                only.why(),
                ticker.getAsLong());
    }
}
