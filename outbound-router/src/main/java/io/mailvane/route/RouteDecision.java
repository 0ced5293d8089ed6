package io.mailvane.route;

import io.mailvane.route.Candidate.Fitness;
import io.mailvane.route.Decision.Hold;
import io.mailvane.route.Decision.HoldReason;
import io.mailvane.route.Decision.Purpose;
import io.mailvane.route.Decision.Send;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The decision: which way one message takes to one provider, from one view. A pure function; it changes nothing and waits for nothing.
 *
 * <p>Every way is looked at ({@link Assessment}); the best tier that has an open one is used; within it, a hash of sender's
 * domain and provider keeps the mail of one correspondence on one way.
 */
final class RouteDecision {
    private static final Tier[] TIERS = Tier.values();

    private final EgressView view;
    private final MailFacts mail;
    private final Instant now;
    private final List<Candidate> candidates;
    private final long key;

    private RouteDecision(EgressView view, MailFacts mail, Instant now) {
        this.view = view;
        this.mail = mail;
        this.now = now;
        this.candidates = candidates(view, mail, now);
        this.key = Rendezvous.key(mail.senderDomain(), mail.provider().id());
    }

    static Decision decide(EgressView view, MailFacts mail, Instant now) {
        return new RouteDecision(view, mail, now).decide();
    }

    private static List<Candidate> candidates(EgressView view, MailFacts mail, Instant now) {
        var assessment = new Assessment(view, mail, now);
        var all = new ArrayList<Candidate>(view.sources().size() + view.relays().size());
        for (var source : view.sources()) {
            all.add(assessment.source(source));
        }
        for (var relay : view.relays()) {
            all.add(assessment.relay(relay));
        }
        return all;
    }

    private Decision decide() {
        if (mail.refused().size() > view.settings().switches()) {
            return new Hold(HoldReason.ENOUGH_SWITCHES, Optional.empty(), candidates);
        }
        return probe().or(this::pinned).or(this::byTier).orElseGet(this::lastProbe);
    }

    /** A message that loses nothing if it is refused: it has another way, and time. */
    private Optional<Decision> probe() {
        boolean canWait = mail.mailClass() == MailClass.NORMAL
                && mail.lifeLeft().compareTo(view.settings().lanes().probeLife()) >= 0;
        boolean hasOther = candidates.stream().anyMatch(each -> each.fitness() == Fitness.ELIGIBLE);
        return canWait && hasOther
                ? best(each -> each.fitness() == Fitness.PROBE && each.tier() != Tier.T4)
                        .map(chosen -> new Send(chosen, Purpose.PROBE, candidates))
                : Optional.empty();
    }

    private Optional<Decision> pinned() {
        return mail.pin()
                .filter(pin -> pin.until().isAfter(now))
                .flatMap(pin -> best(each -> each.fitness() == Fitness.ELIGIBLE
                        && each.tier() == pin.tier()
                        && each.route().name().equals(pin.route())))
                .map(chosen -> new Send(chosen, Purpose.PIN, candidates));
    }

    private Optional<Decision> byTier() {
        for (var tier : TIERS) {
            var open = best(each -> each.tier() == tier && each.fitness() == Fitness.ELIGIBLE);
            if (open.isPresent()) {
                return Optional.of(new Send(open.get(), Purpose.BEST, candidates));
            }
            var turn = turn(tier);
            if (turn.isPresent()) {
                return Optional.of(new Hold(HoldReason.PACED, turn, candidates));
            }
        }
        return Optional.empty();
    }

    /** When to come back, if a way of this tier is worth the wait. */
    private Optional<Instant> turn(Tier tier) {
        var patience = view.settings().patience().get(mail.mailClass());
        if (patience == null || mail.waited().compareTo(patience) >= 0) {
            return Optional.empty();
        }
        var impatient = now.plus(patience.minus(mail.waited()));
        return candidates.stream()
                .filter(each -> each.tier() == tier && each.fitness() == Fitness.WAITING)
                .map(Candidate::from)
                .min(Instant::compareTo)
                .map(first -> first.isBefore(impatient) ? first : impatient);
    }

    /** Where nothing else is open, a message that may be refused is better than one that waits. */
    private Decision lastProbe() {
        return best(each -> each.fitness() == Fitness.PROBE)
                .<Decision>map(chosen -> new Send(chosen, Purpose.PROBE, candidates))
                .orElseGet(this::hold);
    }

    private Decision hold() {
        var waiting = candidates.stream().anyMatch(each -> each.fitness() == Fitness.WAITING);
        var earliest = candidates.stream()
                .map(Candidate::from)
                .filter(from -> from.isAfter(now) && from.isBefore(Instant.MAX))
                .min(Instant::compareTo);
        return new Hold(waiting ? HoldReason.PACED : HoldReason.NO_ROUTE, earliest, candidates);
    }

    private Optional<Candidate> best(Predicate<Candidate> among) {
        var best = candidates.stream().filter(among).min(Comparator.comparingInt(Candidate::rank));
        return best.flatMap(first -> candidates.stream()
                .filter(each -> each.rank() == first.rank() && among.test(each))
                .max(Comparator.comparingDouble(this::score)));
    }

    private double score(Candidate candidate) {
        return Rendezvous.score(key, candidate.route().name(), candidate.weight());
    }
}
