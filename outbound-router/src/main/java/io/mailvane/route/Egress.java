package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding;
import io.mailvane.route.UnderWay.Exposed;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The ways out as they are now: decides from a view in memory, takes what a chosen way has to give, and makes the next view of what
 * receivers and the monitor say. Never waits. Any number of threads.
 */
public final class Egress {
    private final AtomicReference<EgressView> view;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Consumer<RouteEvent> events;
    private final Consumer<Opening> openings;
    /** What each lane was given: by that it is slowed. */
    private final LaneTraffic given = new LaneTraffic();
    /** What each lane's provider took: by that it is shown where mail goes. */
    private final LaneTraffic relayed = new LaneTraffic();

    private final TakenTotals taken = new TakenTotals();

    private final UnderWay underWay = new UnderWay();
    private final WarmUps warmUps = new WarmUps();
    private final DailyNews unproven = new DailyNews();
    private final DailyNews misquoted = new DailyNews();
    private final ReentrantLock moving = new ReentrantLock();
    private final Set<ProviderId> big = Providers.shipped().big();
    private final Echoes echoes = new Echoes(big);

    /**
     * @param clock must not run back: a wall clock that was read once, and a ticker since
     * @param random spreads the times at which breakers are tried again
     * @param events called by whichever thread brought the change; must not block
     * @param openings likewise: what waits for a way may have one now
     */
    public Egress(
            Setup setup,
            InstantSource clock,
            RandomGenerator random,
            Consumer<RouteEvent> events,
            Consumer<Opening> openings) {
        this.view = new AtomicReference<>(Changes.first(setup));
        this.clock = clock;
        this.random = random;
        this.events = events;
        this.openings = openings;
    }

    /** The numbers in force. */
    public RoutingSettings settings() {
        return view.get().settings();
    }

    /** The time by which it decides. */
    public Instant now() {
        return clock.instant();
    }

    /**
     * Decides, and takes from the chosen way what the message needs: a token, a probe, a part of a quota or of a warm-up's day, and of an address of ours a place
     * among those that are under way to the provider, until it is {@link #ended} or {@link #untried}.
     */
    public Decision choose(MailFacts mail) {
        while (true) {
            var before = view.get();
            var now = clock.instant();
            var warm = warmUps.at(mail.provider());
            var decision = decide(before, mail, warm, now);
            if (!(decision instanceof Decision.Send send)) {
                return decision;
            }
            var taken = taken(send.chosen().route(), new Known(before, warm), mail, now);
            if (taken.isPresent()) {
                return send.with(taken.get());
            }
        }
    }

    private Decision decide(EgressView current, MailFacts mail, Map<String, WarmUp> warm, Instant now) {
        return RouteDecision.decide(current, mail, underWay.exposed(current, mail.provider(), now), warm, now);
    }

    /** What a message is decided by. */
    private record Known(EgressView view, Map<String, WarmUp> warmUps) {}

    /** Empty: what it was decided by is the past already. */
    private Optional<Permit> taken(Route route, Known known, MailFacts mail, Instant now) {
        var before = known.view();
        var provider = mail.provider();
        var place = route.kind() == Route.Kind.SOURCE ? underWay.begin(provider, route) : OptionalLong.empty();
        var after = Changes.taken(before, route, mail, now);
        var permit = Permit.of(after, route, provider, place, now);
        boolean isTaken = isLet(permit, now)
                && isCounted(known, permit, mail, now)
                && (after.equals(before) || isNext(before, after, permit, mail));
        if (!isTaken) {
            underWay.end(permit);
            return Optional.empty();
        }
        given.count(route, provider, now);
        Transitions.ofPermit(before, after, permit, now).forEach(events);
        return Optional.of(permit);
    }

