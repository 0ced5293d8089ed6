package io.mailvane.route;

import io.mailvane.mail.SourceStanding.Growth;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.route.Candidate.Fitness;
import io.mailvane.route.EgressView.AtProvider;
import io.mailvane.route.EgressView.Source;
import io.mailvane.route.RoutingSettings.WhenNoRoute;
import io.mailvane.route.UnderWay.Exposed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at every way for one message: is it open, how good is it, and why. One thread, once. */
final class Assessment {
    private static final double HALF = 0.5;
    /** Deliveries that are under way end in about so long, most of them. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final RoutingSettings settings;
    private final AtProvider there;
    private final MailFacts mail;
    private final Instant now;
    private final Exposed exposed;
    private final Map<String, WarmUp> warmUps;
    /** The receiver, as a reader is told. */
    private final String whose;

    Assessment(EgressView view, MailFacts mail, Exposed exposed, Map<String, WarmUp> warmUps, Instant now) {
        this.settings = view.settings();
        this.there = view.at(mail.provider());
        this.mail = mail;
        this.now = now;
        this.exposed = exposed;
        this.warmUps = warmUps;
        this.whose = mail.provider().equals(WaysOut.ANY)
                ? "any receiver"
                : mail.provider().id();
    }

    Candidate source(Source source) {
        return switch (mail.allowed().addresses()) {
            case ALLOWED -> ownAddress(source);
            case OFF -> excluded(source.route(), Tier.T0, Instant.MAX, Reason.Plain.DIRECT_OFF);
            case UNREACHED -> excluded(source.route(), Tier.T0, Instant.MAX, Reason.Plain.UNREACHED);
        };
    }

    private Candidate ownAddress(Source source) {
        var route = source.route();
        var standing = source.standing();
        double penalty = standing.penaltyAt(mail.provider());
        if (!standing.state().maySend()) {
            return excluded(route, Tier.T4, standing.until().orElse(Instant.MAX), new Reason.State(standing));
        }
        var why = route.kind() == Route.Kind.HOST ? Reason.Plain.HOST : new Reason.Penalty(standing, penalty, whose);
        if (penalty >= settings.thresholds().out()) {
            return excluded(route, Tier.T4, standing.until().orElse(Instant.MAX), why);
        }
        var tier = standing.state() == State.LAST_RESORT ? Tier.T4 : tier(penalty);
        if (tier == Tier.T4 && settings.whenNoRoute() == WhenNoRoute.HOLD) {
            return excluded(route, tier, standing.until().orElse(Instant.MAX), why, Reason.Plain.LAST_RESORT_OFF);
        }
        if (mail.refused().contains(route.name())) {
            return excluded(route, tier, Instant.MAX, Reason.Plain.REFUSED);
        }
        if (mail.unable().contains(route.name())) {
            return excluded(route, tier, Instant.MAX, Reason.Plain.UNABLE);
        }
        double weight = source.capacity() * (1 - penalty / settings.thresholds().out());
        if (!exposed.lets(source)) {
            return oneTooMany(new Way(route, tier, 0, weight));
        }
        var share =
                new Share(standing.shareAt(mail.provider()), standing.until().orElse(Instant.MAX));
        return byLane(new Way(route, tier, 0, weight), new Limit(share, warmUp(source)), why);
    }

    private Optional<WarmUp> warmUp(Source source) {
        var growth = source.standing().growth();
        return growth == Growth.NONE
                ? Optional.empty()
                : Optional.of(
                        warmUps.getOrDefault(source.route().name(), WarmUp.COLD).at(now, growth, settings.warmUp()));
    }

    private Tier tier(double penalty) {
        if (penalty < settings.thresholds().watch()) {
            return Tier.T0;
        }
        return penalty < settings.thresholds().degraded() ? Tier.T1 : Tier.T4;
    }

    /**
     * To go on through all addresses would turn one provider's block into a listing of the whole network: no further one is begun with while
     * so many were refused, or are under way and may be.
     */
    private Candidate oneTooMany(Way way) {
        int struck = exposed.struck().size();
        if (struck < settings.struckAddresses()) {
            var why = new Reason.OthersUnderWay(whose, settings.struckAddresses());
            return way.candidate(Fitness.WAITING, now.plus(SOON), List.of(why));
        }
        var fewer = exposed.struck().values().stream().min(Instant::compareTo).orElseThrow();
        return excluded(
                way.route(),
                way.tier(),
                fewer.plus(settings.strikeWindow()),
                new Reason.Struck(whose, struck, settings.strikeWindow()));
    }

    private Candidate byLane(Way way, Limit limit, Reason why) {
        var known = there.lanes().get(way.route().name());
        if (known == null) {
            return within(way, limit, why);
        }
        var lane = known.at(now, settings);
        return switch (lane.state()) {
            case OPEN -> within(way, limit.least(lane.share(now, settings)), why);
            case SLOW -> {
                var open = within(way, limit.least(lane.share(now, settings)), why);
                yield open.isOpen()
                        ? slow(way.in(open.tier()), lane.throttle().orElseThrow(), whose, open.why())
                        : open;
            }
            case COOLDOWN, BLOCKED -> excluded(way.route(), way.tier(), lane.until(), new Reason.Closed(lane, whose));
            case PROBING -> {
                var open = within(way, new Limit(Share.WHOLE, limit.warmUp()), why);
                yield open.isOpen() ? probing(way.in(open.tier()), lane) : open;
            }
        };
    }

