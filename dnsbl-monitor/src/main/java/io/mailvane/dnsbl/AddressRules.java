package io.mailvane.dnsbl;

import io.mailvane.dnsbl.Address.Evidence;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.Growth;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The machine of a source address.
 *
 * <p>It falls at once and returns slowly: by the ramp, not while it flaps, and not so often that it changes more than twice
 * plus once for each {@code min-listed} since it is watched. Pure.
 */
final class AddressRules {
    private static final Duration FORGOTTEN = Duration.ofDays(30);

    private final RoutingSettings settings;
    private final Duration dwell;
    private final AddressWords words;

    AddressRules(RoutingSettings settings, Duration dwell) {
        this.settings = settings;
        this.dwell = dwell;
        this.words = new AddressWords(this, settings);
    }

    /** What is said of it. */
    AddressWords words() {
        return words;
    }

    /**
     * The evidence as it is now; also what lets time pass.
     *
     * @param otherRoute whether mail has another way out
     */
    Address judged(Address address, Evidence evidence, boolean otherRoute, Moment at) {
        return switch (address.state()) {
            case NEW, ADMISSION -> admitted(address, evidence, otherRoute, at);
            case WARMING, ACTIVE, RECOVERING -> used(address, evidence, otherRoute, at);
            case DEGRADED, QUARANTINED, LAST_RESORT -> fallen(address, evidence, otherRoute, at);
            case DRAINING, DISABLED, RETIRED -> withdrawn(address.judgedBy(evidence), otherRoute, at);
        };
    }

    private Address admitted(Address address, Evidence evidence, boolean otherRoute, Moment at) {
        boolean waits = !address.source().admitted() && !evidence.admission().isEmpty();
        if (waits) {
            return address.judgedBy(evidence).in(State.ADMISSION, at);
        }
        var state = address.source().warm() ? State.ACTIVE : State.WARMING;
        var begun = address.judgedBy(evidence).in(state, at).atStep(0, at);
        return used(begun, evidence, otherRoute, at);
    }

    private Address used(Address address, Evidence evidence, boolean otherRoute, Moment at) {
        var judged = address.judgedBy(evidence);
        if (evidence.isOut()) {
            return fall(judged, at).in(outState(otherRoute), at);
        }
        if (evidence.score() >= settings.scoreDegraded()) {
            return fall(judged, at).in(State.DEGRADED, at);
        }
        if (judged.state() == State.WARMING) {
            return isSaidToBeWarm(judged) ? judged.in(State.ACTIVE, at) : judged;
        }
        if (judged.state() == State.ACTIVE) {
            return isIdle(judged, at) ? judged.in(State.WARMING, at) : judged;
        }
        return climbed(judged, at);
    }

    /** Receivers forget who sends nothing; who says that an address is warm wants it there for the day it is needed. */
    private static boolean isIdle(Address address, Moment at) {
        return !address.source().warm() && at.since(address.sent()).compareTo(FORGOTTEN) > 0;
    }

    /** The configuration may say so later; that receivers have forgotten it since is not what it speaks of. */
    private static boolean isSaidToBeWarm(Address address) {
        return address.source().warm() && !isForgotten(address, address.since());
    }

    /** A receiver whose word counts for all knows it now. */
    Address warmed(Address address, Moment at) {
        return switch (address.state()) {
            case WARMING -> address.in(State.ACTIVE, at);
            case DEGRADED -> address.resume() == State.WARMING ? address.resuming(State.ACTIVE) : address;
            case NEW, ADMISSION, ACTIVE, RECOVERING, QUARANTINED, LAST_RESORT, DRAINING, DISABLED, RETIRED -> address;
        };
    }

    private Address fall(Address address, Moment at) {
        return address.fell(address.flap().fallen(at, settings.flap()), at);
    }

    private State outState(boolean otherRoute) {
        return settings.lastResort() && !otherRoute ? State.LAST_RESORT : State.QUARANTINED;
    }

    /** A step at a time, and none while a list claims something: the share is never more than its step's. */
    private Address climbed(Address address, Moment at) {
        if (address.evidence().suspect()) {
            return address.atStep(address.step(), at);
        }
        if (at.isBefore(address.stepSince().plus(stepLength(address)))) {
            return address;
        }
        int next = address.step() + 1;
        boolean done = next >= steps() - 1;
        return done
                ? address.away(address.absence().over()).atStep(0, at).in(State.ACTIVE, at)
                : address.atStep(next, at);
    }

    private Duration stepLength(Address address) {
        var absence = address.left().map(address.since()::since).orElse(Duration.ZERO);
        return settings.rampStepAfter(absence);
    }

