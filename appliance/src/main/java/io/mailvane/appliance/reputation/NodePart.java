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

    boolean monitors() {
        return told.filter(reputation -> !reputation.sources().isEmpty()).isPresent();
    }

    /** @see PairReputation#sight */
    int sightAt(Instant now) {
        return Objects.hash(node, up, toneAt(now), told.map(NodeReputation::sight));
    }

    /** Of a node that is gone nothing is known, whatever it said last. */
    Verdict.Tone toneAt(Instant now) {
        return told.filter(_ -> up)
                .map(reputation -> reputation.verdict().toneAt(now))
                .orElse(Verdict.Tone.STALE);
    }
}
