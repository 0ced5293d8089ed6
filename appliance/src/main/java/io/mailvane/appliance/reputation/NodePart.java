package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One node and what it told.
 *
 * @param up whether it answers; this node always does
 * @param asOf when it was last heard, by our clock; empty: never
 * @param clock what its own clock shows now: all moments that it told are of that clock
 * @param told empty if it never told anything
 * @param url where its pages are; "" for this node
 */
public record NodePart(
        String node, boolean up, Optional<Instant> asOf, Instant clock, Optional<NodeReputation> told, String url) {
    /** What it takes to ask and to answer makes no other clock. */
    private static final Duration SAME = Duration.ofSeconds(2);

    public String state() {
        return up ? "up" : "unreachable";
    }

    /** Whether it does not answer, and never told anything: it may have addresses of which nothing is known. */
    boolean isSilent() {
        return !up && told.isEmpty();
    }

    /** Which receivers refuse all of its ways, in a sentence; empty if none does, or if nobody knows. */
    Optional<String> refusedByAll() {
        return told.filter(_ -> up).flatMap(reputation -> reputation.routing().refusedByAll());
    }

    /** Why its new mail has to wait; empty if it need not, or if nobody knows. */
    Optional<String> noWay() {
        return told.filter(_ -> up).flatMap(reputation -> reputation.routing().noWay());
    }

    boolean monitors() {
        return told.filter(reputation -> !reputation.sources().isEmpty()).isPresent();
    }

    /** A moment that it told, by our clock. */
    Instant here(Instant told, Instant now) {
        var ahead = Duration.between(now, clock);
        return ahead.abs().compareTo(SAME) < 0 ? told : told.minus(ahead);
    }

    /** How its clock differs from ours, for people; "" if it does not. */
    public String clockInWords(Instant now) {
        var ahead = Duration.between(now, clock);
        if (ahead.abs().compareTo(SAME) < 0) {
            return "";
        }
        return "its clock is " + ahead.abs().plusMillis(500).toSeconds() + " s "
                + (ahead.isNegative() ? "behind" : "ahead of") + " ours";
    }

    /** @see PairReputation#sight */
    int sight() {
        return Objects.hash(node, up, tone(), told.map(NodeReputation::sight));
    }

    /**
     * Since when, by its clock, nothing new is known of what it told: it is gone, or its monitor learns nothing any more. Empty: it is known.
     */
    Optional<Instant> lapsed(Instant now) {
        if (!up) {
            return Optional.of(
                    asOf.map(heard -> clock.minus(Duration.between(heard, now))).orElse(Instant.MIN));
        }
        return told.map(NodeReputation::verdict)
                .filter(verdict -> verdict.tone() != Verdict.Tone.STALE && verdict.toneAt(clock) == Verdict.Tone.STALE)
                .map(VerdictAnswer::staleAt);
    }

    /** Of a node that is gone nothing is known, whatever it said last. */
    Verdict.Tone tone() {
        return told.filter(_ -> up)
                .map(reputation -> reputation.verdict().toneAt(clock))
                .orElse(Verdict.Tone.STALE);
    }
}
