package io.mailvane.outbound;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.MailHost;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ReversePath;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.MessageQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what is due from the queue, finds each recipient's way, delivers, and settles. Any number of threads. */
public final class OutboundRouter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** How long what finds its site full stays away. */
    private static final Duration FULL_SITE = Duration.ofSeconds(1);
    /** Of one transaction: what every SMTP server must take (RFC 5321 section 4.5.3.1.8). */
    private static final int MAX_RECIPIENTS = 100;

    private final MessageQueue queue;
    private final Surroundings surroundings;
    private final SmtpTransport.Shared shared;
    private final Semaphore taken;
    private final int recipientLimit;
    private final Deliveries deliveries;
    private final ConcurrentHashMap<Routing.SiteKey, Site> sites = new ConcurrentHashMap<>();
    private volatile RouteTable table;
    private volatile boolean stopping;
    private final Thread dispatcher;

    private OutboundRouter(OutboundSettings settings, MessageQueue queue, Surroundings surroundings) {
        this.queue = queue;
        this.surroundings = surroundings;
        this.shared = new SmtpTransport.Shared(surroundings.ticker(), new StallGuard(1_000), new AtomicLong());
        this.recipientLimit = settings.limits().recipients();
        this.taken = new Semaphore(recipientLimit);
        this.table = table(settings, 0);
        this.deliveries = new Deliveries(queue, surroundings, settings.timeouts(), taken, this::send);
        this.dispatcher = Thread.ofVirtual().name("dispatcher").unstarted(this::dispatch);
    }

    /**
     * @throws IllegalArgumentException if the settings have {@link OutboundSettings#problems}
     */
    public static OutboundRouter start(OutboundSettings settings, MessageQueue queue, Surroundings surroundings) {
        var router = new OutboundRouter(settings, queue, surroundings);
        if (settings.deliver()) {
            router.dispatcher.start();
        }
        return router;
    }

    private RouteTable table(OutboundSettings settings, int generation) {
        var problems = settings.problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.toString());
        }
        return new RouteTable(settings, generation, new Transports(settings, surroundings, shared), surroundings);
    }

    private void dispatch() {
        while (!stopping) {
            taken.acquireUninterruptibly();
            var due = takeDue();
            if (due.isPresent()) {
                dispatch(due.get());
            } else {
                taken.release();
            }
        }
    }

    /** One of its recipients has its permit already. */
    private void dispatch(DueMessage message) {
        var due = message.recipients();
        var now = due.subList(0, Math.min(due.size(), recipientLimit));
        if (now.size() < due.size()) {
            queue.handBack(message.id(), due.subList(now.size(), due.size()));
        }
        taken.acquireUninterruptibly(now.size() - 1);
        byDomain(message, now).forEach((domain, recipients) -> route(message, domain, recipients));
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
        var known = table.routeAtOnce(domain);
        if (known.isPresent()) {
            follow(message, recipients, known.get());
        } else {
            Thread.ofVirtual().name("route").start(() -> routeByDns(message, recipients, domain));
        }
    }

    private void routeByDns(DueMessage message, List<Integer> recipients, MailHost domain) {
        try {
            follow(message, recipients, table.route(domain));
        } catch (RuntimeException e) {
            deliveries.fault(message, e);
            queue.postpone(message.id(), recipients, Duration.ofMinutes(1));
            taken.release(recipients.size());
        }
    }

    private void follow(DueMessage message, List<Integer> recipients, Routing routing) {
        switch (routing) {
            case Routing.Decided decided -> deliveries.decide(message, recipients, decided);
            case Routing.Ways ways -> {
                long now = surroundings.ticker().getAsLong();
                for (int from = 0; from < recipients.size(); from += MAX_RECIPIENTS) {
                    var part = recipients.subList(from, Math.min(from + MAX_RECIPIENTS, recipients.size()));
                    send(new Job(message, List.copyOf(part), ways, 0, now));
                }
            }
        }
    }

    private void send(Job job) {
        var way = job.current();
        var accepted = new AtomicBoolean();
        sites.compute(way.key(), (key, present) -> {
            var site = present == null ? newSite(way) : present;
            accepted.set(!stopping && site.offer(job));
            return site.unused() ? null : site;
        });
        if (!accepted.get()) {
            giveBack(job);
        }
    }

    private Site newSite(Routing.Way way) {
        var settings = table.settings();
        return new Site(
                way,
                settings.limits().perSite(),
                settings.timeouts().idle().toNanos(),
                deliveries,
                () -> sites.computeIfPresent(way.key(), (key, site) -> site.unused() ? null : site));
    }

    private void giveBack(Job job) {
        var id = job.message().id();
        if (stopping) {
            queue.handBack(id, job.recipients());
        } else {
            queue.postpone(id, job.recipients(), FULL_SITE);
        }
        taken.release(job.recipients().size());
    }

    /** From the next routing on; what is under way ends as it began. */
    public synchronized void reload(OutboundSettings settings) {
        table = table(settings, table.generation() + 1);
    }

    /** The decision for a recipient as it would be made now, without sending. May ask DNS. */
    public Explanation explain(ReversePath from, Mailbox to) {
        return table.explain(to.domain());
    }

    public OutboundStats stats() {
        return new OutboundStats(
                deliveries.relayed.get(),
                deliveries.deferred.get(),
                deliveries.failed.get(),
                shared.connectionsOpened().get(),
                deliveries.faults.get(),
                recipientLimit - taken.availablePermits(),
                sites.size());
    }

    /**
     * Takes nothing more, hands back what has not begun, and waits for what has.
     *
     * @return whether everything ended within {@code most}
     */
    public boolean drain(Duration most) {
        stopping = true;
        dispatcher.interrupt();
        for (var site : sites.values()) {
            site.drain().forEach(this::giveBack);
        }
        try {
            boolean ended = taken.tryAcquire(recipientLimit, most.toNanos(), TimeUnit.NANOSECONDS);
            return ended && deliveries.awaitSettled(most);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** As a drain that waits for nothing: what runs is cut, and its recipients are due again. */
    @Override
    public void close() {
        if (!stopping && !drain(Duration.ZERO)) {
            LOG.warn("{}", LogLine.event("alarm").field("what", "deliveries-cut"));
        }
        sites.values().forEach(Site::cut);
        table.transports().close();
        shared.guard().close();
    }
}
