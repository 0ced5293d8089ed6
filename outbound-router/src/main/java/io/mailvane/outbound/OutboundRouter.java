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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what is due from the queue, finds each recipient's way, delivers, and settles. Any number of threads. */
public final class OutboundRouter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);
    private static final Duration POLL = Duration.ofMillis(500);

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
                int more = Math.min(due.get().recipients().size(), recipientLimit) - 1;
                taken.acquireUninterruptibly(more);
                route(due.get());
            } else {
                taken.release();
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

    private void route(DueMessage message) {
        var byDomain = new LinkedHashMap<MailHost, List<Integer>>();
        for (int recipient : message.recipients()) {
            var domain =
                    message.envelope().recipients().get(recipient).mailbox().domain();
            byDomain.computeIfAbsent(domain, d -> new ArrayList<>()).add(recipient);
        }
        byDomain.forEach((domain, recipients) -> {
            var known = table.routeAtOnce(domain);
            if (known.isPresent()) {
                follow(message, recipients, known.get());
            } else {
                Thread.ofVirtual().name("route").start(() -> routeByDns(message, recipients, domain));
            }
        });
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
            case Routing.Ways ways ->
                send(new Job(message, recipients, ways, 0, surroundings.ticker().getAsLong()));
        }
    }

    private void send(Job job) {
        var way = job.current();
        var accepted = new AtomicBoolean();
        var settings = table.settings();
        sites.compute(way.key(), (key, present) -> {
            var site = present != null
                    ? present
                    : new Site(
                            way,
                            settings.limits().perSite(),
                            settings.timeouts().idle().toNanos(),
                            deliveries);
            accepted.set(site.offer(job));
            return site;
        });
        if (!accepted.get()) {
            giveBack(job);
        }
    }

    private void giveBack(Job job) {
        queue.postpone(job.message().id(), job.recipients(), Duration.ofSeconds(1));
        taken.release(job.recipients().size());
    }

    /** From the next routing on; what is under way ends as it began. */
    public synchronized void reload(OutboundSettings settings) {
        table = table(settings, table.generation() + 1);
        sites.values().removeIf(Site::unused);
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
            for (var job : site.drain()) {
                queue.handBack(job.message().id(), job.recipients());
                taken.release(job.recipients().size());
            }
        }
        try {
            boolean ended = taken.tryAcquire(recipientLimit, most.toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS);
            return ended && deliveries.awaitSettled(most);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** As a drain that waits for nothing. */
    @Override
    public void close() {
        if (!stopping && !drain(Duration.ZERO)) {
            LOG.info("{}", LogLine.event("alarm").field("what", "deliveries-cut"));
        }
        table.transports().close();
        shared.guard().close();
    }
}