    private Address fallen(Address address, Evidence evidence, boolean otherRoute, Moment at) {
        var judged = address.judgedBy(evidence).away(address.absence().worsened(Reach.of(evidence)));
        if (evidence.isOut()) {
            return judged.in(outState(otherRoute), at);
        }
        boolean out = address.state() != State.DEGRADED;
        if (isHeld(address, at)) {
            return out ? judged.in(outState(otherRoute), at) : judged;
        }
        if (isMended(evidence)) {
            return returned(judged, at);
        }
        return out ? half(judged, at) : judged;
    }

    /** Whether nothing speaks against it that would have it fall. */
    boolean isMended(Evidence evidence) {
        return !evidence.isOut() && evidence.score() < settings.scoreDegraded();
    }

    /** What took it out is gone, and lists that some receivers use still name it: the ramp comes when they do not. */
    private static Address half(Address address, Moment at) {
        var absence = address.absence().returned().worsened(Reach.of(address.evidence()));
        return address.away(absence)
                .resuming(address.resume() == State.WARMING ? State.WARMING : State.RECOVERING)
                .atStep(0, at)
                .in(State.DEGRADED, at);
    }

    private Address returned(Address address, Moment at) {
        var absence = address.absence();
        boolean wasOut = address.state() != State.DEGRADED || absence.fall().isOutAnywhere(settings.scoreDegraded());
        var back = address.returned().away(absence.over());
        if (isForgotten(address, at)) {
            return back.atStep(0, at).in(State.WARMING, at);
        }
        int lower = Math.max(0, address.step() - 2);
        var climbing = back.away(absence.returned());
        return switch (address.resume()) {
            case WARMING -> back.in(State.WARMING, at);
            case RECOVERING -> climbing.atStep(wasOut ? 0 : lower, at).in(State.RECOVERING, at);
            case NEW, ADMISSION, ACTIVE, DEGRADED, QUARANTINED, LAST_RESORT, DRAINING, DISABLED, RETIRED ->
                wasOut ? climbing.atStep(0, at).in(State.RECOVERING, at) : back.in(State.ACTIVE, at);
        };
    }

    private static boolean isForgotten(Address address, Moment at) {
        return address.left()
                .map(left -> at.since(left).compareTo(FORGOTTEN) > 0)
                .orElse(false);
    }

    private boolean isHeld(Address address, Moment at) {
        return hold(address, at).isPresent();
    }

    /**
     * What keeps it in the worse state, whatever the lists say.
     *
     * @param damped whether that is that it comes and goes; else that it may change no more often
     */
    record Hold(Moment until, boolean damped) {}

    /** Empty if nothing does. */
    Optional<Hold> hold(Address address, Moment at) {
        var paced = address.began().plus(dwell.multipliedBy(address.falls()));
        var damped = address.flap().release(settings.flap()).filter(paced::isBefore);
        var hold = new Hold(damped.orElse(paced), damped.isPresent());
        return Optional.of(hold).filter(each -> at.isBefore(each.until()));
    }

    /** Receivers, of several providers, still refuse an address that is coming back: two steps down. */
    Address struck(Address address, Moment at) {
        return switch (address.state()) {
            case RECOVERING -> address.atStep(Math.max(0, address.step() - 2), at);
            case NEW, ADMISSION, WARMING, ACTIVE, DEGRADED, QUARANTINED, LAST_RESORT, DRAINING, DISABLED, RETIRED ->
                address;
        };
    }

    /** What an operator said wins over every list, until it ends; then they decide again. */
    private Address withdrawn(Address address, boolean otherRoute, Moment at) {
        boolean isOver =
                address.withdrawal().filter(word -> word.isOver(at.wall())).isPresent();
        return isOver ? enabled(address, otherRoute, at) : address;
    }

    /**
     * By the evidence that it has.
     *
     * @param otherRoute whether mail has another way out
     */
    Address operated(Address address, OperatorOrder order, boolean otherRoute, Moment at) {
        if (address.state() == State.RETIRED) {
            return address;
        }
        if (order.operation() == Operation.ENABLE) {
            return Operation.isOut(address.state()) ? enabled(address, otherRoute, at) : address;
        }
        if (order.isSaid(address.state(), address.withdrawal())) {
            return address;
        }
        var said = Withdrawal.of(order, at.wall());
        var word = order.operation() == Operation.RETIRE
                ? said
                : address.withdrawal().map(before -> before.saidAnew(said)).orElse(said);
        return address.away(outBy(address, at))
                .resuming(address.goesOn())
                .withdrawn(Optional.of(word))
                .in(order.operation().target(address.state()), at);
    }

