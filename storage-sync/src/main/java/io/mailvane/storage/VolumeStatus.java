package io.mailvane.storage;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is known of a volume.
 *
 * @param state that of the worst trouble
 * @param troubles the worst first; empty: it is healthy, or was not looked at
 * @param space absent: not known
 * @param force how long a force takes; absent: not known
 * @param copies absent where there is one copy, or nobody says
 */
public record VolumeStatus(
        VolumeState state,
        List<Trouble> troubles,
        Optional<Space> space,
        Optional<Duration> force,
        Optional<Copies> copies) {
    /** Before the first look. */
    public static final VolumeStatus UNKNOWN =
            new VolumeStatus(VolumeState.UNKNOWN, List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    public VolumeStatus {
        troubles = List.copyOf(troubles);
    }

    static VolumeStatus of(List<Trouble> troubles, Sight sight) {
        var worstFirst = troubles.stream()
                .sorted(Comparator.comparing((Trouble trouble) -> trouble.kind().state())
                        .reversed())
                .toList();
        var state = worstFirst.isEmpty()
                ? VolumeState.HEALTHY
                : worstFirst.getFirst().kind().state();
        return new VolumeStatus(state, worstFirst, sight.space(), sight.force(), sight.copies());
    }

    /** What is wrong, in one sentence each. */
    public List<String> reasons() {
        return troubles.stream().map(Trouble::text).toList();
    }

    boolean has(Trouble.Kind kind) {
        return troubles.stream().anyMatch(trouble -> trouble.kind() == kind);
    }

    /** Why no mail may be taken, for the log and the operator; empty: it may. */
    public Optional<String> closedReason() {
        if (state.accepts()) {
            return Optional.empty();
        }
        var why = troubles.stream()
                .filter(trouble -> !trouble.kind().state().accepts())
                .map(Trouble::text)
                .collect(Collectors.joining("; "));
        return Optional.of("the volume is " + state.label() + (why.isEmpty() ? "" : ": " + why));
    }
}
