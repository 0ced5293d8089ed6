package io.mailvane.dnsbl;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which events are wanted; what is empty does not filter.
 *
 * @param since that moment and later
 * @param kinds any of these
 * @param limit at most so many, and at most 1000
 */
public record HistoryFilter(
        Optional<Instant> since,
        Set<HistoryEvent.Kind> kinds,
        Optional<String> subject,
        Optional<String> object,
        int limit) {
    public static final HistoryFilter ALL =
            new HistoryFilter(Optional.empty(), Set.of(), Optional.empty(), Optional.empty(), 1000);

    public HistoryFilter {
        kinds = Set.copyOf(kinds);
        if (limit < 1) {
            throw new IllegalArgumentException("the limit is at least 1");
        }
    }

    public HistoryFilter since(Instant from) {
        return new HistoryFilter(Optional.of(from), kinds, subject, object, limit);
    }

    boolean isPast(HistoryEvent event) {
        return since.filter(event.at()::isBefore).isPresent();
    }

    boolean takes(HistoryEvent event) {
        return (kinds.isEmpty() || kinds.contains(event.kind()))
                && subject.map(event.subject()::equals).orElse(true)
                && object.map(event.object()::equals).orElse(true);
    }
}
