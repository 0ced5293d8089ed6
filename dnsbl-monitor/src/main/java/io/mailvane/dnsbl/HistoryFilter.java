package io.mailvane.dnsbl;

import java.time.Instant;
import java.util.Optional;

/**
 * Which events are wanted; what is empty does not filter.
 *
 * @param since that moment and later
 * @param limit at most so many, and at most 1000
 */
public record HistoryFilter(
        Optional<Instant> since,
        Optional<HistoryEvent.Kind> kind,
        Optional<String> subject,
        Optional<String> object,
        int limit) {
    public static final HistoryFilter ALL =
            new HistoryFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 1000);

    public HistoryFilter {
        if (limit < 1) {
            throw new IllegalArgumentException("the limit is at least 1");
        }
    }

    public HistoryFilter since(Instant from) {
        return new HistoryFilter(Optional.of(from), kind, subject, object, limit);
    }

    boolean isPast(HistoryEvent event) {
        return since.filter(event.at()::isBefore).isPresent();
    }

    boolean takes(HistoryEvent event) {
        return kind.map(event.kind()::equals).orElse(true)
                && subject.map(event.subject()::equals).orElse(true)
                && object.map(event.object()::equals).orElse(true);
    }
}