    /** As it was when it was decided, so that no more is given than the day has. */
    private boolean isCounted(Known known, Permit permit, MailFacts mail, Instant now) {
        var warming = known.view().warming(permit.route());
        if (warming.isEmpty()) {
            return true;
        }
        var steps = known.view().settings().warmUp();
        var change = warmUps.take(known.warmUps(), warming.get(), mail, now, steps);
        change.ifPresent(each -> tell(List.of(each), steps, now));
        return change.isPresent();
    }

    private void tell(List<WarmUps.Change> changes, WarmUpSteps steps, Instant now) {
        changes.stream()
                .flatMap(each -> Transitions.ofWarmUp(each, steps, big, now).stream())
                .forEach(events);
    }

    private boolean isNext(EgressView before, EgressView after, Permit permit, MailFacts mail) {
        boolean isNext = view.compareAndSet(before, after);
        if (!isNext) {
            warmUps.giveBack(permit, mail.recipients());
        }
        return isNext;
    }

    /**
     * Once it is counted, and by the view as it is now: of two that begin at once one sees the other, and by an address that is taken out of
     * use nothing begins of which {@link #drained} does not know.
     */
    private boolean isLet(Permit permit, Instant now) {
        var current = view.get();
        return permit.place().isEmpty()
                || current.source(permit.route())
                        .filter(source -> source.standing().state().maySend())
                        .filter(underWay.exposed(current, permit.provider(), now)::lets)
                        .isPresent();
    }

    /** Whether the way that a message took is still open to it. Cheap: asked for each message before it leaves. */
    public boolean isOpen(Permit permit, MailFacts mail) {
        return StillOpen.to(permit, mail, view.get(), clock.instant());
    }

    /** Whether the session that carried a message may be kept for the next. As cheap. */
    public boolean keepsSession(Permit permit) {
        return StillOpen.keeps(permit, view.get(), clock.instant());
    }

    /** All that was said of it is told: nothing of it is under way any more. Again, it does nothing. */
    public void ended(Permit permit) {
        underWay.end(permit);
    }

    /**
     * Whether it matters how much waiting an ordinary message bears: one that has a good address of ours to itself leaves at once, of
     * whatever class it is.
     */
    public boolean isClassAsked(MailFacts mail) {
        return mail.mailClass() == MailClass.NORMAL
                && !(explain(mail) instanceof Decision.Send send
                        && send.purpose() != Decision.Purpose.PROBE
                        && send.chosen().tier().compareTo(Tier.T1) <= 0);
    }

    /** The same decision, dry. */
    public Decision explain(MailFacts mail) {
        return decide(view.get(), mail, warmUps.at(mail.provider()), clock.instant());
    }

    /** Names of the smarthosts by which it may not leave, however open they are. */
    public Set<String> barred(MailFacts mail) {
        var current = view.get();
        var now = clock.instant();
        var assessment = new Assessment(current, mail, Exposed.none(current, mail.provider(), now), Map.of(), now);
        return current.relays().stream()
                .filter(assessment::isBarred)
                .map(relay -> relay.route().name())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * What the monitor thinks of our addresses; those it does not name stay as they are.
     *
     * @return whether mail fares otherwise now: what waits for a way should be looked at again
     */
    public boolean standings(Map<String, SourceStanding> standings) {
        var change = change(each -> guarded(Changes.standings(each, standings)));
        warmUps.comeBack(change.before().sources(), change.after().sources());
        return isMoved(change.before().sources(), change.after().sources());
    }

    /** Names of the sources that are being drained and by which nothing is under way any more. */
    public Set<String> drained() {
        return view.get().sources().stream()
                .filter(source -> source.standing().state() == SourceStanding.State.DRAINING)
                .map(EgressView.Source::route)
                .filter(route -> !underWay.isAnyBy(route))
                .map(Route::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private EgressView guarded(EgressView view) {
        var sources = view.sources().stream()
                .map(each -> each.with(echoes.guarded(each)))
                .toList();
        return new EgressView(sources, view.relays(), view.providers(), view.settings());
    }

    /** Whether mail fares otherwise; that the same is said in other words moves nothing. */
    private static boolean isMoved(List<EgressView.Source> before, List<EgressView.Source> after) {
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).standing().isAlike(after.get(i).standing())) {
                return true;
            }
        }
        return false;
    }