    private Candidate slow(Way way, Throttle throttle, String wants, List<Reason> why) {
        var lower = way.in(way.tier() == Tier.T0 ? Tier.T1 : way.tier());
        var all = new ArrayList<Reason>();
        all.add(new Reason.Slow(wants, throttle.rateAt(now)));
        all.addAll(why);
        return throttle.hasToken(now)
                ? lower.candidate(Fitness.ELIGIBLE, now, all)
                : lower.candidate(Fitness.WAITING, throttle.nextToken(now), all);
    }

    private Candidate probing(Way way, Lane lane) {
        var why = new Reason.Probing(whose, lane.until());
        return now.isBefore(lane.until())
                ? excluded(way.route(), way.tier(), lane.until(), why)
                : way.candidate(Fitness.PROBE, now, List.of(why));
    }

    /**
     * The share is kept by message, not by a smaller weight: a weight would mean nothing where an address is the only one of its
     * tier, and so of the mail that was its own before, the share comes back, and nothing else moves.
     */
    private Candidate within(Way way, Limit limit, Reason why) {
        var share = limit.share();
        if (!share.isWhole() && Rendezvous.fraction(mail.id(), way.route().name()) >= share.part()) {
            var grows = share.until().isAfter(now) ? share.until() : Instant.MAX;
            return surplus(
                    way,
                    new Lack(grows, new Reason.Surplus(share.part()), new Reason.SurplusOfBulk(share.part())),
                    why);
        }
        return limit.warmUp()
                .map(lane -> warming(way, lane, why))
                .orElseGet(() -> way.candidate(Fitness.ELIGIBLE, now, List.of(why)));
    }

    private Candidate warming(Way way, WarmUp lane, Reason why) {
        var lack = lacks(lane);
        if (lack.isEmpty()) {
            var step = new Reason.WarmingUp(lane, settings.warmUp(), whose);
            return way.candidate(Fitness.ELIGIBLE, now, List.of(step, why));
        }
        return isMoreThanADay(lane)
                ? way.in(Tier.T4)
                        .candidate(
                                Fitness.ELIGIBLE,
                                now,
                                List.of(
                                        new Reason.MoreThanADay(lane, settings.warmUp(), whose, mail.recipients()),
                                        why))
                : surplus(way, lack.get(), why);
    }

    /** What would have to wait for ever where nothing leaves beyond a warm-up: it takes what a day has left. */
    private boolean isMoreThanADay(WarmUp lane) {
        long ceiling = lane.ceiling(settings.warmUp());
        return settings.whenNoRoute() == WhenNoRoute.HOLD && mail.recipients() > ceiling && lane.used() < ceiling;
    }

    /** Empty if there is room for the message. */
    private Optional<Lack> lacks(WarmUp lane) {
        if (lane.has(mail.recipients(), settings.warmUp())) {
            return Optional.empty();
        }
        var more = lane.isRunning(now, settings.warmUp()) ? lane.ends(settings.warmUp()) : Instant.MAX;
        var used = new Reason.WarmUpUsed(lane, settings.warmUp(), whose, mail.recipients(), more);
        return Optional.of(new Lack(more, used, new Reason.WarmUpUsedForBulk(used)));
    }

    private Candidate surplus(Way way, Lack lack, Reason why) {
        if (settings.whenNoRoute() == WhenNoRoute.HOLD) {
            return excluded(way.route(), way.tier(), lack.more(), lack.why(), Reason.Plain.LAST_RESORT_OFF);
        }
        var last = way.in(Tier.T4);
        return waitsForMore()
                .map(end -> last.candidate(
                        Fitness.WAITING,
                        lack.more().isBefore(end) ? lack.more() : end,
                        List.of(lack.whyBulkWaits(), why)))
                .orElseGet(() -> last.candidate(Fitness.ELIGIBLE, now, List.of(lack.why(), why)));
    }

    /**
     * Until when it had better wait for an address on its way back, or on its way in, than leave beyond its share: bulk mail alone would make
     * most of what such an address sends, and bears the wait until its life is nearly over. Empty: it does not wait.
     */
    private Optional<Instant> waitsForMore() {
        var patience = settings.patience(mail.mailClass());
        var most = mail.lifeLeft().minus(patience);
        return mail.mailClass() == MailClass.BULK && patience.isPositive() && most.isPositive()
                ? Optional.of(now.plus(most))
                : Optional.empty();
    }

    Candidate relay(Relay relay) {
        var tier = relay.place() == 0 ? Tier.T2 : Tier.T3;
        return forbidden(relay, tier).or(() -> shut(relay, tier)).orElseGet(() -> paced(relay, tier));
    }

