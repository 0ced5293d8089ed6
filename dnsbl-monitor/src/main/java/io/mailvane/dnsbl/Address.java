package io.mailvane.dnsbl;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One source address as {@link AddressRules} sees it. A value.
 *
 * @param since of the state
 * @param step of the ramp, from 0
 * @param stepSince since when
 * @param evidence what it is judged by, as it is now: also while it is held back
 * @param resume the state it fell from
 * @param falls with returns: how often it has changed between in order and not
 * @param began when it was first judged
 * @param sent when it last did, as far as is known; before the first time, when it was first judged
 * @param withdrawal by which an operator took it out; empty: none did, or it came back
 */
record Address(
        Source source,
        State state,
        Moment since,
        int step,
        Moment stepSince,
        Absence absence,
        Evidence evidence,
        State resume,
        FlapDamping flap,
        int falls,
        Moment began,
        Moment sent,
        Optional<Withdrawal> withdrawal) {
    /**
     * What all lists together, and our own set-up, say of an address.
     *
     * @param score with raw weights
     * @param penalty at a provider that {@code penalties} does not name
     * @param out what takes it out everywhere; "" if nothing does
     * @param config whether no waiting cures that
     * @param suspect whether a list claims something that is not confirmed
     * @param admission what hinders its first mail
     * @param why one sentence
     */
    record Evidence(
            double score,
            double penalty,
            Map<ProviderId, Double> penalties,
            String out,
            boolean config,
            boolean suspect,
            List<String> admission,
            String why) {
        Evidence {
            penalties = Map.copyOf(penalties);
            admission = List.copyOf(admission);
        }

        /** The whole {@code why} where nothing is to be said against it. */
        static final String UNNAMED = "no list names it";

        static final Evidence NONE = new Evidence(0, 0, Map.of(), "", false, false, List.of(), "nothing is known yet");

        boolean isOut() {
            return !out.isEmpty();
        }
    }

    static Address unknown(Source source, Moment now) {
        return new Address(
                source,
                State.NEW,
                now,
                0,
                now,
                Absence.NEVER,
                Evidence.NONE,
                State.ACTIVE,
                FlapDamping.STEADY,
                0,
                now,
                now,
                Optional.empty());
    }

    /** When it last fell from use; empty: never. */
    Optional<Moment> left() {
        return absence.left();
    }

    boolean isFallen() {
        return state == State.DEGRADED || state == State.QUARANTINED || state == State.LAST_RESORT;
    }

    Address judgedBy(Evidence next) {
        return new Address(
                source, state, since, step, stepSince, absence, next, resume, flap, falls, began, sent, withdrawal);
    }

    Address in(State next, Moment at) {
        return next == state
                ? this
                : new Address(
                        source,
                        next,
                        at,
                        step,
                        stepSince,
                        absence,
                        evidence,
                        resume,
                        flap,
                        falls,
                        began,
                        sent,
                        withdrawal);
    }

    Address atStep(int next, Moment at) {
        return new Address(
                source, state, since, next, at, absence, evidence, resume, flap, falls, began, sent, withdrawal);
    }

    /** It is not in use any more, by what it is judged by. */
    Address fell(FlapDamping damping, Moment at) {
        return new Address(
                source,
                state,
                since,
                step,
                stepSince,
                absence.begun(at, Reach.of(evidence)),
                evidence,
                state,
                damping,
                falls + 1,
                began,
                sent,
                withdrawal);
    }

    Address returned() {
        return new Address(
                source,
                state,
                since,
                step,
                stepSince,
                absence,
                evidence,
                resume,
                flap,
                falls + 1,
                began,
                sent,
                withdrawal);
    }

    Address away(Absence next) {
        return new Address(
                source, state, since, step, stepSince, next, evidence, resume, flap, falls, began, sent, withdrawal);
    }

    Address resuming(State next) {
        return new Address(
                source, state, since, step, stepSince, absence, evidence, next, flap, falls, began, sent, withdrawal);
    }

    Address withdrawn(Optional<Withdrawal> by) {
        return new Address(
                source, state, since, step, stepSince, absence, evidence, resume, flap, falls, began, sent, by);
    }

    Address sentAt(Moment at) {
        return new Address(
                source, state, since, step, stepSince, absence, evidence, resume, flap, falls, began, at, withdrawal);
    }

    /**
     * Whether an operator took it out, for a time that is not over, later than what is known of it by another name.
     *
     * @param other by that name
     */
    boolean isWithdrawnSince(Optional<Address> other, Moment now) {
        boolean isNewer = other.filter(known ->
                        known.state() == State.RETIRED || !known.since().isBefore(since))
                .isEmpty();
        return isNewer
                && (state == State.DRAINING || state == State.DISABLED)
                && withdrawal.filter(word -> !word.isOver(now.wall())).isPresent();
    }

    /** It is out as it was by its former name; all else of it is as it was. */
    Address takenOutAs(Address former) {
        return resuming(goesOn()).withdrawn(former.withdrawal()).in(former.state(), former.since());
    }

    /** Where it goes on when it comes back: what it has not done yet it is not spared for having been away. */
    State goesOn() {
        return switch (state) {
            case NEW, ADMISSION, WARMING, ACTIVE, RECOVERING -> state;
            case DEGRADED, QUARANTINED, LAST_RESORT, DRAINING, DISABLED, RETIRED -> resume;
        };
    }
}
