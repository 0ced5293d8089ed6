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
 * @param left when it last fell from use; empty: never
 * @param evidence what it is judged by; while it is held back, what it fell for
 * @param resume the state it fell from
 * @param falls with returns: how often it has changed between in order and not
 * @param began when it was first judged
 * @param withdrawal by which an operator took it out; empty: none did, or it came back
 */
record Address(
        Source source,
        State state,
        Moment since,
        int step,
        Moment stepSince,
        Optional<Moment> left,
        Evidence evidence,
        State resume,
        FlapDamping flap,
        int falls,
        Moment began,
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
                Optional.empty(),
                Evidence.NONE,
                State.ACTIVE,
                FlapDamping.STEADY,
                0,
                now,
                Optional.empty());
    }

    boolean isFallen() {
        return state == State.DEGRADED || state == State.QUARANTINED || state == State.LAST_RESORT;
    }

    Address judgedBy(Evidence next) {
        return new Address(source, state, since, step, stepSince, left, next, resume, flap, falls, began, withdrawal);
    }

    Address in(State next, Moment at) {
        return next == state
                ? this
                : new Address(
                        source, next, at, step, stepSince, left, evidence, resume, flap, falls, began, withdrawal);
    }

    Address atStep(int next, Moment at) {
        return new Address(source, state, since, next, at, left, evidence, resume, flap, falls, began, withdrawal);
    }

    Address fell(FlapDamping damping, Moment at) {
        return new Address(
                source,
                state,
                since,
                step,
                stepSince,
                Optional.of(at),
                evidence,
                state,
                damping,
                falls + 1,
                began,
                withdrawal);
    }

    Address returned() {
        return new Address(
                source, state, since, step, stepSince, left, evidence, resume, flap, falls + 1, began, withdrawal);
    }

    Address leftAt(Moment at) {
        return new Address(
                source,
                state,
                since,
                step,
                stepSince,
                Optional.of(at),
                evidence,
                resume,
                flap,
                falls,
                began,
                withdrawal);
    }

    Address resuming(State next) {
        return new Address(source, state, since, step, stepSince, left, evidence, next, flap, falls, began, withdrawal);
    }

    Address withdrawn(Optional<Withdrawal> by) {
        return new Address(source, state, since, step, stepSince, left, evidence, resume, flap, falls, began, by);
    }
}
