package io.mailvane.outbound;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SourceStanding;
import io.mailvane.queue.MessageQueue;
import io.mailvane.route.Allowed;
import io.mailvane.route.Decision;
import io.mailvane.route.Egress;
import io.mailvane.route.MailClass;
import io.mailvane.route.MailFacts;
import io.mailvane.route.Opening;
import io.mailvane.route.PeerStrike;
import io.mailvane.route.Permit;
import io.mailvane.route.RouteEvent;
import io.mailvane.route.WaysOut;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what is due from the queue, finds each recipient's way, delivers, and settles. Any number of threads. */
public final class OutboundRouter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);
    /** How long what finds its site full stays away. */
    private static final Duration FULL_SITE = Duration.ofSeconds(1);

    private final MessageQueue queue;
    private final Surroundings surroundings;
    private final SmtpTransport.Shared shared;
    private final Semaphore taken;
    private final int recipientLimit;
    private final Deliveries deliveries;
    private final Sites sites;
    private volatile RouteTable table;
    /** Whether a look for mail whose way was shut is about to begin. */
    private final AtomicBoolean withdrawing = new AtomicBoolean();

    private volatile boolean stopping;
    private final InstantSource steady;
    private final Egress egress;
    private final Rounds rounds;
    private final Optional<RouteFile> memory;
    private final AddressLooks looks;
    private final Probes probes;
    private final Dispatcher dispatcher;

    private OutboundRouter(OutboundSettings settings, MessageQueue queue, Surroundings surroundings) {
        this.queue = queue;
        this.surroundings = surroundings;
        this.shared = new SmtpTransport.Shared(
                surroundings.ticker(), new StallGuard(1_000), new AtomicLong(), surroundings.peer());
        this.recipientLimit = settings.limits().recipients();
        this.taken = new Semaphore(recipientLimit);
        this.table = table(settings, 0);
        this.steady = steady(surroundings);
        this.egress = new Egress(settings.setup(), steady, surroundings.random(), this::tell, this::opened);
        this.rounds = new Rounds(
                egress, surroundings.clock(), () -> table.settings().leaving().lifetime());
        this.memory = surroundings.memory().map(file -> new RouteFile(file, egress, rounds.pins(), rounds.lost()));
        this.deliveries =
                new Deliveries(queue, surroundings, settings.timeouts(), taken, egress, rounds, new Further());
        this.sites = new Sites(() -> table.settings(), deliveries, this::giveBack);
        this.looks = new AddressLooks(egress, () -> table, deliveries::alarm);
        this.probes = new Probes(() -> table, surroundings.ticker(), surroundings.probed(), deliveries::alarm);
        this.dispatcher = new Dispatcher(
                queue,
                new Dispatcher.Permits(taken, recipientLimit),
                () -> table,
                deliveries,
                rounds,
                surroundings.ticker(),
                new Dispatcher.Next(sites::send, this::start));
    }

    /** Where nobody thinks anything of our addresses. */
    static OutboundRouter start(OutboundSettings settings, MessageQueue queue, Surroundings surroundings) {
        return start(settings, queue, surroundings, Map.of());
    }

    /** As {@link #open}, and begins. */
    public static OutboundRouter start(
            OutboundSettings settings,
            MessageQueue queue,
            Surroundings surroundings,
            Map<String, SourceStanding> standings) {
        var router = open(settings, queue, surroundings, standings);
        router.begin();
        return router;
    }

    /**
     * Makes ready; nothing is tried before {@link #begin}.
     *
     * @param standings what is known of our addresses already: the first message goes by it
     * @throws IllegalArgumentException if the settings have {@link OutboundSettings#problems}
     */
    public static OutboundRouter open(
            OutboundSettings settings,
            MessageQueue queue,
            Surroundings surroundings,
            Map<String, SourceStanding> standings) {
        var router = new OutboundRouter(settings, queue, surroundings);
        router.memory.ifPresent(RouteFile::recall);
        router.rounds
                .lost()
                .waiting(router.egress.now())
                .forEach(each -> queue.delay(each.id(), each.recipients(), each.again()));
        router.egress.standings(standings);
        router.probes.standings(standings);
        return router;
    }

    /** From now on what is due is tried, unless the settings say that nothing leaves. Once. */
    public void begin() {
        if (table.settings().deliver()) {
            dispatcher.start();
            probes.start();
        }
    }

    /** Runs as the ticker does, whatever becomes of the wall clock. */
    private static InstantSource steady(Surroundings surroundings) {
        var start = surroundings.clock().instant();
        long startNanos = surroundings.ticker().getAsLong();
        return () -> start.plusNanos(surroundings.ticker().getAsLong() - startNanos);
    }

    private RouteTable table(OutboundSettings settings, int generation) {
        var problems = settings.problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.toString());
        }
        return new RouteTable(settings, generation, new Transports(settings, surroundings, shared), surroundings);
    }

    /**
     * Decides, and begins the attempt; or has the message wait. A fault of ours is this round's alone: the dispatcher, the monitor and a
     * site's worker come by here, and each has others' mail in its hands.
     */
    private void start(Round round) {
        try {
            long view = deliveries.held.view();
            var classed = egress.isClassAsked(round.facts()) ? round.of(deliveries.mailClass(round.message())) : round;
            switch (egress.choose(classed.facts())) {
                case Decision.Send send -> begin(classed, send);
                case Decision.Hold hold -> deliveries.held.hold(classed, hold, view);
            }
        } catch (RuntimeException e) {
            deliveries.fault(round, e);
        }
    }

    /** A round may be older than the configuration that names the way: then it is routed anew. */
    private void begin(Round before, Decision.Send send) {
        Round round;
        Optional<Job> job;
        try {
            round = deliveries.goingOn(before);
            job = round.choice().ways().way(send.chosen().route()).map(way -> job(round, send, way));
        } catch (RuntimeException e) {
            egress.untried(send.permit(), before.recipients().size());
            throw e;
        }
        job.ifPresentOrElse(sites::send, () -> routeAnew(round, send.permit()));
    }

    private void routeAnew(Round round, Permit gone) {
        egress.untried(gone, round.recipients().size());
        deliveries.handBack(round);
    }

    private static Job job(Round round, Decision.Send send, Routing.Way way) {
        return new Job(
                round.message(),
                round.recipients(),
                round.choice().provider(),
                way,
                Optional.of(new Job.Chosen(round, send.permit(), send.chosen().tier(), send.why())),
                Optional.empty(),
                round.why(send.why()),
                round.takenNanos());
    }

    private void giveBack(Job job) {
        if (stopping) {
            deliveries.handBack(job);
            return;
        }
        deliveries.untried(job);
        boolean isWritten = job.choice()
                .filter(each -> deliveries.held.interrupted(each.round(), FULL_SITE))
                .isPresent();
        if (!isWritten) {
            queue.postpone(job.message().id(), job.recipients(), FULL_SITE);
            taken.release(job.recipients().size());
        }
    }

    /**
     * From the next routing on; what is under way ends as it began. Mail that waits for a way is looked at again at once.
     *
     * @param standings of the new configuration's addresses, as in {@link #open}
     */
    public synchronized void reload(OutboundSettings settings, Map<String, SourceStanding> standings) {
        table = table(settings, table.generation() + 1);
        rounds.pins().keep(egress.reload(settings.setup(), standings));
        deliveries.held.hastenWaiting();
        probes.anew(standings);
    }

    /**
     * What the monitor thinks of our addresses. Mail that waits because of them, for a way or behind others, is looked at again at
     * once.
     */
    public void standings(Map<String, SourceStanding> standings) {
        if (egress.standings(standings)) {
            lookAgain();
        }
        probes.standings(standings);
    }

    private void lookAgain() {
        if (!stopping) {
            startAnew(sites.takeAllFromSources());
            deliveries.held.hastenWaiting();
        }
    }

    /** That an address is not ours is acted on here before the monitor knows it, which then finds nothing to change. */
    private void tell(RouteEvent event) {
        surroundings.history().accept(event);
        if (event.kind() == RouteEvent.Kind.ADDRESS_CHANGED) {
            lookAgain();
        }
    }

    /** What they took is given back first: none of them is to wait for what another holds. */
    private void startAnew(List<Job> jobs) {
        jobs.forEach(deliveries::untried);
        jobs.forEach(job -> job.choice().ifPresentOrElse(each -> start(each.round()), () -> sites.send(job)));
    }

    /** Goes on with what a delivery leaves. */
    private final class Further implements Outcomes.Router {
        @Override
        public void route(Round round) {
            start(round);
        }

        /** In a thread of its own: whoever heard the reply has a message to go on with. Of many at once one look is enough. */
        @Override
        public void shut() {
            if (withdrawing.compareAndSet(false, true)) {
                Thread.ofVirtual().name("withdraw").start(OutboundRouter.this::withdraw);
            }
        }
    }

    /** So that it does not wait behind slow connections for what is known already. */
    private void withdraw() {
        withdrawing.set(false);
        if (!stopping) {
            startAnew(sites.takeShut());
        }
    }

    private void opened(Opening opening) {
        if (!stopping) {
            deliveries.held.hastenWaiting(opening);
        }
    }

    /** Names of the sources that are being drained and by which nothing is under way any more. */
    public Set<String> drained() {
        return egress.drained();
    }

    /**
     * How many messages each receiver took from the source of that name: totals that grow, or begin anew. They are counted from when this
     * is first asked, until it is not asked for some minutes.
     */
    public Map<ProviderId, Long> taken(String source) {
        return egress.taken(source);
    }

    /** What receivers refused of this node's addresses lately: for the other node. */
    public List<PeerStrike> strikes() {
        return egress.strikes();
    }

    /** What the other node's addresses were refused. */
    public void peerStrikes(List<PeerStrike> strikes) {
        egress.peerStrikes(strikes);
    }

    /** Writes down what receivers said, for the time after a restart; to be called now and then. Waits for the disk. */
    public void remember() {
        memory.ifPresent(RouteFile::keep);
    }

    /**
     * Asks receivers that saw a source of ours elsewhere whether they still do, and the hosts that are named for it to greet those that are not
     * admitted yet; to be called now and then. Returns at once.
     */
    public void lookAtAddresses() {
        if (table.settings().deliver() && !stopping) {
            looks.begin();
            probes.begin();
        }
    }

    /** The ways out as they are now. */
    public WaysOut ways() {
        return egress.ways(table.settings().direct().enabled() ? Allowed.ANY : Allowed.SMARTHOSTS_ONLY);
    }

    /** Messages that wait because of our addresses, by reason: no-route, block, rate (replies of receivers), turn; none is absent. */
    public Map<String, Integer> waitingForRoute() {
        return deliveries.held.waitingForRoute();
    }

    /** Tells the log of mail that has waited too long because of our addresses; to be called now and then. */
    public void lookAtWaiting() {
        deliveries.held.lookAtWaiting();
    }

    /**
     * The decision for a recipient as it would be made now, without sending. May ask DNS.
     *
     * @param mailClass empty: what the reverse-path alone says
     */
    public Explanation explain(ReversePath from, Mailbox to, Optional<MailClass> mailClass) {
        var now = surroundings.clock().instant();
        var again = now.plus(queue.firstRetry());
        return switch (table.route(to.domain())) {
            case Routing.Decided decided -> Explanation.of(decided, now, again);
            case Routing.Only only -> Explanation.of(only);
            case Routing.Choice choice ->
                Explanation.of(
                        choice,
                        again,
                        egress.explain(MailFacts.of(to.toString().hashCode(), choice.provider(), from)
                                .of(mailClass.orElseGet(() -> Precedence.of(from)))
                                .lasting(table.settings().leaving().lifetime())
                                .allowing(choice.allowed())));
        };
    }

    public OutboundStats stats() {
        return new OutboundStats(
                deliveries.log.relayed.get(),
                deliveries.log.deferred.get(),
                deliveries.log.failed.get(),
                shared.connectionsOpened().get(),
                deliveries.faults.get(),
                recipientLimit - taken.availablePermits(),
                sites.size());
    }

    /**
     * Takes nothing more, hands back what has not begun, and waits for what has.
     *
     * @return whether everything ended within {@code most}, and its outcomes are written: nothing is in doubt
     */
    public boolean drain(Duration most) {
        long unsettled = deliveries.unsettled();
        stopping = true;
        dispatcher.stop();
        probes.stop();
        sites.drain().forEach(this::giveBack);
        try {
            boolean ended = taken.tryAcquire(recipientLimit, most.toNanos(), TimeUnit.NANOSECONDS);
            return ended && deliveries.awaitSettled(most) && deliveries.unsettled() == unsettled;
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
        sites.cut();
        table.transports().close();
        shared.guard().close();
        remember();
    }
}
