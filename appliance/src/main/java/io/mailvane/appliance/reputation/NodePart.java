package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.Verdict;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One node and what it told.
 *
 * @param up whether it answers; this node always does
 * @param asOf when it was last heard; empty: never
 * @param told empty if it never told anything
 * @param url where its pages are; "" for this node
 */
public record NodePart(String node, boolean up, Optional<Instant> asOf, Optional<NodeReputation> told, String url) {
    public String state() {
        return up ? "up" : "unreachable";
    }

    /** Whether it does not answer, and never told anything: it may have addresses of which nothing is known. */
    boolean isSilent() {
        return !up && told.isEmpty();
    }

    /** Why its new mail has to wait; empty if it need not, or if nobody knows. */
    Optional<String> noWay() {
        return told.filter(_ -> up).flatMap(reputation -> reputation.routing().noWay());
    }

    boolean monitors() {
        return told.filter(reputation -> !reputation.sources().isEmpty()).isPresent();
    }

    /** @see PairReputation#sight */
    int sightAt(Instant now) {
        return Objects.hash(node, up, toneAt(now), told.map(NodeReputation::sight));
    }

    /** Since when nothing new is known of what it told: it is gone, or its monitor learns nothing any more. Empty: it is known. */
    Optional<Instant> lapsed(Instant now) {
        if (!up) {
            return Optional.of(asOf.orElse(Instant.MIN));
        }
        return told.map(NodeReputation::verdict)
                .filter(verdict -> verdict.tone() != Verdict.Tone.STALE && verdict.toneAt(now) == Verdict.Tone.STALE)
                .map(VerdictAnswer::staleAt);
    }

    /** Of a node that is gone nothing is known, whatever it said last. */
    Verdict.Tone toneAt(Instant now) {
        return told.filter(_ -> up)
                .map(reputation -> reputation.verdict().toneAt(now))
                .orElse(Verdict.Tone.STALE);
    }
}
