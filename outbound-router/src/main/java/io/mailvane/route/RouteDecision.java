package io.mailvane.route;

import io.mailvane.route.Candidate.Fitness;
import io.mailvane.route.Decision.Hold;
import io.mailvane.route.Decision.HoldReason;
import io.mailvane.route.Decision.Purpose;
import io.mailvane.route.Decision.Send;
import io.mailvane.route.UnderWay.Exposed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    private final Ranking open;
    private final Ranking probes;

    private RouteDecision(EgressView view, MailFacts mail, Exposed exposed, Map<String, WarmUp> warmUps, Instant now) {
        this.view = view;
        this.mail = mail;
        this.now = now;
        this.candidates = candidates(new Assessment(view, mail, exposed, warmUps, now), view);
        long key = Rendezvous.key(mail.senderDomain(), mail.provider().id());
        this.open = new Ranking(key, Fitness.ELIGIBLE, candidates);
        this.probes = new Ranking(key, Fitness.PROBE, candidates);
    }

    /**
     * @param exposed our addresses at this provider
     * @param warmUps of our addresses at this provider, by name
     */
    static Decision decide(EgressView view, MailFacts mail, Exposed exposed, Map<String, WarmUp> warmUps, Instant now) {
        return new RouteDecision(view, mail, exposed, warmUps, now).decide();
    }

    private static List<Candidate> candidates(Assessment assessment, EgressView view) {
        var all = new ArrayList<Candidate>(view.sources().size() + view.relays().size());
        for (var source : view.sources()) {
            all.add(assessment.source(source));
        }
        for (var relay : view.relays()) {
            all.add(assessment.relay(relay));
        }
        return all;
    }

    /** The best candidate of each tier. A loop, for this is done for every message. */
    private static final class Ranking {
        private final Map<Tier, Scored> best = new EnumMap<>(Tier.class);

        private record Scored(Candidate candidate, double score) {}

        Ranking(long key, Fitness fitness, List<Candidate> candidates) {
            for (var each : candidates) {
                if (each.fitness() == fitness) {
                    offer(each, Rendezvous.score(key, each.route().name(), each.weight()));
                }
            }
        }

        private void offer(Candidate candidate, double score) {
            var known = best.get(candidate.tier());
            if (known == null
                    || candidate.rank() < known.candidate().rank()
                    || (candidate.rank() == known.candidate().rank() && score > known.score())) {
                best.put(candidate.tier(), new Scored(candidate, score));
            }
        }

        Optional<Candidate> of(Tier tier) {
            return Optional.ofNullable(best.get(tier)).map(Scored::candidate);
        }

        /** Of the best tier that has one. */
        Optional<Candidate> first() {
            return best.values().stream().findFirst().map(Scored::candidate);
        }
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
                && mail.pin().isEmpty()
                && mail.lifeLeft().compareTo(view.settings().lanes().probeLife()) >= 0;
        return canWait && open.first().isPresent()
                ? probes.first().filter(each -> each.tier() != Tier.T4).map(chosen -> send(chosen, Purpose.PROBE))
                : Optional.empty();
    }

    private Send send(Candidate chosen, Purpose purpose) {
        return new Send(chosen, purpose, candidates, Permit.plain(chosen.route(), mail.provider()));
    }

    private Optional<Decision> pinned() {
        return mail.pin()
                .filter(pin -> pin.until().isAfter(now))
                .flatMap(pin ->
                        candidates.stream().filter(pin::takes).findFirst().flatMap(way -> followed(pin, way)));
    }

    /** A message that may have been taken waits for its way's turn: by another it would more likely be delivered twice. */
    private Optional<Decision> followed(MailFacts.Pin pin, Candidate way) {
        return switch (way.fitness()) {
            case ELIGIBLE -> Optional.of(send(way, Purpose.PIN));
            case WAITING ->
                pin.isUnsure()
                        ? Optional.of(new Hold(HoldReason.PACED, Optional.of(way.from()), candidates))
                        : Optional.empty();
            case PROBE, EXCLUDED -> Optional.empty();
        };
    }

    private Optional<Decision> byTier() {
        for (var tier : TIERS) {
            var best = open.of(tier);
            if (best.isPresent()) {
                return Optional.of(send(best.get(), Purpose.BEST));
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
        var patience = view.settings().patience(mail.mailClass());
        if (mail.waited().compareTo(patience) >= 0) {
            return Optional.empty();
        }
        var impatient = now.plus(patience.minus(mail.waited()));
        var first = Instant.MAX;
        for (var each : candidates) {
            boolean isPaced = each.tier() == tier && each.fitness() == Fitness.WAITING;
            first = isPaced && each.from().isBefore(first) ? each.from() : first;
        }
        return first.equals(Instant.MAX)
                ? Optional.empty()
                : Optional.of(first.isBefore(impatient) ? first : impatient);
    }

    /** Where nothing else is open, a message that may be refused is better than one that waits. */
    private Decision lastProbe() {
        return probes.first()
                .<Decision>map(chosen -> send(chosen, Purpose.PROBE))
                .orElseGet(this::hold);
    }

    private Decision hold() {
        var waiting = candidates.stream().anyMatch(each -> each.fitness() == Fitness.WAITING);
        var earliest = candidates.stream()
                .map(Candidate::from)
                .filter(from -> from.isAfter(now) && from.isBefore(Instant.MAX))
                .min(Instant::compareTo);
        return new Hold(waiting ? HoldReason.PACED : shut(), earliest, candidates);
    }

    private HoldReason shut() {
        return view.isRefusedByAll(mail.provider(), now) ? HoldReason.REFUSED_BY_ALL : HoldReason.NO_ROUTE;
    }
}