    /** Whatever it was until now, an operator has it out everywhere. */
    private static Absence outBy(Address address, Moment at) {
        return address.state().maySend()
                ? address.absence().begun(at, Reach.EVERYWHERE)
                : address.absence().worsened(Reach.EVERYWHERE);
    }

    /** Nothing is under way by it any more. */
    Address drained(Address address, Moment at) {
        return address.state() == State.DRAINING ? address.in(State.DISABLED, at) : address;
    }

    /** It comes back as from a listing; what speaks against it by now counts at once, and is no fall: it was out. */
    private Address enabled(Address address, boolean otherRoute, Moment at) {
        var back = putBack(address.withdrawn(Optional.empty()), at);
        var evidence = address.evidence();
        if (back.state() == State.ADMISSION) {
            return admitted(back, evidence, otherRoute, at);
        }
        var fallen = back.away(back.absence().worsened(Reach.of(evidence))).resuming(back.state());
        if (evidence.isOut() || address.flap().isSuppressed(at, settings.flap())) {
            return fallen.in(outState(otherRoute), at);
        }
        return isMended(evidence) ? back : fallen.in(State.DEGRADED, at);
    }

    private static Address putBack(Address address, Moment at) {
        var back = address.away(address.absence().over());
        if (isForgotten(address, at)) {
            return back.atStep(0, at).in(State.WARMING, at);
        }
        return switch (address.resume()) {
            case NEW, ADMISSION -> back.in(State.ADMISSION, at);
            case WARMING -> back.in(State.WARMING, at);
            case ACTIVE, RECOVERING, DEGRADED, QUARANTINED, LAST_RESORT, DRAINING, DISABLED, RETIRED ->
                back.away(address.absence().returned()).atStep(0, at).in(State.RECOVERING, at);
        };
    }

    /** How many steps the ramp has. */
    int steps() {
        return settings.ramp().size();
    }

    private static State climbing(Address address) {
        return address.state() == State.DEGRADED ? address.resume() : address.state();
    }

    /** At a provider that no list knows. */
    private double share(Address address) {
        return switch (climbing(address)) {
            case WARMING, ACTIVE, DEGRADED, LAST_RESORT -> 1;
            case RECOVERING -> share(address, address.absence().ramp().isOutInGeneral(settings.scoreDegraded()));
            case NEW, ADMISSION, QUARANTINED, DRAINING, DISABLED, RETIRED -> 0;
        };
    }

    private double share(Address address, boolean wasOut) {
        return wasOut ? settings.ramp().get(address.step()) / 100.0 : 1;
    }

    /** Where it was out there makes what it sends to others no less: they have seen it all the while. */
    private Map<ProviderId, Double> shares(Address address) {
        double share = share(address, !address.absence().ramp().isOutInGeneral(settings.scoreDegraded()));
        return exceptions(address).stream().collect(Collectors.toUnmodifiableMap(each -> each, _ -> share));
    }

    /** The providers that have another share than those that no list knows. */
    Set<ProviderId> exceptions(Address address) {
        return climbing(address) == State.RECOVERING
                ? address.absence().ramp().exceptions(settings.scoreDegraded())
                : Set.of();
    }

    SourceStanding standing(Address address, Moment now) {
        var weighs = weighing(address);
        return new SourceStanding(
                address.source().name(),
                address.state(),
                share(address),
                shares(address),
                weighs.penalty(),
                weighs.penalties(),
                words.why(address, now),
                until(address, now).map(Moment::wall),
                growth(address));
    }

    /** What is held back though it is in order is held where it was. */
    private Reach weighing(Address address) {
        boolean isHeld = address.state() == State.DEGRADED && isMended(address.evidence());
        return isHeld ? address.absence().fall() : Reach.of(address.evidence());
    }

    /** How far it is with each receiver, the router knows; here only whether there is such a thing. */
    private static Growth growth(Address address) {
        if (climbing(address) != State.WARMING) {
            return Growth.NONE;
        }
        return address.evidence().suspect() ? Growth.STOPPED : Growth.GROWS;
    }

    private Optional<Moment> until(Address address, Moment now) {
        return switch (address.state()) {
            case RECOVERING -> Optional.of(address.stepSince().plus(stepLength(address)));
            // Nothing that waits has an end while its cause lasts.
            case DEGRADED, QUARANTINED, LAST_RESORT ->
                address.evidence().config()
                        ? Optional.empty()
                        : hold(address, now).map(Hold::until);
            case DRAINING, DISABLED ->
                address.withdrawal().flatMap(Withdrawal::until).map(now::at);
            case NEW, ADMISSION, WARMING, ACTIVE, RETIRED -> Optional.empty();
        };
    }
}
