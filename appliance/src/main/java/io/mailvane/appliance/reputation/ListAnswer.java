package io.mailvane.appliance.reputation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mailvane.dnsbl.ListState;
import io.mailvane.dnsbl.Reputation.ListView;
import io.mailvane.dnsbl.RoutingSettings;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A list and whether it works, as REST tells it.
 *
 * @param node whose view this is: each asks for itself
 * @param zone with {@code ***} for a key
 * @param controlsAt when its test points were last seen
 * @param today questions in the last 24 hours to its operator, of {@code daily}
 */
public record ListAnswer(
        String id,
        String node,
        String name,
        String state,
        CellAnswer.ControlsAnswer controls,
        Optional<Instant> controlsAt,
        String zone,
        String group,
        @JsonUnwrapped Weight weighs,
        String mode,
        boolean keyed,
        int today,
        int daily,
        String note) {
    public ListAnswer {
        Objects.requireNonNull(controls, "controls");
        Objects.requireNonNull(weighs, "weighs");
        id = Bounds.name(id);
        node = Bounds.name(node);
        name = Bounds.name(name);
        state = Bounds.known(state, ListState.values());
        zone = Bounds.text(zone);
        group = Bounds.name(group);
        mode = Bounds.name(mode);
        note = Bounds.text(note);
    }

    /**
     * @param weight of its heaviest code; 0: it does not route
     * @param counts whether that is enough to count, else the list is informational; a peer of an older version does not say
     * @param affinity how much receivers go by it: all that are not named first
     */
    public record Weight(double weight, Optional<Boolean> counts, List<AffinityAnswer> affinity) {
        public Weight {
            affinity = Bounds.list(affinity, Bounds.FEW);
            counts = counts.or(() -> Optional.of(RoutingSettings.DEFAULT.counts(weight)));
        }
    }

    public double weight() {
        return weighs.weight();
    }

    /** Nothing new is known of it: that it works least of all. */
    ListAnswer asLastKnown() {
        boolean worked = state.equals(ListState.OK.name());
        return new ListAnswer(
                id,
                node,
                name,
                worked ? ListState.UNKNOWN.name() : state,
                controls.asLastKnown(),
                controlsAt,
                zone,
                group,
                weighs,
                mode,
                keyed,
                today,
                daily,
                note);
    }

    /** Its state in words. */
    public String works() {
        return switch (ListState.valueOf(state)) {
            case OK -> "✓ works";
            case UNKNOWN -> "? not known: no answer yet, or none any more";
            case REFUSED -> "⊘ refuses to answer us";
            case BLIND -> "◌ blind: does not show its own test entry";
            case LIST_BROKEN -> "✕ broken: lists what it must not";
            case LIST_DEAD -> "† dead: has not worked for long";
        };
    }

    boolean informational() {
        return weighs.counts().equals(Optional.of(false));
    }

    /** @see PairReputation#sight */
    int sight() {
        return Objects.hash(id, node, state, controls, weighs, mode, note);
    }

    static ListAnswer of(ListView list, String node) {
        return new ListAnswer(
                list.id(),
                node,
                list.name(),
                list.state().name(),
                CellAnswer.ControlsAnswer.of(list.controls()),
                list.controlsAt(),
                list.zone(),
                list.group(),
                new Weight(
                        list.weight(),
                        Optional.of(list.counts()),
                        list.weighs().receivers().stream()
                                .map(AffinityAnswer::of)
                                .toList()),
                list.mode().toString(),
                list.keyed(),
                list.today(),
                list.daily(),
                list.note());
    }
}