    /** What the other node's addresses were refused. */
    public void peerStrikes(List<PeerStrike> strikes) {
        var now = clock.instant();
        change(each -> Changes.peerStrikes(each, strikes, now));
    }

    /**
     * The ways of a new configuration; what is known of those that stay is kept.
     *
     * @param standings what the monitor thinks of its addresses
     * @return names of the ways that are what they were: an address by another's name is another way
     */
    public Set<String> reload(Setup setup, Map<String, SourceStanding> standings) {
        var change = change(each -> guarded(Changes.standings(Changes.renewed(each, setup), standings)));
        echoes.keep(change.after().sources());
        var same = change.after().same(change.before().identities());
        underWay.keep(same);
        warmUps.keep(same);
        var now = clock.instant();
        change.after().relays().stream()
                .flatMap(each -> Transitions.ofBreaker(change.before(), change.after(), each.route(), now).stream())
                .forEach(events);
        return same;
    }

    /** What receivers refused of this node's addresses lately, for the other node. */
    public List<PeerStrike> strikes() {
        return Changes.ownStrikes(view.get(), clock.instant());
    }

    /** @param usual what foreign mail is allowed by the configuration */
    public WaysOut ways(Allowed usual) {
        return WaysOut.of(view.get(), relayed, warmUps, big, usual, clock.instant());
    }

    /**
     * How many messages each provider took from this source address: totals that grow, or begin anew. They are counted from when this is
     * first asked, until it is not asked for some minutes.
     */
    public Map<ProviderId, Long> taken(String source) {
        return taken.of(source, clock.instant());
    }

    /** A receiver, or a smarthost, took a message. */
    public void accepted(Permit permit) {
        var now = clock.instant();
        relayed.count(permit.route(), permit.provider(), now);
        taken.count(permit.route(), permit.provider(), now);
        underWay.relayed(permit, now);
        var change = change(each -> Changes.accepted(each, permit, now));
        Transitions.ofPermit(change.before(), change.after(), permit, now).forEach(events);
        Transitions.opening(change.before(), change.after(), permit, now).ifPresent(openings);
    }

    /** A new connection took so long to its greeting: of a receiver that matters to nobody. */
    public void greeted(Permit permit, Duration took) {
        var now = clock.instant();
        var change = change(view -> Changes.greeted(view, permit, took, now));
        Transitions.ofGreeting(change.before(), change.after(), permit.route(), now)
                .ifPresent(events);
    }

    /** A receiver said at which address it sees us. */
    public void seen(Permit permit, Echo echo) {
        var source = view.get().source(permit.route());
        tellMoves(now -> source.flatMap(each -> echoes.seen(each, permit.provider(), echo, now)).stream()
                .toList());
        tellIfMatched(permit, List.of(echo.seen()), clock.instant());
    }

    /** In the order in which they happened: whoever hears last that an address is out keeps it out. */
    private void tellMoves(Function<Instant, List<RouteEvent>> moves) {
        moving.lock();
        try {
            var told = moves.apply(clock.instant());
            if (!told.isEmpty()) {
                change(this::guarded);
                told.forEach(events);
            }
        } finally {
            moving.unlock();
        }
    }

    /** Receivers that are to be asked now where they see the sources that are out for it; the answer is {@link #seen}. */
    public List<EchoLook> looks() {
        var sources = view.get().sources();
        tellMoves(now -> echoes.aged(sources, now));
        return echoes.due(sources, clock.instant());
    }

    /**
     * So many recipients of a message were not taken by a smarthost, or not given to a receiver that is to come to know an address of ours,
     * after all.
     */
    public void giveBack(Permit permit, int recipients) {
        var now = clock.instant();
        warmUps.giveBack(permit, recipients);
        change(each -> Changes.relay(each, permit, relay -> relay.givenBack(permit, recipients, now)));
    }