    /** Whether the message may not leave by it, however open it is. */
    boolean isBarred(Relay relay) {
        return bar(relay).isPresent() || refusesSender(relay);
    }

    private Optional<Candidate> forbidden(Relay relay, Tier tier) {
        var barred = bar(relay);
        if (barred.isPresent()) {
            return Optional.of(excluded(relay.route(), tier, Instant.MAX, barred.get()));
        }
        return mail.refused().contains(relay.route().name())
                ? Optional.of(excluded(relay.route(), tier, Instant.MAX, Reason.Plain.REFUSED))
                : Optional.empty();
    }

    private Optional<Reason> bar(Relay relay) {
        if (!mail.allowed().smarthosts().allows(relay.route().name())) {
            return Optional.of(Reason.Plain.NOT_ITS_FALLBACK);
        }
        if (mail.mailClass() == MailClass.BULK && !isBulkConsentedTo()) {
            return Optional.of(Reason.Plain.BULK);
        }
        return mail.size() > relay.maxSize() ? Optional.of(Reason.Plain.TOO_BIG) : Optional.empty();
    }

    /** Whoever sends all by smarthost, or names one as a domain's fallback, means its bulk mail too, unless he says otherwise. */
    private boolean isBulkConsentedTo() {
        return switch (settings.bulkBySmarthost()) {
            case YES -> true;
            case NO -> false;
            case WHERE_NAMED ->
                mail.allowed().addresses() == Allowed.Addresses.OFF
                        || mail.allowed().smarthosts() instanceof Allowed.Smarthosts.Only;
        };
    }

    private Optional<Candidate> shut(Relay relay, Tier tier) {
        var breaker = relay.breaker();
        if (!breaker.lets(now)) {
            return Optional.of(excluded(
                    relay.route(), tier, breaker.until(), new Reason.BreakerOpen(breaker.state(), breaker.until())));
        }
        if (refusesSender(relay)) {
            var until = refusedUntil(relay);
            return Optional.of(
                    excluded(relay.route(), tier, until, new Reason.SenderRefused(mail.senderDomain(), until)));
        }
        var quota = relay.quota();
        if (!quota.has(
                mail.recipients(), mail.mailClass(), settings.smarthosts().reserve(), now)) {
            return Optional.of(excluded(relay.route(), tier, quota.nextFree(now), lack(quota)));
        }
        return Optional.empty();
    }

    private boolean refusesSender(Relay relay) {
        return refusedUntil(relay).isAfter(now);
    }

    private Instant refusedUntil(Relay relay) {
        return relay.refusedSenders().getOrDefault(mail.senderDomain(), Instant.MIN);
    }

    private Reason lack(Quota quota) {
        var frees = quota.nextFree(now);
        long used = quota.used(now);
        if (quota.isShut(now)) {
            return new Reason.QuotaSaid(frees);
        }
        return used + mail.recipients() > quota.most()
                ? new Reason.QuotaUsed(used, quota.most(), frees)
                : new Reason.QuotaKept(used, quota.most(), mail.mailClass(), frees);
    }

    private Candidate paced(Relay relay, Tier tier) {
        var why = wellness(relay);
        double weight = relay.greetings().areSlow() ? HALF : 1;
        var way = new Way(relay.route(), tier, relay.place(), weight);
        var throttle = relay.throttle().filter(each -> !each.isOver(now) && !each.hasToken(now));
        return throttle.map(each -> slow(way, each, relay.route().name(), List.of(why)))
                .orElseGet(() -> byLane(way, Limit.NONE, why));
    }

    private static Reason wellness(Relay relay) {
        if (relay.breaker().state() != Breaker.State.CLOSED) {
            return Reason.Plain.TRIAL;
        }
        if (relay.quota().isClosed()) {
            return Reason.Plain.ASKS_FOR_QUOTA;
        }
        return relay.greetings()
                .usual()
                .filter(_ -> relay.greetings().areSlow())
                .<Reason>map(Reason.SlowGreeting::new)
                .orElseGet(() -> new Reason.Smarthost(relay.place()));
    }

    private static Candidate excluded(Route route, Tier tier, Instant from, Reason... why) {
        return new Candidate(route, tier, 0, Fitness.EXCLUDED, 0, from, List.of(why));
    }

    /** How much of its mail a way carries, and how much of that a receiver that does not know it is given. */
    private record Limit(Share share, Optional<WarmUp> warmUp) {
        static final Limit NONE = new Limit(Share.WHOLE, Optional.empty());

        Limit least(Share other) {
            return new Limit(share.least(other), warmUp);
        }
    }

    /** Why a way has no room for the message, and when it has more. */
    private record Lack(Instant more, Reason why, Reason whyBulkWaits) {}

    /** A way that is open in principle. */
    private record Way(Route route, Tier tier, int rank, double weight) {
        Way in(Tier other) {
            return new Way(route, other, rank, weight);
        }

        Candidate candidate(Fitness fitness, Instant from, List<Reason> why) {
            return new Candidate(route, tier, rank, fitness, weight, from, why);
        }
    }
}