    /**
     * A chosen way was not tried at all: what was taken from it is there again. That is no opening: whoever gives it back comes again by
     * himself.
     */
    public void untried(Permit permit, int recipients) {
        var now = clock.instant();
        warmUps.giveBack(permit, recipients);
        change(each -> Changes.untaken(each, permit, recipients, now));
        ended(permit);
    }

    /** No connection, no TLS, no greeting. Of an address of ours it says nothing: the receiver may be down. */
    public void unreached(Permit permit) {
        var now = clock.instant();
        double jitter = 2 * random.nextDouble() - 1;
        var change = change(each -> Changes.unreached(each, permit, now, jitter));
        Transitions.ofBreaker(change.before(), change.after(), permit.route(), now)
                .forEach(events);
    }

    /**
     * A receiver, or a smarthost, refused or deferred a recipient.
     *
     * @return whether it counts against the address it came from, at this provider
     */
    public boolean heard(Permit permit, MailFacts mail, Heard heard) {
        var now = clock.instant();
        var route = permit.route();
        double observed = given.perMinute(route, mail.provider(), now);
        var change = change(view -> Changes.heard(view, permit, mail, heard, observed, now));
        tell(
                warmUps.heard(change.before(), permit, heard, now),
                change.before().settings().warmUp(),
                now);
        Transitions.of(change.before(), change.after(), route, mail, heard, now).stream()
                .filter(event -> isNews(event, mail, now))
                .forEach(events);
        tellIfMatched(permit, heard.meaning().quoted(), now);
        Transitions.opening(change.before(), change.after(), permit, now).ifPresent(openings);
        return Changes.isStrike(change.before(), route, heard.meaning());
    }

    private boolean isNews(RouteEvent event, MailFacts mail, Instant now) {
        return switch (event.kind()) {
            case SENDER_UNPROVEN -> unproven.isNews(mail.senderDomain(), mail.provider(), now);
            case ADDRESS_MISMATCH ->
                event.address()
                        .filter(each -> misquoted.isNews(each.getHostAddress(), mail.provider(), now))
                        .isPresent();
            default -> true;
        };
    }

    private void tellIfMatched(Permit permit, List<InetAddress> quoted, Instant now) {
        if (!quoted.isEmpty()) {
            view.get()
                    .source(permit.route())
                    .flatMap(EgressView.Source::address)
                    .filter(address -> quoted.contains(address)
                            && misquoted.isOver(address.getHostAddress(), permit.provider(), now))
                    .ifPresent(address -> events.accept(Transitions.matched(permit, address, now)));
        }
    }

    /** Writes what survives a restart. */
    public void remember(DataOutput out) throws IOException {
        ViewRecord.write(out, view.get(), warmUps.all(), clock.instant());
    }

    /**
     * Takes over what another process remembered of ways that are still configured: as the last known.
     *
     * @return as {@link #reload}
     * @throws IOException if that cannot be understood; nothing has changed then
     */
    public Set<String> recall(DataInput in) throws IOException {
        var recalled = ViewRecord.recalled(in, view.get(), clock.instant());
        view.set(recalled.view());
        warmUps.recall(recalled.warmUps());
        return recalled.same();
    }

    /** Which sources are out because receivers see them elsewhere. */
    public void rememberMoved(DataOutput out) throws IOException {
        echoes.remember(out);
    }

    /**
     * They stay out, and whoever listens is told so.
     *
     * @throws IOException as {@link #recall}
     */
    public void recallMoved(DataInput in) throws IOException {
        var sources = view.get().sources();
        echoes.recall(in, clock.instant());
        echoes.keep(sources);
        tellMoves(now -> echoes.still(sources, now));
    }

    private record Change(EgressView before, EgressView after) {}

    private Change change(UnaryOperator<EgressView> by) {
        while (true) {
            var before = view.get();
            var after = by.apply(before);
            if (after.equals(before) || view.compareAndSet(before, after)) {
                return new Change(before, after);
            }
        }
    }
}
